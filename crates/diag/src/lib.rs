//! Spans and diagnostics: where something is written, and what there is to say about it; and the results of checks.
//!
//! A diagnostic is data: severity, summary, detail, the span it is about and a hint. This crate collects,
//! orders and names them. It refuses to render them for a terminal, to colour them or to print them: that is
//! the fronts' business, who find the quoted text in [`Sources`].

pub mod checks;
mod diagnostic;
mod diagnostics;
mod evidence;
mod sources;
mod span;
mod suggestion;

pub use diagnostic::{Diagnostic, Severity};
pub use diagnostics::{Diagnostics, Result};
pub use evidence::{Evidence, Observation, Parameter, Signature};
pub use sources::Sources;
pub use span::{Position, Span};
pub use suggestion::did_you_mean;
