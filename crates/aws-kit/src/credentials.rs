//! Where credentials come from when the default chain is not asked for: static keys, and assumed roles with
//! every argument STS takes.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sts::types::{Credentials as Issued, PolicyDescriptorType, Tag};
use aws_types::SdkConfig;

use crate::semantic::duration;
use crate::settings::{AssumeRole, AssumeRoleWithWebIdentity, AwsProviderConfig};
use crate::{Error, Result};

/// Who issued the credentials, in traces.
const ISSUER: &str = "rinfra";

/// Returns the keys of the configuration, when it has any.
///
/// *Errors*: one key without the other.
pub(crate) fn keys(config: &AwsProviderConfig) -> Result<Option<SharedCredentialsProvider>> {
    match (&config.access_key, &config.secret_key) {
        (Some(access), Some(secret)) => {
            let token = config.token.as_ref().map(|it| it.reveal().clone());
            let keys = Credentials::new(access, secret.reveal(), token, None, ISSUER);
            Ok(Some(SharedCredentialsProvider::new(keys)))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(Error::invalid("access_key is set, but secret_key is not")),
        (None, Some(_)) => Err(Error::invalid("secret_key is set, but access_key is not")),
    }
}

/// Returns the default chain without the EC2 metadata service.
pub(crate) fn chain_without_metadata(
    config: &ProviderConfig,
    profile: Option<&str>,
) -> SharedCredentialsProvider {
    let mut profiles = ProfileFileCredentialsProvider::builder().configure(config);
    if let Some(profile) = profile {
        profiles = profiles.profile_name(profile);
    }
    let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(config).build();
    let chain =
        CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
            .or_else("Profile", profiles.build())
            .or_else("WebIdentityToken", web_identity)
            .or_else("EcsContainer", EcsCredentialsProvider::builder().configure(config).build());
    SharedCredentialsProvider::new(chain)
}

/// A role, and the STS client that assumes it with somebody else's credentials.
pub(crate) struct AssumedRole {
    client: aws_sdk_sts::Client,
    role: Role,
}

#[derive(Clone, Debug)]
enum Role {
    Plain(AssumeRole),
    WebIdentity(AssumeRoleWithWebIdentity),
}

impl AssumedRole {
    /// Returns credentials of a role, assumed with those in `sdk`.
    ///
    /// *Errors*: arguments STS would refuse.
    pub(crate) fn plain(sdk: &SdkConfig, role: AssumeRole) -> Result<Self> {
        if role.role_arn.as_ref().is_none_or(String::is_empty) {
            return Err(Error::invalid("assume_role needs a role_arn"));
        }
        seconds(role.duration.as_deref())?;
        Ok(Self { client: aws_sdk_sts::Client::new(sdk), role: Role::Plain(role) })
    }

    /// Returns credentials of a role, assumed with a web identity.
    ///
    /// *Errors*: arguments STS would refuse.
    pub(crate) fn web_identity(sdk: &SdkConfig, mut role: AssumeRoleWithWebIdentity) -> Result<Self> {
        let from_environment = |value: Option<String>, name| value.or_else(|| std::env::var(name).ok());
        role.role_arn = from_environment(role.role_arn, "AWS_ROLE_ARN");
        role.session_name = from_environment(role.session_name, "AWS_ROLE_SESSION_NAME");
        if role.web_identity_token.is_none() {
            role.web_identity_token_file =
                from_environment(role.web_identity_token_file, "AWS_WEB_IDENTITY_TOKEN_FILE");
        }
        if role.role_arn.as_ref().is_none_or(String::is_empty) {
            return Err(Error::invalid("assume_role_with_web_identity needs a role_arn or AWS_ROLE_ARN"));
        }
        if role.web_identity_token.is_none() && role.web_identity_token_file.is_none() {
            return Err(Error::invalid(
                "assume_role_with_web_identity needs a web_identity_token or a web_identity_token_file",
            ));
        }
        seconds(role.duration.as_deref())?;
        Ok(Self { client: aws_sdk_sts::Client::new(sdk), role: Role::WebIdentity(role) })
    }

    async fn issue(&self) -> std::result::Result<Credentials, CredentialsError> {
        let (arn, issued) = match &self.role {
            Role::Plain(role) => (&role.role_arn, assume(&self.client, role).await),
            Role::WebIdentity(role) => (&role.role_arn, assume_with_web_identity(&self.client, role).await),
        };
        let arn = arn.as_deref().unwrap_or_default();
        let issued = issued.map_err(|it| {
            CredentialsError::provider_error(format!("the role {arn} cannot be assumed: {it}"))
        })?;
        let expires = SystemTime::try_from(*issued.expiration()).ok();
        Ok(Credentials::new(
            issued.access_key_id(),
            issued.secret_access_key(),
            Some(issued.session_token().to_owned()),
            expires,
            ISSUER,
        ))
    }
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.issue())
    }
}

