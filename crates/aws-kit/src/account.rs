//! One account with one set of credentials: its clients, Region by Region.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_types::SdkConfig;
use aws_types::origin::Origin;
use rinfra_provider::Region;
use tokio::sync::OnceCell;

use crate::caller::{Answer, Caller};
use crate::clock::Clock;
use crate::tags::TagRules;
use crate::wire::Wire;
use crate::{Api, ClientOptions, Partition, Result};

/// An account as one provider configuration sees it.
pub(crate) struct Account {
    /// Credentials, retries and the HTTP client, without a Region.
    pub(crate) sdk: SdkConfig,
    /// The Region of instances that name none.
    pub(crate) region: Region,
    /// The Region STS is asked in.
    pub(crate) sts_region: Option<String>,
    /// The endpoints of the configuration, by the names Terraform gives the services.
    pub(crate) endpoints: BTreeMap<String, String>,
    /// What the configuration says of single services.
    pub(crate) options: ClientOptions,
    /// What the configuration says about tags.
    pub(crate) tags: TagRules,
    /// Whether STS must not be asked for the account's id.
    pub(crate) anonymous: bool,
    /// How long after a creation a search may miss the object, where that is not the service's usual time.
    pub(crate) shows_within: Option<Duration>,
    pub(crate) wire: Arc<Wire>,
    pub(crate) clock: Clock,
    pub(crate) caller: OnceCell<Caller>,
    /// What STS says to all who have the same credentials.
    pub(crate) callers: Answer,
    pub(crate) clients: Mutex<HashMap<(TypeId, Region), Arc<dyn Any + Send + Sync>>>,
}

impl Account {
    /// Returns the client of a service in a Region, made once.
    pub(crate) fn client<A: Api>(&self, region: &Region) -> A::Client {
        let key = (TypeId::of::<A>(), region.clone());
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let client = clients.entry(key).or_insert_with(|| {
            let config = self.config(self.region_name(region), A::ENDPOINTS);
            Arc::new(A::client(&config, self.options))
        });
        client.downcast_ref::<A::Client>().cloned().unwrap_or_else(|| {
            // Unreachable: the entry was made for this very type.
            A::client(&self.config(self.region_name(region), A::ENDPOINTS), self.options)
        })
    }

    /// Returns the name the SDK knows a Region by.
    pub(crate) fn region_name<'a>(&'a self, region: &'a Region) -> &'a str {
        if !region.is_global() {
            return region.as_str();
        }
        // Global services are asked in the Region of their partition's control plane.
        Partition::of(self.region.as_str()).global_region
    }

    /// Returns the account's id, asking STS the first time.
    pub(crate) async fn id(&self) -> Result<String> {
        if self.anonymous {
            return Ok(String::new());
        }
        Ok(self.caller().await?.account.clone())
    }

    /// Returns the configuration of a service that is asked about the objects of another one, in a Region; nothing
    /// when only that other one is to be found elsewhere than usual.
    pub(crate) fn neighbour<A: Api>(&self, region: &Region, names: &[&str]) -> Option<SdkConfig> {
        let is_moved = |names: &[&str]| names.iter().any(|it| self.endpoints.contains_key(*it));
        (is_moved(names) || !is_moved(A::ENDPOINTS)).then(|| self.config(self.region_name(region), names))
    }

    pub(crate) fn config(&self, region: &str, names: &[&str]) -> SdkConfig {
        let mut builder = self.sdk.to_builder();
        builder.set_region(Some(aws_types::region::Region::new(region.to_owned())));
        if let Some(url) = names.iter().find_map(|it| self.endpoints.get(*it)) {
            builder.set_endpoint_url(Some(url.clone()));
            builder.insert_origin("endpoint_url", Origin::shared_config());
        }
        builder.build()
    }
}
