//! From a provider configuration to an [`Account`]: credentials, Region, retries, endpoints.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::{AppName, BehaviorVersion, ConfigLoader, FrameworkMetadata};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::origin::Origin;
use aws_types::region::Region as SdkRegion;
use rinfra_provider::{ErrorClass, Region};
use rinfra_value::Value;
use tokio::sync::OnceCell;

use crate::account::Account;
use crate::accounts::Common;
use crate::credentials::{self, AssumedRole};
use crate::retries::{self, Surroundings};
use crate::settings::AwsProviderConfig;
use crate::tags::{TagMap, TagRules};
use crate::wire::{self, Wire};
use crate::{ClientOptions, Error, Result, ceilings, endpoints, http, partition};

/// How often the SDK makes a call, which has its retries already: each time with a new signature.
const SIGNATURES: u32 = 3;
/// How long a service may take to answer one request.
const READ_TIMEOUT: Duration = Duration::from_secs(120);

/// Returns the account a provider configuration leads to. Nothing is sent to AWS but by metadata services.
///
/// *Errors*: arguments that cannot work, and no Region.
pub(crate) async fn account(config: AwsProviderConfig, value: &Value, common: &Common) -> Result<Account> {
    refuse(&config)?;
    let patience = retries::patience(&config, profile_files(&config), &Surroundings::real()).await?;
    let ceilings = ceilings::ceilings(&config)?;
    let wire = Wire::new(patience, Arc::clone(&common.breakers), common.clock.clone()).limited(ceilings);
    let wire = Arc::new(wire);
    let endpoints = endpoints::read(value);
    let region = region(&config).await?;
    let http = wire::client(&wire, common.clients.of(&config)?);
    let callers = common.callers.of(&config, endpoints.get("sts"));
    let identities = wire::identities(&wire);
    let sdk = load(&config, (http, identities), &region, endpoints.get("sts")).await?;
    Ok(Account {
        sdk,
        sts_region: config.sts_region.clone(),
        endpoints,
        options: ClientOptions { s3_use_path_style: config.s3_use_path_style == Some(true) },
        tags: tag_rules(&config),
        anonymous: config.skip_requesting_account_id == Some(true),
        region,
        shows_within: shows_within(),
        wire,
        clock: common.clock.clone(),
        caller: OnceCell::new(),
        callers,
        clients: Mutex::default(),
    })
}

/// Returns how many seconds after a creation a search may miss the object, where somebody says so: an AWS on one's
/// own machine knows everything at once.
fn shows_within() -> Option<Duration> {
    std::env::var("RINFRA_SHOWS_WITHIN").ok()?.parse().ok().map(Duration::from_secs)
}

/// Refuses what is known to the schema and not to us, rather than ignoring it.
fn refuse(config: &AwsProviderConfig) -> Result<()> {
    if config.ec2_metadata_service_endpoint.is_some() || config.ec2_metadata_service_endpoint_mode.is_some() {
        return Err(Error::invalid("ec2_metadata_service_endpoint is not supported in a configuration")
            .with_hint("set AWS_EC2_METADATA_SERVICE_ENDPOINT and AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"));
    }
    if config.s3_us_east_1_regional_endpoint.as_deref() == Some("legacy") {
        return Err(Error::invalid("the legacy S3 endpoint of us-east-1 is not supported")
            .with_hint("remove s3_us_east_1_regional_endpoint"));
    }
    if config.token_bucket_rate_limiter_capacity.is_some() {
        return Err(Error::invalid("token_bucket_rate_limiter_capacity is not supported")
            .with_hint("remove it: rinfra adapts to each service's own limits"));
    }
    if !config.assume_role.is_empty() && config.assume_role_with_web_identity.is_some() {
        return Err(Error::invalid("assume_role and assume_role_with_web_identity exclude each other"));
    }
    Ok(())
}

