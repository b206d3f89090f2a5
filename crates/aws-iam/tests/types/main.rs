//! Every type of the crate, from creation to deletion, against a local AWS and through the same connection
//! the engine uses.

mod listing;
mod policy;
mod policy_document;
mod role;
mod role_policy;
mod role_policy_attachment;
mod terraform;
mod world;
