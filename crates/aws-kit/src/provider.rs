//! The AWS provider: its types, its configuration, and how to open a connection.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_addr::ProviderSource;
use rinfra_provider::{Connection, DataSourceType, ErrorClass, Provider, ResourceType, Usage};
use rinfra_schema::Block;
use rinfra_schema::typed::BlockType;
use rinfra_value::Value;

use crate::account::Account;
use crate::accounts::Accounts;
use crate::apart::apart;
use crate::clock::Clock;
use crate::connection::AwsConnection;
use crate::settings::AwsProviderConfig;
use crate::{Error, Registry, Result, endpoints};

/// The AWS provider with the types of a registry.
pub struct AwsProvider {
    source: ProviderSource,
    config_schema: Block,
    registry: Arc<Registry>,
    accounts: Arc<Accounts>,
}

impl AwsProvider {
    /// Returns the provider with these types.
    pub fn new(registry: Registry) -> Self {
        Self::with_clock(registry, Clock::system())
    }

    /// Returns the provider with these types and another clock, for tests.
    pub fn with_clock(registry: Registry, clock: Clock) -> Self {
        Self {
            source: ProviderSource::default_for("aws"),
            config_schema: AwsProviderConfig::block().block("endpoints", endpoints::nested()),
            registry: Arc::new(registry),
            accounts: Arc::new(Accounts::new(clock)),
        }
    }
}

#[async_trait]
impl Provider for AwsProvider {
    fn source(&self) -> &ProviderSource {
        &self.source
    }

    fn config_schema(&self) -> &Block {
        &self.config_schema
    }

    fn resource_type(&self, kind: &str) -> Option<&dyn ResourceType> {
        self.registry.resource_kind(kind).map(|it| &**it as &dyn ResourceType)
    }

    fn data_source(&self, kind: &str) -> Option<&dyn DataSourceType> {
        self.registry.data_kind(kind).map(|it| &**it as &dyn DataSourceType)
    }

    fn resource_type_names(&self) -> Vec<&str> {
        self.registry.resource_names()
    }

    fn data_source_names(&self) -> Vec<&str> {
        self.registry.data_names()
    }

    async fn configure(&self, config: &Value) -> rinfra_provider::Result<Arc<dyn Connection>> {
        let (accounts, config) = (Arc::clone(&self.accounts), config.clone());
        let opened = apart(async move { accounts.open(&config).await }).await?;
        Ok(Arc::new(AwsConnection::new(Arc::clone(&self.accounts), opened, Arc::clone(&self.registry))))
    }

    fn usage(&self) -> Usage {
        self.accounts.usage()
    }
}

/// What a configuration demands of the account before anything is done in it.
pub(crate) struct Checks {
    skip: bool,
    allowed: Option<BTreeSet<String>>,
    forbidden: Option<BTreeSet<String>>,
    profile: Option<String>,
}

impl Checks {
    pub(crate) fn of(config: &AwsProviderConfig) -> Self {
        Self {
            skip: config.skip_credentials_validation == Some(true)
                || config.skip_requesting_account_id == Some(true),
            allowed: config.allowed_account_ids.clone().filter(|it| !it.is_empty()),
            forbidden: config.forbidden_account_ids.clone().filter(|it| !it.is_empty()),
            profile: config.profile.clone(),
        }
    }

    /// Tells whether some accounts must not even be looked at.
    pub(crate) fn are_choosy(&self) -> bool {
        self.allowed.is_some() || self.forbidden.is_some()
    }

    pub(crate) async fn run(&self, account: &Account) -> Result<()> {
        let has_list = self.are_choosy();
        if self.skip && !has_list {
            return Ok(());
        }
        let id = match account.id().await {
            Ok(id) => id,
            // A Region's STS that is down says nothing about the other Regions: what needs it fails later.
            Err(error) if error.class() == ErrorClass::Unreachable && !has_list => {
                tracing::warn!(%error, "the account could not be determined");
                return Ok(());
            }
            Err(error) => return Err(self.explain(error)),
        };
        let is_listed = |list: &Option<BTreeSet<String>>| list.as_ref().map(|list| list.contains(&id));
        if has_list && id.is_empty() {
            return Err(Error::invalid(
                "skip_requesting_account_id excludes allowed_account_ids and forbidden_account_ids",
            ));
        }
        if is_listed(&self.allowed) == Some(false) {
            return Err(Error::new(
                ErrorClass::AccessDenied,
                format!("the credentials belong to account {id}, which is not in allowed_account_ids"),
            ));
        }
        if is_listed(&self.forbidden) == Some(true) {
            return Err(Error::new(
                ErrorClass::AccessDenied,
                format!("the credentials belong to account {id}, which is in forbidden_account_ids"),
            ));
        }
        Ok(())
    }

    /// Adds to an error about credentials where they were looked for.
    fn explain(&self, error: Error) -> Error {
        if error.class() != ErrorClass::Credentials || error.code().is_some() {
            return error;
        }
        let profile = self
            .profile
            .clone()
            .or_else(|| std::env::var("AWS_PROFILE").ok())
            .unwrap_or_else(|| "default".to_owned());
        let message = format!(
            "{}; looked at: access_key and secret_key of the provider block, AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY, the profile {profile:?} of the shared configuration (keys, SSO, process, \
             role), the web identity in AWS_WEB_IDENTITY_TOKEN_FILE, the ECS container endpoint, the EC2 \
             instance metadata",
            error.message()
        );
        Error::new(ErrorClass::Credentials, message)
            .with_hint("run `aws configure sso` or `aws sso login`, or set AWS_PROFILE or the two keys")
    }
}
