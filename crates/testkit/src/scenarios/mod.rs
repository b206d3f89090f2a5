//! Scenarios: commands given one after the other in one directory, and what comes of them.
//!
//! A [`Program`] with Terraform's command line takes the steps of a [`Scenario`] in a [`Session`]. What each step did
//! is read into the form of the shared vectors (`../shared/vectors/README.md`), in which it can be compared with what
//! was recorded there, or with what another program did. The [`Standing`] counts, and says what differs without being
//! [explained](explained()).

mod comparison;
mod difference;
mod explained;
mod normal_form;
mod playing;
mod reading;
mod scenario;
mod session;
mod standing;
mod unlike;

pub use comparison::differences;
pub use explained::{Explained, explained};
pub use playing::{play, side_by_side};
pub use scenario::{Command, Scenario, Step};
pub use session::{Program, Session};
pub use standing::Standing;
pub use unlike::Unlike;