async fn region(config: &AwsProviderConfig) -> Result<Region> {
    let found = match config.region.as_deref().filter(|it| !it.is_empty()) {
        Some(name) => Some(name.to_owned()),
        None => search_region(config).await?,
    };
    let name = found.ok_or_else(|| {
        Error::new(
            ErrorClass::Validation,
            "no Region was found: not in the provider's region argument, AWS_REGION, AWS_DEFAULT_REGION, nor \
             in the profile",
        )
        .with_hint("set region = \"…\" in the provider block, or AWS_REGION")
    })?;
    if config.skip_region_validation != Some(true) && !partition::is_region_name(&name) {
        return Err(Error::invalid(format!("{name:?} is not the name of a Region")).with_hint(
            "a Region is named like \"eu-central-1\"; skip_region_validation = true allows any name",
        ));
    }
    Ok(Region::new(name))
}

async fn search_region(config: &AwsProviderConfig) -> Result<Option<String>> {
    let provider_config = ProviderConfig::without_region();
    let mut profile = ProfileFileRegionProvider::builder().configure(&provider_config);
    if let Some(name) = &config.profile {
        profile = profile.profile_name(name);
    }
    if let Some(files) = profile_files(config) {
        profile = profile.profile_files(files);
    }
    let near =
        RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new()).or_else(profile.build());
    if let Some(region) = near.region().await {
        return Ok(Some(region.to_string()));
    }
    if without_metadata(config) {
        return Ok(None);
    }
    // The metadata service is asked over HTTP, and its provider has no client of its own.
    let provider_config = provider_config.with_http_client(http::client(config)?);
    let metadata = ImdsRegionProvider::builder().configure(&provider_config).build();
    Ok(metadata.region().await.map(|it| it.to_string()))
}

fn profile_files(config: &AwsProviderConfig) -> Option<EnvConfigFiles> {
    if config.shared_config_files.is_none() && config.shared_credentials_files.is_none() {
        return None;
    }
    let mut files = EnvConfigFiles::builder();
    match &config.shared_config_files {
        Some(names) => {
            for name in names {
                files = files.with_file(EnvConfigFileKind::Config, home(name));
            }
        }
        None => files = files.include_default_config_file(true),
    }
    match &config.shared_credentials_files {
        Some(names) => {
            for name in names {
                files = files.with_file(EnvConfigFileKind::Credentials, home(name));
            }
        }
        None => files = files.include_default_credentials_file(true),
    }
    Some(files.build())
}

/// Returns a file name with a leading `~/` spelled out.
fn home(name: &str) -> String {
    match (name.strip_prefix("~/"), std::env::var("HOME")) {
        (Some(rest), Ok(home)) => format!("{home}/{rest}"),
        _ => name.to_owned(),
    }
}

fn without_metadata(config: &AwsProviderConfig) -> bool {
    config.skip_metadata_api_check.as_deref() == Some("true")
}

async fn load(
    config: &AwsProviderConfig,
    (http, identities): (SharedHttpClient, SharedIdentityCache),
    region: &Region,
    sts_endpoint: Option<&String>,
) -> Result<SdkConfig> {
    let sdk_region = SdkRegion::new(region.as_str().to_owned());
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http.clone())
        .identity_cache(identities)
        .region(sdk_region.clone())
        .retry_config(RetryConfig::standard().with_max_attempts(SIGNATURES))
        .timeout_config(TimeoutConfig::builder().read_timeout(READ_TIMEOUT).build())
        // A call that waits here for another try sends nothing meanwhile, which the SDK would take for a stall.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    loader = introduce(loader);
    if let Some(name) = &config.profile {
        loader = loader.profile_name(name);
    }
    if let Some(files) = profile_files(config) {
        loader = loader.profile_files(files);
    }
    if let Some(fips) = config.use_fips_endpoint {
        loader = loader.use_fips(fips);
    }
    if let Some(dual_stack) = config.use_dualstack_endpoint {
        loader = loader.use_dual_stack(dual_stack);
    }
    if let Some(keys) = credentials::keys(config)? {
        loader = loader.credentials_provider(keys);
    } else if without_metadata(config) {
        let provider_config =
            ProviderConfig::without_region().with_region(Some(sdk_region)).with_http_client(http);
        let chain = credentials::chain_without_metadata(&provider_config, config.profile.as_deref());
        loader = loader.credentials_provider(chain);
    }
    assume_roles(config, loader.load().await, sts_endpoint)
}

