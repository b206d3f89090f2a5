//! Every type of the crate, from creation to deletion, against a local AWS and through the same connection
//! the engine uses.

mod data;
mod failures;
mod gateways;
mod oracle;
mod routes;
mod security_groups;
mod subnet;
mod vpc;
mod world;
