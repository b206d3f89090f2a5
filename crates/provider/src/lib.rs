//! What a provider, a resource type and a data source are to the engine.
//!
//! The engine sees a cloud only through the traits of this crate: [`Provider`] describes the types and
//! opens [`Connection`]s, a connection reads, plans and changes objects as [`Value`](rinfra_value::Value)s.
//!
//! Deliberately absent: any cloud, any HTTP, any clock. How a provider retries, waits and limits its calls
//! is its own affair; the engine never polls.

mod catalogue;
mod connection;
mod ephemeral;
mod error;
mod interrupted;
mod limited;
mod provider;
mod read_cost;
mod region;
mod turn;
mod typical;
mod usage;
mod warrant;

pub use catalogue::Catalogue;
pub use connection::{Connection, Operation, PlanRequest, Planned, Wanted};
pub use ephemeral::{EphemeralType, Opened};
pub use error::{Error, ErrorClass};
pub use interrupted::{Fate, Interrupted, Marked};
pub use provider::{DataSourceType, Foreign, Provider, ResourceType};
pub use read_cost::ReadCost;
pub use region::Region;
pub use turn::{Gate, Pass, Turn};
pub use typical::Typical;
pub use usage::{Asked, Line, Spent, Usage};
pub use warrant::{Warrant, under, warranted};

/// The result of a call into a provider.
pub type Result<T> = std::result::Result<T, Error>;