impl fmt::Debug for AssumedRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumedRole").field("role", &self.role).finish_non_exhaustive()
    }
}

async fn assume(client: &aws_sdk_sts::Client, role: &AssumeRole) -> Result<Issued> {
    let policies =
        role.policy_arns.iter().flatten().map(|it| PolicyDescriptorType::builder().arn(it).build());
    let tags = role.tags.iter().flatten().map(|(key, value)| Tag::builder().key(key).value(value).build());
    let tags = tags.collect::<std::result::Result<Vec<_>, _>>()?;
    let answer = client
        .assume_role()
        .set_role_arn(role.role_arn.clone())
        .role_session_name(session_name(role.session_name.as_deref()))
        .set_duration_seconds(seconds(role.duration.as_deref())?)
        .set_external_id(role.external_id.clone())
        .set_policy(role.policy.clone())
        .set_policy_arns(Some(policies.collect::<Vec<_>>()).filter(|it| !it.is_empty()))
        .set_source_identity(role.source_identity.clone())
        .set_tags(Some(tags).filter(|it| !it.is_empty()))
        .set_transitive_tag_keys(role.transitive_tag_keys.as_ref().map(|it| it.iter().cloned().collect()))
        .send()
        .await?;
    crate::required(answer.credentials, "Credentials")
}

async fn assume_with_web_identity(
    client: &aws_sdk_sts::Client,
    role: &AssumeRoleWithWebIdentity,
) -> Result<Issued> {
    let policies =
        role.policy_arns.iter().flatten().map(|it| PolicyDescriptorType::builder().arn(it).build());
    let token = match (&role.web_identity_token, &role.web_identity_token_file) {
        (Some(token), _) => token.reveal().clone(),
        (None, Some(file)) => tokio::fs::read_to_string(file)
            .await
            .map_err(|it| Error::invalid(format!("the web identity token in {file} cannot be read: {it}")))?,
        (None, None) => String::new(),
    };
    let answer = client
        .assume_role_with_web_identity()
        .set_role_arn(role.role_arn.clone())
        .role_session_name(session_name(role.session_name.as_deref()))
        .set_duration_seconds(seconds(role.duration.as_deref())?)
        .set_policy(role.policy.clone())
        .set_policy_arns(Some(policies.collect::<Vec<_>>()).filter(|it| !it.is_empty()))
        .web_identity_token(token.trim())
        .send()
        .await?;
    crate::required(answer.credentials, "Credentials")
}

/// Returns the name of a session: the one given, or one that tells sessions apart in the role's logs.
fn session_name(given: Option<&str>) -> String {
    given.map_or_else(|| format!("{ISSUER}-{}", std::process::id()), str::to_owned)
}

/// Returns the length of a session in seconds.
fn seconds(text: Option<&str>) -> Result<Option<i32>> {
    const SHORTEST: Duration = Duration::from_secs(15 * 60);
    const LONGEST: Duration = Duration::from_secs(12 * 3600);
    let Some(text) = text else { return Ok(None) };
    let length = duration::parse(text).filter(|it| (SHORTEST..=LONGEST).contains(it)).ok_or_else(|| {
        Error::invalid(format!("the duration {text:?} of a session is not between 15m and 12h, such as 1h"))
    })?;
    Ok(i32::try_from(length.as_secs()).ok())
}

#[cfg(test)]
mod tests {
    use super::{keys, seconds};
    use crate::settings::AwsProviderConfig;

    #[test]
    fn keys_come_in_pairs() {
        let config = |access: Option<&str>, secret: Option<&str>| AwsProviderConfig {
            access_key: access.map(str::to_owned),
            secret_key: secret.map(|it| it.to_owned().into()),
            ..AwsProviderConfig::default()
        };
        assert!(keys(&config(None, None)).expect("no keys").is_none());
        assert!(keys(&config(Some("a"), Some("b"))).expect("both keys").is_some());
        assert!(keys(&config(Some("a"), None)).is_err());
        assert!(keys(&config(None, Some("b"))).is_err());
    }

    #[test]
    fn sessions_last_between_a_quarter_and_half_a_day() {
        assert_eq!(seconds(Some("1h")).ok().flatten(), Some(3600));
        assert_eq!(seconds(None).ok(), Some(None));
        for text in ["1m", "13h", "soon"] {
            assert!(seconds(Some(text)).is_err(), "{text}");
        }
    }
}