/// Names us in the user agent.
fn introduce(loader: ConfigLoader) -> ConfigLoader {
    let version = env!("CARGO_PKG_VERSION");
    let loader = match FrameworkMetadata::new("rinfra", Some(version)) {
        Ok(framework) => loader.framework_metadata(framework),
        Err(_) => loader,
    };
    match AppName::new(format!("rinfra-{version}")) {
        Ok(name) => loader.app_name(name),
        Err(_) => loader,
    }
}

/// Returns the configuration with the credentials of the last of the roles.
fn assume_roles(
    config: &AwsProviderConfig,
    mut sdk: SdkConfig,
    sts_endpoint: Option<&String>,
) -> Result<SdkConfig> {
    for role in &config.assume_role {
        let assumed = AssumedRole::plain(&for_sts(config, &sdk, sts_endpoint), role.clone())?;
        sdk = with_credentials(&sdk, SharedCredentialsProvider::new(assumed));
    }
    if let Some(role) = &config.assume_role_with_web_identity {
        let assumed = AssumedRole::web_identity(&for_sts(config, &sdk, sts_endpoint), role.clone())?;
        sdk = with_credentials(&sdk, SharedCredentialsProvider::new(assumed));
    }
    Ok(sdk)
}

fn for_sts(config: &AwsProviderConfig, sdk: &SdkConfig, endpoint: Option<&String>) -> SdkConfig {
    let mut builder = sdk.to_builder();
    if let Some(region) = &config.sts_region {
        builder.set_region(Some(SdkRegion::new(region.clone())));
    }
    if let Some(url) = endpoint {
        builder.set_endpoint_url(Some(url.clone()));
        builder.insert_origin("endpoint_url", Origin::shared_config());
    }
    builder.build()
}

fn with_credentials(sdk: &SdkConfig, provider: SharedCredentialsProvider) -> SdkConfig {
    sdk.to_builder().credentials_provider(provider).build()
}

/// Reads the rules about tags from the configuration and, as Terraform does, from the environment.
fn tag_rules(config: &AwsProviderConfig) -> TagRules {
    const DEFAULT: &str = "TF_AWS_DEFAULT_TAGS_";
    let mut defaults: TagMap = std::env::vars()
        .filter_map(|(name, value)| Some((name.strip_prefix(DEFAULT)?.to_owned(), value)))
        .collect();
    defaults.extend(config.default_tags.iter().filter_map(|it| it.tags.clone()).flatten());
    let ignored = config.ignore_tags.clone().unwrap_or_default();
    let listed = |own: Option<std::collections::BTreeSet<String>>, variable| -> Vec<String> {
        let more = std::env::var(variable).unwrap_or_default();
        let more = more.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned);
        own.into_iter().flatten().chain(more.collect::<Vec<_>>()).collect()
    };
    TagRules {
        defaults,
        ignored_keys: listed(ignored.keys, "TF_AWS_IGNORE_TAGS_KEYS"),
        ignored_prefixes: listed(ignored.key_prefixes, "TF_AWS_IGNORE_TAGS_KEY_PREFIXES"),
    }
}

#[cfg(test)]
mod tests {
    use super::{refuse, region};
    use crate::settings::AwsProviderConfig;

    #[test]
    fn what_would_be_ignored_is_refused() {
        let cases = [
            AwsProviderConfig {
                ec2_metadata_service_endpoint: Some("http://x".to_owned()),
                ..AwsProviderConfig::default()
            },
            AwsProviderConfig {
                s3_us_east_1_regional_endpoint: Some("legacy".to_owned()),
                ..AwsProviderConfig::default()
            },
            AwsProviderConfig { token_bucket_rate_limiter_capacity: Some(1), ..AwsProviderConfig::default() },
        ];
        for config in cases {
            assert!(refuse(&config).is_err(), "{config:?}");
        }
        assert!(refuse(&AwsProviderConfig::default()).is_ok());
    }

    #[tokio::test]
    async fn a_region_must_look_like_one() {
        let config = |name: &str, skip| AwsProviderConfig {
            region: Some(name.to_owned()),
            skip_region_validation: Some(skip),
            ..AwsProviderConfig::default()
        };
        assert!(region(&config("eu-west-1", false)).await.is_ok());
        assert!(region(&config("eu-west-1a", false)).await.is_err());
        assert!(region(&config("moon", true)).await.is_ok());
    }
}
