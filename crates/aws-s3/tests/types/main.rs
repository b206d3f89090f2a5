//! Every type of the crate, from creation to deletion, against a local AWS and through the same connection
//! the engine uses.

mod bucket;
mod contents;
mod deprecated;
mod objects;
mod settings;
mod world;
