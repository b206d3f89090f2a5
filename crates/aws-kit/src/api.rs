//! One AWS service, as the framework needs to know it.

use std::future::Future;
use std::time::Duration;

use aws_types::SdkConfig;

use crate::{Cx, Result, TagChange};

/// What the provider's configuration says of single services.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClientOptions {
    /// Whether the bucket stands in the path of an S3 address rather than in its host.
    pub s3_use_path_style: bool,
}

/// An AWS service with an SDK client.
pub trait Api: Sized + Send + Sync + 'static {
    /// The client of the SDK.
    type Client: Clone + Send + Sync + 'static;

    /// The names under which the provider's `endpoints` block knows the service.
    const ENDPOINTS: &'static [&'static str];

    /// Whether the service has no Regions, as IAM and Route 53 have none.
    const GLOBAL: bool = false;

    /// How long after a creation a search may miss the object.
    const SHOWS_WITHIN: Duration = Duration::from_secs(15);

    /// Returns a client. Endpoint, Region, credentials and retries are in `config` already.
    fn client(config: &SdkConfig, options: ClientOptions) -> Self::Client;

    /// Changes the tags of what `target` names: whatever the service takes in its tagging calls, usually an
    /// id or an ARN.
    fn retag(cx: &Cx<Self>, target: &str, change: &TagChange) -> impl Future<Output = Result<()>> + Send;
}
