//! The arguments of `aws_s3_bucket` that have resource types of their own.
//!
//! Configurations must not use them, and say so when they do; states that the AWS provider of Terraform wrote
//! hold their values, which are carried along unread.

use rinfra_aws_kit::{Draft, Error, Result};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Map, OrComputed, Set};

/// Each argument, and the resource type that took its place.
const SUCCESSORS: &[(&str, &str)] = &[
    ("acceleration_status", "aws_s3_bucket_accelerate_configuration"),
    ("acl", "aws_s3_bucket_acl"),
    ("cors_rule", "aws_s3_bucket_cors_configuration"),
    ("grant", "aws_s3_bucket_acl"),
    ("lifecycle_rule", "aws_s3_bucket_lifecycle_configuration"),
    ("logging", "aws_s3_bucket_logging"),
    ("object_lock_configuration", "aws_s3_bucket_object_lock_configuration"),
    ("policy", "aws_s3_bucket_policy"),
    ("replication_configuration", "aws_s3_bucket_replication_configuration"),
    ("request_payer", "aws_s3_bucket_request_payment_configuration"),
    ("server_side_encryption_configuration", "aws_s3_bucket_server_side_encryption_configuration"),
    ("versioning", "aws_s3_bucket_versioning"),
    ("website", "aws_s3_bucket_website_configuration"),
];

/// Refuses a configuration that uses one of the arguments.
pub(super) fn refuse(draft: &Draft<'_>) -> Result<()> {
    for (name, successor) in SUCCESSORS {
        let config = draft.config(name);
        if !config.is_null() && (!config.is_known() || config.len() != Some(0)) {
            let hint = match *name {
                "object_lock_configuration" => format!(
                    "set object_lock_enabled = true, and use a resource of the type {successor} for its rule"
                ),
                _ => format!("use a resource of the type {successor}"),
            };
            let message = format!("{name} cannot be set in aws_s3_bucket: it has a resource type of its own");
            return Err(Error::invalid(message).with_hint(hint));
        }
    }
    Ok(())
}

/// Who may call the bucket from the pages of other sites.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct CorsRule {
    allowed_headers: Option<Vec<String>>,
    allowed_methods: Vec<String>,
    allowed_origins: Vec<String>,
    expose_headers: Option<Vec<String>>,
    max_age_seconds: Option<i64>,
}

/// An entry of the access control list.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Grant {
    id: Option<String>,
    permissions: Set<String>,
    #[attr(name = "type")]
    kind: String,
    uri: Option<String>,
}

/// What becomes of objects with time.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct LifecycleRule {
    abort_incomplete_multipart_upload_days: Option<i64>,
    enabled: bool,
    id: OrComputed<String>,
    prefix: Option<String>,
    tags: Option<Map<String>>,
    #[block(max = 1)]
    expiration: Option<Expiration>,
    #[block(max = 1)]
    noncurrent_version_expiration: Option<NoncurrentExpiration>,
    #[block]
    noncurrent_version_transition: Set<NoncurrentTransition>,
    #[block]
    transition: Set<Transition>,
}

/// When objects expire.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Expiration {
    date: Option<String>,
    days: Option<i64>,
    expired_object_delete_marker: Option<bool>,
}

/// When old versions expire.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct NoncurrentExpiration {
    days: Option<i64>,
}

/// When old versions change their storage class.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct NoncurrentTransition {
    days: Option<i64>,
    storage_class: String,
}

/// When objects change their storage class.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Transition {
    date: Option<String>,
    days: Option<i64>,
    storage_class: String,
}

/// Where requests are logged.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Logging {
    target_bucket: String,
    target_prefix: Option<String>,
}

/// Where objects are copied to.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Replication {
    role: String,
    #[block(min = 1)]
    rules: Set<ReplicationRule>,
}

/// Which objects are copied.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct ReplicationRule {
    delete_marker_replication_status: Option<String>,
    id: Option<String>,
    prefix: Option<String>,
    priority: Option<i64>,
    status: String,
    #[block(min = 1, max = 1)]
    destination: Destination,
    #[block(max = 1)]
    filter: Option<Filter>,
    #[block(max = 1)]
    source_selection_criteria: Option<SourceSelection>,
}

/// Where a rule copies objects to.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Destination {
    account_id: Option<String>,
    bucket: String,
    replica_kms_key_id: Option<String>,
    storage_class: Option<String>,
    #[block(max = 1)]
    access_control_translation: Option<Translation>,
    #[block(max = 1)]
    metrics: Option<Promptness>,
    #[block(max = 1)]
    replication_time: Option<Promptness>,
}

/// Who owns the copies.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Translation {
    owner: String,
}

/// How soon copies are there.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Promptness {
    #[attr(default = 15)]
    minutes: i64,
    #[attr(default = "Enabled")]
    status: String,
}

/// Which objects a rule is about.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Filter {
    prefix: Option<String>,
    tags: Option<Map<String>>,
}

/// Which encrypted objects are copied.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct SourceSelection {
    #[block(max = 1)]
    sse_kms_encrypted_objects: Option<EncryptedObjects>,
}

/// Whether objects encrypted with KMS are copied.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct EncryptedObjects {
    enabled: bool,
}

/// How objects are encrypted.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Encryption {
    #[block(min = 1, max = 1)]
    rule: EncryptionRule,
}

/// How objects are encrypted.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct EncryptionRule {
    #[block(min = 1, max = 1)]
    apply_server_side_encryption_by_default: ByDefault,
    bucket_key_enabled: Option<bool>,
}

/// How objects are encrypted whose writers do not say.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct ByDefault {
    kms_master_key_id: Option<String>,
    sse_algorithm: String,
}

/// Whether old versions are kept.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Versioning {
    #[attr(default = false)]
    enabled: bool,
    #[attr(default = false)]
    mfa_delete: bool,
}

/// How the bucket is served as a web site.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Website {
    error_document: Option<String>,
    index_document: Option<String>,
    redirect_all_requests_to: Option<String>,
    routing_rules: Option<String>,
}
