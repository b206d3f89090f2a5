//! The arguments of the block, as Terraform has them.

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use rinfra_schema::{Attribute, Block, Fault};
use rinfra_store::StoreError;
use rinfra_value::{Type, Value};

use crate::bucket::{CustomerKey, Encryption, Protection};

const INVALID: &str = "Invalid Value";
const WORKSPACES: &str = "env:";

/// Texts.
const TEXTS: &str = "\
    access_key acl custom_ca_bundle dynamodb_endpoint dynamodb_table ec2_metadata_service_endpoint \
    ec2_metadata_service_endpoint_mode endpoint http_proxy https_proxy iam_endpoint kms_key_id no_proxy \
    profile region retry_mode secret_key shared_credentials_file sse_customer_key sts_endpoint sts_region token \
    workspace_key_prefix";
/// Truths.
const TRUTHS: &str = "\
    encrypt force_path_style insecure skip_credentials_validation skip_metadata_api_check \
    skip_region_validation skip_requesting_account_id skip_s3_checksum use_dualstack_endpoint \
    use_fips_endpoint use_lockfile use_path_style";
/// Lists of texts in any order.
const SETS: &str = "allowed_account_ids forbidden_account_ids shared_config_files shared_credentials_files";
/// Objects.
const OBJECTS: &str = "assume_role assume_role_with_web_identity endpoints";

/// What may stand in `assume_role`.
const ASSUME_ROLE: [&str; 9] = [
    "duration",
    "external_id",
    "policy",
    "policy_arns",
    "role_arn",
    "session_name",
    "source_identity",
    "tags",
    "transitive_tag_keys",
];
/// What may stand in `assume_role_with_web_identity`.
const WEB_IDENTITY: [&str; 7] = [
    "duration",
    "policy",
    "policy_arns",
    "role_arn",
    "session_name",
    "web_identity_token",
    "web_identity_token_file",
];
/// What may stand in `endpoints`, and how it was written before.
const ENDPOINTS: [(&str, Option<&str>); 5] = [
    ("dynamodb", Some("dynamodb_endpoint")),
    ("iam", Some("iam_endpoint")),
    ("s3", Some("endpoint")),
    ("sso", None),
    ("sts", Some("sts_endpoint")),
];

/// The arguments of the block.
pub(crate) static SCHEMA: LazyLock<Block> = LazyLock::new(|| {
    let mut block = Block::new()
        .attribute("bucket", Attribute::required(Type::String))
        .attribute("key", Attribute::required(Type::String))
        .attribute("max_retries", Attribute::optional(Type::Number));
    let kinds = [
        (TEXTS, Type::String),
        (TRUTHS, Type::Bool),
        (SETS, Type::set(Type::String)),
        (OBJECTS, Type::Dynamic),
    ];
    for (names, ty) in kinds {
        for name in names.split_whitespace() {
            let attribute = Attribute::optional(ty.clone());
            let secret = matches!(name, "access_key" | "secret_key" | "sse_customer_key" | "token");
            block = block.attribute(name, if secret { attribute.sensitive() } else { attribute });
        }
    }
    block.check(faults)
});

/// What the block says of where the state is.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) workspaces: String,
    pub(crate) use_lockfile: bool,
    pub(crate) table: Option<String>,
    pub(crate) use_path_style: bool,
    pub(crate) skip_checksum: bool,
    pub(crate) protection: Protection,
}

impl Settings {
    /// Returns what a configuration says.
    ///
    /// # Errors
    /// Fails for keys that cannot be used.
    pub(crate) fn of(config: &Value) -> Result<Self, StoreError> {
        let owned = |name| text(config, name).map(str::to_owned);
        Ok(Self {
            bucket: owned("bucket").unwrap_or_default(),
            key: owned("key").unwrap_or_default(),
            workspaces: owned("workspace_key_prefix").unwrap_or_else(|| WORKSPACES.to_owned()),
            use_lockfile: truth(config, "use_lockfile"),
            table: owned("dynamodb_table"),
            use_path_style: truth(config, "use_path_style") || truth(config, "force_path_style"),
            skip_checksum: truth(config, "skip_s3_checksum"),
            protection: Protection { encryption: encryption(config)?, acl: owned("acl") },
        })
    }

    /// Returns the key of the state of a workspace.
    pub(crate) fn key_of(&self, workspace: &str) -> String {
        match workspace {
            "default" => self.key.clone(),
            name => format!("{}{name}/{}", self.before_workspaces(), self.key),
        }
    }

    /// Returns how the keys of the states of workspaces begin.
    pub(crate) fn before_workspaces(&self) -> String {
        if self.workspaces.is_empty() { String::new() } else { format!("{}/", self.workspaces) }
    }
}

