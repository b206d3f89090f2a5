//! Every type of the crate, from creation to deletion, against a local AWS and through the same connection
//! the engine uses.

mod log_group;
mod world;
