//! How AWS throttles, as far as it is known: token buckets.
//!
//! An account has buckets of tokens in each Region, mostly one for each operation of a service. A request takes a
//! token, and is refused where there is none. How many tokens a bucket holds and how fast it fills stands in
//! `data/buckets.json`, each with its source. From that follows which buckets a request takes from
//! ([`buckets_of`]), and how long they need for the requests of a run ([`floor`]).
//!
//! It refuses to know how requests are sent, and when: those who send them and those who simulate AWS share it.

mod figures;
mod floor;
mod operation;

pub use figures::{Bucket, BucketId, all, buckets_of, service_named};
pub use floor::{Asked, Floor, floor, needed};
pub use operation::{is_unbounded, looks, name_of};
