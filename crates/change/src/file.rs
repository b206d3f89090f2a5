use serde::{Deserialize, Serialize};

use crate::Plan;

/// The version of the saved form. It changes whenever an older reader would misread a newer plan.
const FORMAT: u32 = 2;

/// What a saved plan starts with, so that no other JSON is taken for one.
const MAGIC: &str = "rinfra plan";

#[derive(Serialize, Deserialize)]
struct Envelope<P> {
    file: String,
    format: u32,
    plan: P,
}

/// What made a saved plan unreadable.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The file is not a saved plan.
    #[error("the file is not a plan that rinfra saved")]
    NotAPlan(#[source] Option<serde_json::Error>),
    /// The file was saved by another version of rinfra.
    #[error("the plan has format {found}, and this rinfra reads format {FORMAT}; make the plan anew")]
    OtherFormat {
        /// The format the file says it has.
        found: u32,
    },
    /// The steps of the plan do not fit together: the file was changed since it was saved.
    #[error("the steps of the plan contradict each other; make the plan anew")]
    Contradictory,
    /// The plan cannot be written.
    #[error("the plan cannot be written as JSON")]
    Unwritable(#[source] serde_json::Error),
}

/// Returns the saved form of a plan.
///
/// *Errors*: only values that JSON cannot hold.
pub fn write(plan: &Plan) -> Result<Vec<u8>, FormatError> {
    let envelope = Envelope { file: MAGIC.to_owned(), format: FORMAT, plan };
    serde_json::to_vec(&envelope).map_err(FormatError::Unwritable)
}

/// Returns the plan a saved form holds.
///
/// *Errors*: files that are no saved plan, or one of another format, or one whose steps cannot be executed in any order.
pub fn read(bytes: &[u8]) -> Result<Plan, FormatError> {
    #[derive(Deserialize)]
    struct Head {
        file: String,
        format: u32,
    }
    let head: Head = serde_json::from_slice(bytes).map_err(|error| FormatError::NotAPlan(Some(error)))?;
    if head.file != MAGIC {
        return Err(FormatError::NotAPlan(None));
    }
    if head.format != FORMAT {
        return Err(FormatError::OtherFormat { found: head.format });
    }
    let envelope: Envelope<Plan> =
        serde_json::from_slice(bytes).map_err(|error| FormatError::NotAPlan(Some(error)))?;
    let plan = envelope.plan;
    // What executes a plan relies on both.
    if !plan.graph.is_about(plan.changes.len()) || !plan.graph.is_acyclic() {
        return Err(FormatError::Contradictory);
    }
    Ok(plan)
}
