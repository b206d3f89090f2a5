//! Planning: observe what the state knows of, compare it with what the configuration wants, decide.
//!
//! [`plan`] refreshes everything in bulk, evaluates the configuration with the planned values flowing back
//! in, and returns a [`Plan`](rinfra_change::Plan). It never changes anything outside.
//!
//! Deliberately absent: executing (`rinfra-apply`), the file system and the terminal.

mod data;
mod decision;
mod dependencies;
mod destroy;
mod failures;
mod generation;
mod imports;
mod lookup;
mod managed;
mod moves;
mod observer;
mod orphans;
mod outputs;
mod planner;
mod probe;
mod refresh;
mod refresh_only;
mod region_scope;
mod relevance;
mod removals;
mod run;
mod selection;
mod survivors;
mod triggers;

pub use lookup::{Import, Imported, look_up};
pub use observer::{Event, Observer, Silent};
pub use run::{Options, Request, plan, plan_in_part};
