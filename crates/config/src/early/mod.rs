//! Early evaluation: values that must be known before anything can be planned.
//!
//! Where modules come from and where the state is kept may depend on variables, named values and what is known of the
//! place the program runs in. Only what such an expression depends on is evaluated.

mod given;
mod known;
mod names;
mod settling;
mod suitable;

pub use given::{NotAccepted, unset};
pub use known::{Known, NoVariables, RootVariables};
pub(crate) use settling::Early;
pub(crate) use suitable::{early_string, without_secrets};
