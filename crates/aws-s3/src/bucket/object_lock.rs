//! Whether a bucket's objects can be locked. Only this part of a bucket's settings is read with the bucket,
//! because it is chosen when the bucket is created.

use aws_sdk_s3::types as aws;
use rinfra_aws_kit::{Cx, Result};
use rinfra_derive::Schema;

use crate::api::{S3, elsewhere, is_unsupported};

/// How objects are locked.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct ObjectLock {
    #[attr(deprecated = "use the argument object_lock_enabled of the bucket")]
    object_lock_enabled: Option<String>,
    #[block(max = 1)]
    rule: Option<Rule>,
}

/// How long objects are locked.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Rule {
    #[block(min = 1, max = 1)]
    default_retention: Retention,
}

/// How long objects are locked whose writers do not say.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Retention {
    days: Option<i32>,
    mode: String,
    years: Option<i32>,
}

impl ObjectLock {
    /// Returns how a bucket locks its objects, if it can; `None` when there is no such bucket.
    pub(super) async fn of(cx: &Cx<S3>, bucket: &str) -> Result<Option<Option<Self>>> {
        let request = cx.client().get_object_lock_configuration().bucket(bucket);
        match request.send().await.map_err(elsewhere) {
            Ok(answer) => Ok(Some(answer.object_lock_configuration.map(Self::seen))),
            Err(error) if error.code() == Some("NoSuchBucket") => Ok(None),
            Err(error) if error.is_not_found() || is_unsupported(&error) => Ok(Some(None)),
            Err(error) => Err(error),
        }
    }

    /// Tells whether locking is on.
    pub(super) fn is_enabled(&self) -> bool {
        self.object_lock_enabled.as_deref() == Some(aws::ObjectLockEnabled::Enabled.as_str())
    }

    fn seen(it: aws::ObjectLockConfiguration) -> Self {
        let retention = it.rule.and_then(|it| it.default_retention);
        Self {
            object_lock_enabled: it.object_lock_enabled.map(|it| it.as_str().to_owned()),
            rule: retention.map(|it| Rule {
                default_retention: Retention {
                    days: it.days,
                    mode: it.mode.map(|it| it.as_str().to_owned()).unwrap_or_default(),
                    years: it.years,
                },
            }),
        }
    }
}
