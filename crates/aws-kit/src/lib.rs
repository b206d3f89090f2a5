//! What all AWS service crates share.
//!
//! A service crate writes one file for each resource type: a struct that derives its schema and implements
//! [`Resource`] (or [`DataSource`]) with the calls that are specific to it. Everything else is done here, once:
//! the provider's configuration and credentials, clients for each Region, limits, retries and error classes,
//! tags, Regions and timeouts, planning, bulk reading and waiting.
//!
//! It refuses to know any service but STS and the index of tags, the engine, the state and the terminal; it knows the SDK's runtime.

mod access;
mod account;
mod accounts;
mod apart;
mod api;
mod arn;
mod batching;
mod caller;
mod ceilings;
mod classify;
pub mod clock;
mod connection;
mod context;
mod credentials;
mod data;
mod draft;
mod endpoints;
mod erased;
mod error;
mod gathering;
mod http;
mod object;
mod partition;
mod provider;
mod recent;
mod registry;
mod resource;
mod retries;
mod sdk;
mod semantic;
mod settings;
mod settling;
mod tag_index;
mod tags;
mod trace;
mod wire;

pub use access::Access;
pub use api::{Api, ClientOptions};
pub use arn::Arn;
pub use batching::Batching;
pub use caller::Caller;
pub use context::Cx;
pub use data::DataSource;
pub use draft::Draft;
pub use error::{Error, Result, or_empty, or_gone, required};
pub use gathering::Gathering;
pub use partition::Partition;
pub use provider::AwsProvider;
pub use registry::Registry;
pub use resource::{Resource, Seen, Settled, each};
pub use semantic::{Cidr, DnsName, IamPolicy, Json};
pub use tag_index::Silence;
pub use tags::{TagChange, TagMap, Tags};
pub use trace::{ByName, ByTag, ByToken, Lost, Named, Proof, Sight, Tagging, Trace};

pub use aws_types::SdkConfig;
pub use rinfra_provider::{ErrorClass, ReadCost};
pub use rinfra_throttling as throttling;