/// Returns the block `provider "aws"` that leads to the same account.
pub(crate) fn provider(config: &Value) -> Value {
    const SAME: &str = "\
        access_key allowed_account_ids custom_ca_bundle ec2_metadata_service_endpoint \
        ec2_metadata_service_endpoint_mode forbidden_account_ids http_proxy https_proxy insecure max_retries \
        no_proxy profile region retry_mode secret_key skip_credentials_validation skip_region_validation \
        skip_requesting_account_id sts_region token use_dualstack_endpoint use_fips_endpoint";
    let list =
        |value: &Value| Value::list(Type::String, value.elements().into_iter().flatten().cloned().collect());
    let mut given: Vec<(Arc<str>, Value)> = Vec::new();
    let mut give = |name: &str, value: Value| given.push((name.into(), value));
    for name in SAME.split_whitespace() {
        if let Some(value) = known(config, name) {
            give(name, value.clone());
        }
    }
    if truth(config, "skip_metadata_api_check") {
        give("skip_metadata_api_check", Value::string("true"));
    }
    for name in ["shared_config_files", "shared_credentials_files"] {
        if let Some(value) = known(config, name) {
            give(name, list(value));
        }
    }
    if let Some(file) = text(config, "shared_credentials_file") {
        give("shared_credentials_files", Value::list(Type::String, vec![Value::string(file)]));
    }
    if let Some(role) = known(config, "assume_role") {
        give("assume_role", Value::tuple(vec![role.clone()]));
    }
    if let Some(role) = known(config, "assume_role_with_web_identity") {
        give("assume_role_with_web_identity", Value::tuple(vec![role.clone()]));
    }
    let endpoints: Vec<_> = ENDPOINTS
        .into_iter()
        .filter_map(|(name, old)| Some((name, Value::string(endpoint(config, name, old)?))))
        .collect();
    if !endpoints.is_empty() {
        give("endpoints", Value::tuple(vec![Value::object(endpoints)]));
    }
    Value::object(given)
}

fn endpoint(config: &Value, name: &str, old: Option<&str>) -> Option<String> {
    let new = known(config, "endpoints").and_then(|it| text(it, name));
    let given = new.or_else(|| text(config, old?)).map(str::to_owned);
    // These are Terraform's own variables; the SDK knows AWS_ENDPOINT_URL_S3 and its like by itself.
    let variable = match name {
        "s3" => "AWS_S3_ENDPOINT",
        "dynamodb" => "AWS_DYNAMODB_ENDPOINT",
        "sts" => "AWS_STS_ENDPOINT",
        _ => return given,
    };
    given.or_else(|| std::env::var(variable).ok().filter(|it| !it.is_empty()))
}

fn encryption(config: &Value) -> Result<Encryption, StoreError> {
    if !truth(config, "encrypt") {
        return Ok(Encryption::Default);
    }
    if let Some(id) = text(config, "kms_key_id") {
        return Ok(Encryption::Kms(id.to_owned()));
    }
    let variable = || std::env::var("AWS_SSE_CUSTOMER_KEY").ok().filter(|it| !it.is_empty());
    let Some(given) = text(config, "sse_customer_key").map(str::to_owned).or_else(variable) else {
        return Ok(Encryption::Aes);
    };
    match STANDARD.decode(&given) {
        Ok(key) if key.len() == 32 => {
            Ok(Encryption::Customer(CustomerKey { digest: STANDARD.encode(Md5::digest(&key)), key: given }))
        }
        _ => Err(StoreError::Configuration {
            reason: "sse_customer_key, or AWS_SSE_CUSTOMER_KEY, must be 32 bytes in Base64: 44 characters"
                .to_owned(),
            hint: Some("openssl rand -base64 32 makes one".to_owned()),
        }),
    }
}

/// Returns what is wrong with the arguments.
fn faults(config: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |name: &str, detail: &str| faults.push(Fault::of(name, INVALID, detail));
    if known(config, "bucket").and_then(Value::as_str) == Some("") {
        fault("bucket", "The value cannot be empty or all whitespace.");
    }
    if let Some(key) = known(config, "key").and_then(Value::as_str) {
        if key.is_empty() {
            fault("key", "The value cannot be empty or all whitespace.");
        } else if key.starts_with('/') || key.ends_with('/') {
            fault("key", "The value must not start or end with \"/\".");
        } else if key.split('/').any(str::is_empty) {
            fault("key", "The value must not contain \"//\".");
        }
    }
    if text(config, "workspace_key_prefix").is_some_and(|it| it.starts_with('/') || it.ends_with('/')) {
        fault("workspace_key_prefix", "The value must not start or end with \"/\".");
    }
    if text(config, "kms_key_id").is_some() && text(config, "sse_customer_key").is_some() {
        fault("kms_key_id", "Only one of kms_key_id and sse_customer_key can be set.");
    }
    for (name, allowed) in
        [("assume_role", &ASSUME_ROLE[..]), ("assume_role_with_web_identity", &WEB_IDENTITY)]
    {
        let Some(object) = known(config, name) else { continue };
        match object.entries() {
            None => fault(name, "An object is required, such as { role_arn = \"…\" }."),
            Some(entries) => {
                if let Some(unknown) = entries.keys().find(|it| !allowed.contains(&&***it)) {
                    fault(name, &format!("It has no attribute {unknown:?}."));
                }
                if text(object, "role_arn").is_none() {
                    fault(name, "The attribute \"role_arn\" is required.");
                }
            }
        }
    }
    if let Some(object) = known(config, "endpoints") {
        match object.entries() {
            None => fault("endpoints", "An object is required, such as { s3 = \"…\" }."),
            Some(entries) => {
                let is_known = |name: &str| ENDPOINTS.iter().any(|(it, _)| *it == name);
                if let Some(unknown) = entries.keys().find(|it| !is_known(it)) {
                    fault("endpoints", &format!("There is no endpoint {unknown:?}."));
                }
            }
        }
    }
    faults
}

fn known<'v>(config: &'v Value, name: &str) -> Option<&'v Value> {
    config.attribute(name).filter(|it| !it.is_null() && it.is_known())
}

fn text<'v>(config: &'v Value, name: &str) -> Option<&'v str> {
    known(config, name)?.as_str().filter(|it| !it.is_empty())
}

fn truth(config: &Value, name: &str) -> bool {
    known(config, name).and_then(Value::as_bool) == Some(true)
}
