//! States and journals in Amazon S3, for `backend "s3"`.
//!
//! - A state is an object that Terraform reads and writes too; it is only ever written over the one that was read.
//! - The lock is Terraform's lock file, its item in DynamoDB, or both, with a lease that ends if nobody renews it.
//! - The journal is objects beside the state, one for each flush, so that nothing is lost with the machine.
//!
//! It refuses to know providers, resources and the engine: of what leads to an account it knows `rinfra-aws-kit`.

mod arguments;
mod bucket;
mod journal;
mod lock;
mod lock_file;
mod runtime;
mod session;
mod spill;
mod store;
mod table;
mod versions;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::config::RequestChecksumCalculation;
use rinfra_aws_kit::Access;
use rinfra_schema::Block;
use rinfra_store::{Backend, BackendKind, Envelope, StateStore, StoreError};
use rinfra_value::Value;

use crate::arguments::{SCHEMA, Settings};
use crate::bucket::Bucket;
use crate::lock::Terms;
use crate::session::{Place, Seen};
use crate::spill::Spill;
use crate::store::S3Store;
use crate::table::Table;

/// The kind of backend `s3`.
#[derive(Clone, Debug, Default)]
pub struct S3 {
    spill: Option<PathBuf>,
    terms: Terms,
    /// What the environment says of the length of leases.
    lease: Option<String>,
}

impl S3 {
    /// Returns the kind, with a directory for what happens after a store is gone.
    #[must_use]
    pub fn with_spill(self, directory: impl Into<PathBuf>) -> Self {
        Self { spill: Some(directory.into()), ..self }
    }

    /// Returns the kind with leases of another length, which count as ended for others so much later.
    #[must_use]
    pub fn with_lease(self, length: Duration, allowance: Duration) -> Self {
        Self { terms: Terms { length, allowance }, ..self }
    }

    /// Returns the kind with leases of as many seconds as a person says.
    #[must_use]
    pub fn with_lease_of(self, seconds: Option<String>) -> Self {
        Self { lease: seconds, ..self }
    }
}

#[async_trait]
impl BackendKind for S3 {
    fn name(&self) -> &'static str {
        "s3"
    }

    fn schema(&self) -> &Block {
        &SCHEMA
    }

    async fn open(&self, config: &Value) -> Result<Arc<dyn Backend>, StoreError> {
        let settings = Settings::of(config)?;
        let terms = self.terms.lasting(self.lease.as_deref())?;
        let provider = arguments::provider(config);
        let access = runtime::run(async move {
            Access::open(&provider).await.map_err(|error| StoreError::Configuration {
                reason: error.message().to_owned(),
                hint: error.hint().map(str::to_owned),
            })
        })
        .await?;
        Ok(Arc::new(S3Backend::new(settings, &access, Self { terms, ..self.clone() })))
    }
}

/// A bucket with the states of a configuration's workspaces.
#[derive(Debug)]
struct S3Backend {
    settings: Settings,
    bucket: Arc<Bucket>,
    dynamodb: Option<aws_sdk_dynamodb::Client>,
    spill: Option<PathBuf>,
    terms: Terms,
    seen: Arc<Seen>,
}

impl S3Backend {
    fn new(settings: Settings, access: &Access, kind: S3) -> Self {
        let config = access.config(&["s3"]);
        let mut config = aws_sdk_s3::config::Builder::from(&config).force_path_style(settings.use_path_style);
        if settings.skip_checksum {
            config = config.request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        }
        let bucket = Arc::new(Bucket {
            client: aws_sdk_s3::Client::from_conf(config.build()),
            name: settings.bucket.clone(),
            protection: settings.protection.clone(),
        });
        let dynamodb = settings.table.as_ref().map(|_| {
            let config = access.config(&["dynamodb"]);
            aws_sdk_dynamodb::Client::new(&config)
        });
        Self { settings, bucket, dynamodb, spill: kind.spill, terms: kind.terms, seen: Arc::default() }
    }

    fn table(&self, key: &str) -> Option<Table> {
        let id = format!("{}/{key}", self.settings.bucket);
        let (client, name) = (self.dynamodb.clone()?, self.settings.table.clone()?);
        Some(Table { client, name, id })
    }
}

#[async_trait]
impl Backend for S3Backend {
    fn store(&self, workspace: &str, envelope: Arc<dyn Envelope>) -> Box<dyn StateStore> {
        let key = self.settings.key_of(workspace);
        let place = Place {
            table: self.table(&key),
            bucket: Arc::clone(&self.bucket),
            spill: Arc::new(Spill::new(self.spill.clone())),
            seen: Arc::clone(&self.seen),
            envelope,
            key,
        };
        Box::new(S3Store { place, use_lockfile: self.settings.use_lockfile, terms: self.terms })
    }

    async fn workspaces(&self) -> Result<Vec<String>, StoreError> {
        let (bucket, prefix) = (Arc::clone(&self.bucket), self.settings.before_workspaces());
        let listed = runtime::run({
            let prefix = prefix.clone();
            async move { bucket.list(&prefix).await }
        })
        .await?;
        let name = |key: &str| {
            let (name, rest) = key.strip_prefix(&prefix)?.split_once('/')?;
            (rest == self.settings.key).then(|| name.to_owned())
        };
        let mut names: Vec<String> = listed.iter().filter_map(|it| name(&it.key)).collect();
        names.retain(|it| it != "default");
        names.sort();
        names.insert(0, "default".to_owned());
        Ok(names)
    }

    async fn delete(&self, workspace: &str) -> Result<(), StoreError> {
        let key = self.settings.key_of(workspace);
        let (bucket, table) = (Arc::clone(&self.bucket), self.table(&key));
        runtime::run(async move {
            bucket.delete(&key, None).await?;
            let journal = bucket.list(&journal::prefix(&key)).await?;
            let keys: Vec<_> = journal.into_iter().map(|it| it.key).collect();
            bucket.delete_all(&keys).await?;
            match table {
                Some(table) => table.forget().await,
                None => Ok(()),
            }
        })
        .await
    }
}
