//! The `provider "aws"` block.

use rinfra_derive::Schema;
use rinfra_schema::typed::{Map, Secret, Set};

/// The configuration of the AWS provider, without `endpoints`, which has a name for each service.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
pub(crate) struct AwsProviderConfig {
    /// The access key. Better kept out of configurations: see `profile`.
    pub(crate) access_key: Option<String>,
    /// The accounts the provider may work in; any, when there are none.
    #[attr(conflicts_with(forbidden_account_ids))]
    pub(crate) allowed_account_ids: Option<Set<String>>,
    /// How many calls of one operation a second a service gets at most, by the services' names in `endpoints`: `{ ec2 =
    /// 2 }`. What AWS publishes, or gives, when a service is not named.
    pub(crate) api_rate_limits: Option<Map<f64>>,
    /// A file of certificates to trust beside the usual ones. Also `AWS_CA_BUNDLE`.
    pub(crate) custom_ca_bundle: Option<String>,
    /// The endpoint of the EC2 metadata service.
    pub(crate) ec2_metadata_service_endpoint: Option<String>,
    /// The protocol of the EC2 metadata service's endpoint.
    #[attr(choices("IPv4", "IPv6"))]
    pub(crate) ec2_metadata_service_endpoint_mode: Option<String>,
    /// The accounts the provider must not work in.
    pub(crate) forbidden_account_ids: Option<Set<String>>,
    /// The proxy of plain requests. Also `HTTP_PROXY`.
    pub(crate) http_proxy: Option<String>,
    /// The proxy of encrypted requests. Also `HTTPS_PROXY`.
    pub(crate) https_proxy: Option<String>,
    /// Whether to accept any certificate.
    pub(crate) insecure: Option<bool>,
    /// How often a request is made before its failure counts. 25 when it is not set.
    pub(crate) max_retries: Option<i64>,
    /// The hosts that are reached without a proxy, separated by commas. Also `NO_PROXY`.
    pub(crate) no_proxy: Option<String>,
    /// The profile in the shared configuration files. Also `AWS_PROFILE`.
    pub(crate) profile: Option<String>,
    /// The Region of instances that name none. Also `AWS_REGION`.
    pub(crate) region: Option<String>,
    /// How requests are repeated. Also `AWS_RETRY_MODE`.
    #[attr(choices("standard", "adaptive"))]
    pub(crate) retry_mode: Option<String>,
    /// Whether S3 requests of us-east-1 go to its global endpoint.
    #[attr(choices("legacy", "regional"))]
    pub(crate) s3_us_east_1_regional_endpoint: Option<String>,
    /// Whether the bucket stands in the path of an S3 address rather than in its host.
    pub(crate) s3_use_path_style: Option<bool>,
    /// The secret key. Better kept out of configurations: see `profile`.
    pub(crate) secret_key: Option<Secret<String>>,
    /// The shared configuration files; `~/.aws/config` when there are none.
    pub(crate) shared_config_files: Option<Vec<String>>,
    /// The shared credentials files; `~/.aws/credentials` when there are none.
    pub(crate) shared_credentials_files: Option<Vec<String>>,
    /// Whether to do without asking STS who the credentials belong to.
    pub(crate) skip_credentials_validation: Option<bool>,
    /// Whether to do without the EC2 metadata service (`"true"`).
    pub(crate) skip_metadata_api_check: Option<String>,
    /// Whether a Region may have any name.
    pub(crate) skip_region_validation: Option<bool>,
    /// Whether to do without the account's id.
    pub(crate) skip_requesting_account_id: Option<bool>,
    /// The Region STS is asked in.
    pub(crate) sts_region: Option<String>,
    /// The session token of temporary credentials.
    pub(crate) token: Option<Secret<String>>,
    /// How many retries the SDK's own token bucket grants.
    pub(crate) token_bucket_rate_limiter_capacity: Option<i64>,
    /// Whether to use endpoints that speak IPv4 and IPv6.
    pub(crate) use_dualstack_endpoint: Option<bool>,
    /// Whether to use endpoints with FIPS-validated cryptography.
    pub(crate) use_fips_endpoint: Option<bool>,
    /// The roles to assume, each with the credentials of the one before.
    #[block]
    pub(crate) assume_role: Vec<AssumeRole>,
    /// The role to assume with a web identity.
    #[block(max = 1)]
    pub(crate) assume_role_with_web_identity: Option<AssumeRoleWithWebIdentity>,
    /// Tags that every object gets.
    #[block(max = 1)]
    pub(crate) default_tags: Option<DefaultTags>,
    /// Tags that are left alone.
    #[block(max = 1)]
    pub(crate) ignore_tags: Option<IgnoreTags>,
}

/// A role to assume.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
pub(crate) struct AssumeRole {
    /// How long the session lasts, between 15 minutes and 12 hours, such as `1h`.
    pub(crate) duration: Option<String>,
    /// The id the role's owner demands.
    pub(crate) external_id: Option<String>,
    /// A policy that restricts the session further.
    pub(crate) policy: Option<String>,
    /// Managed policies that restrict the session further.
    pub(crate) policy_arns: Option<Set<String>>,
    /// The role.
    pub(crate) role_arn: Option<String>,
    /// The session's name in the role owner's logs.
    pub(crate) session_name: Option<String>,
    /// The identity behind the session.
    pub(crate) source_identity: Option<String>,
    /// The session's tags.
    pub(crate) tags: Option<Map<String>>,
    /// The keys of those tags that later sessions inherit.
    pub(crate) transitive_tag_keys: Option<Set<String>>,
}

/// A role to assume with a web identity.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
pub(crate) struct AssumeRoleWithWebIdentity {
    /// How long the session lasts, between 15 minutes and 12 hours, such as `1h`.
    pub(crate) duration: Option<String>,
    /// A policy that restricts the session further.
    pub(crate) policy: Option<String>,
    /// Managed policies that restrict the session further.
    pub(crate) policy_arns: Option<Set<String>>,
    /// The role. Also `AWS_ROLE_ARN`.
    pub(crate) role_arn: Option<String>,
    /// The session's name in the role owner's logs. Also `AWS_ROLE_SESSION_NAME`.
    pub(crate) session_name: Option<String>,
    /// The token.
    #[attr(conflicts_with(web_identity_token_file))]
    pub(crate) web_identity_token: Option<Secret<String>>,
    /// The file with the token. Also `AWS_WEB_IDENTITY_TOKEN_FILE`.
    pub(crate) web_identity_token_file: Option<String>,
}

/// Tags that every object gets.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
pub(crate) struct DefaultTags {
    /// The tags. Also `TF_AWS_DEFAULT_TAGS_<key>`.
    pub(crate) tags: Option<Map<String>>,
}

/// Tags that are left alone.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
pub(crate) struct IgnoreTags {
    /// How their keys begin. Also `TF_AWS_IGNORE_TAGS_KEY_PREFIXES`.
    pub(crate) key_prefixes: Option<Set<String>>,
    /// Their keys. Also `TF_AWS_IGNORE_TAGS_KEYS`.
    pub(crate) keys: Option<Set<String>>,
}
