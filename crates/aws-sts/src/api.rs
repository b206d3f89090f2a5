//! The STS API.

use aws_sdk_sts::Client;
use rinfra_aws_kit::{Api, ClientOptions, Cx, Error, Result, SdkConfig, TagChange};

/// AWS Security Token Service.
pub struct Sts;

impl Api for Sts {
    type Client = Client;

    const ENDPOINTS: &'static [&'static str] = &["sts"];

    fn client(config: &SdkConfig, _: ClientOptions) -> Client {
        Client::new(config)
    }

    async fn retag(_: &Cx<Self>, target: &str, _: &TagChange) -> Result<()> {
        Err(Error::invalid(format!("STS has nothing that carries tags, {target} neither")))
    }
}
