//! A bucket of the local AWS with a state in it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use rinfra_aws_kit::Access;
use rinfra_store::{Backend, BackendKind, LockRequest, Plain, Session, StateStore, StoreError};
use rinfra_store_s3::S3;
use rinfra_testkit::{Account, moto};
use rinfra_value::Value;
use tempfile::TempDir;

pub(crate) const KEY: &str = "nets/main.tfstate";
const REGION: &str = "eu-central-1";

/// A bucket of an account of its own, and what is configured of it.
pub(crate) struct Place {
    pub(crate) account: Account,
    pub(crate) bucket: String,
    pub(crate) client: aws_sdk_s3::Client,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) directory: TempDir,
    pub(crate) kind: S3,
    pub(crate) more: Vec<(&'static str, Value)>,
}

impl Place {
    /// Returns a new bucket, whose backend uses lock files.
    pub(crate) async fn new() -> Self {
        let mut place = Self::without_lock().await;
        place.more.push(("use_lockfile", Value::bool(true)));
        place
    }

    pub(crate) async fn without_lock() -> Self {
        let account = moto().account();
        let bucket = format!("states-{}", account.id());
        let endpoint = || Value::string(account.endpoint());
        let access = Value::object([
            ("region", Value::string(REGION)),
            ("access_key", Value::string(account.id())),
            ("secret_key", Value::string("test")),
            (
                "endpoints",
                Value::tuple(vec![Value::object([
                    ("s3", endpoint()),
                    ("dynamodb", endpoint()),
                    ("sts", endpoint()),
                ])]),
            ),
        ]);
        let access = Access::open(&access).await.unwrap();
        let config = aws_sdk_s3::config::Builder::from(&access.config(&["s3"])).force_path_style(true);
        let client = aws_sdk_s3::Client::from_conf(config.build());
        let dynamodb = aws_sdk_dynamodb::Client::new(&access.config(&["dynamodb"]));
        let place = BucketLocationConstraint::EuCentral1;
        let place = CreateBucketConfiguration::builder().location_constraint(place).build();
        client.create_bucket().bucket(&bucket).create_bucket_configuration(place).send().await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        let kind = S3::default().with_spill(directory.path().join("spill"));
        Self { account, bucket, client, dynamodb, directory, kind, more: Vec::new() }
    }

    /// Adds a table for locks.
    pub(crate) async fn with_table(mut self) -> Self {
        let id = || "LockID".to_owned();
        let attribute = AttributeDefinition::builder().attribute_name(id());
        let attribute = attribute.attribute_type(ScalarAttributeType::S).build().unwrap();
        let key = KeySchemaElement::builder().attribute_name(id()).key_type(KeyType::Hash).build().unwrap();
        let request =
            self.dynamodb.create_table().table_name("locks").billing_mode(BillingMode::PayPerRequest);
        request.attribute_definitions(attribute).key_schema(key).send().await.unwrap();
        self.more.push(("dynamodb_table", Value::string("locks")));
        self
    }

    /// Gives the place leases that end soon.
    pub(crate) fn with_lease(mut self, length: Duration) -> Self {
        self.kind = self.kind.with_lease(length, Duration::ZERO);
        self
    }

    pub(crate) fn config(&self) -> Value {
        let endpoint = || Value::string(self.account.endpoint());
        let mut given = vec![
            ("bucket", Value::string(&*self.bucket)),
            ("key", Value::string(KEY)),
            ("region", Value::string(REGION)),
            ("access_key", Value::string(self.account.id())),
            ("secret_key", Value::string("test")),
            ("use_path_style", Value::bool(true)),
            ("endpoints", Value::object([("s3", endpoint()), ("dynamodb", endpoint()), ("sts", endpoint())])),
        ];
        given.extend(self.more.iter().cloned());
        self.kind.schema().complete(&Value::object(given))
    }

    pub(crate) async fn backend(&self) -> Arc<dyn Backend> {
        self.kind.open(&self.config()).await.unwrap()
    }

    pub(crate) async fn store(&self) -> Box<dyn StateStore> {
        self.backend().await.store("default", Arc::new(Plain))
    }

    pub(crate) async fn try_open(&self, run: &str) -> Result<Box<dyn Session>, StoreError> {
        self.store().await.lock(&LockRequest::new(run, "OperationTypeApply")).await
    }

    pub(crate) async fn open(&self, run: &str) -> Box<dyn Session> {
        self.try_open(run).await.unwrap()
    }

    /// Returns the keys of all objects.
    pub(crate) async fn keys(&self) -> Vec<String> {
        let listed = self.client.list_objects_v2().bucket(&self.bucket).send().await.unwrap();
        let objects = listed.contents.unwrap_or_default().into_iter();
        objects.filter_map(|it| it.key).collect()
    }

    pub(crate) async fn read(&self, key: &str) -> String {
        let object = self.client.get_object().bucket(&self.bucket).key(key).send().await.unwrap();
        String::from_utf8(object.body.collect().await.unwrap().to_vec()).unwrap()
    }

    pub(crate) async fn write(&self, key: &str, text: &str) {
        let body = text.as_bytes().to_vec().into();
        self.client.put_object().bucket(&self.bucket).key(key).body(body).send().await.unwrap();
    }

    pub(crate) async fn delete(&self, key: &str) {
        self.client.delete_object().bucket(&self.bucket).key(key).send().await.unwrap();
    }

    /// Writes a configuration with this backend for Terraform.
    pub(crate) fn configure(&self, directory: &Path, rest: &str) {
        let Self { bucket, account, .. } = self;
        let more: String = self
            .more
            .iter()
            .map(|(name, value)| match value.as_str() {
                Some(text) => format!("    {name} = {text:?}\n"),
                None => format!("    {name} = true\n"),
            })
            .collect();
        let endpoint = account.endpoint();
        let text = format!(
            "terraform {{\n  backend \"s3\" {{\n    bucket = {bucket:?}\n    key = {KEY:?}\n    region = {REGION:?}\n    \
             access_key = {:?}\n    secret_key = \"test\"\n    use_path_style = true\n    endpoints = {{ s3 = \
             {endpoint:?}, dynamodb = {endpoint:?}, sts = {endpoint:?} }}\n    skip_credentials_validation = true\n    \
             skip_requesting_account_id = true\n    skip_metadata_api_check = true\n    skip_region_validation = \
             true\n{more}  }}\n}}\n{rest}\n",
            account.id()
        );
        std::fs::write(directory.join("main.tf"), text).unwrap();
    }
}
