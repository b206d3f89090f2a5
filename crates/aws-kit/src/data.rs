//! What a data source is: a struct that is its schema, and one question to AWS.

use std::future::Future;

use rinfra_schema::typed::ResourceSchema;

use crate::{Api, Cx, Result};

/// A data source of AWS. The framework injects `region` and `timeouts`.
pub trait DataSource: ResourceSchema + Clone + Send + Sync + 'static {
    /// The service it asks.
    type Api: Api;

    /// Whether it belongs to no Region.
    const GLOBAL: bool = <Self::Api as Api>::GLOBAL;

    /// Returns the answer to the question that `self`, the configuration, asks.
    fn read(&self, cx: &Cx<Self::Api>) -> impl Future<Output = Result<Self>> + Send;
}
