use rinfra_diag::Diagnostics;

use crate::environment::Environment;
use crate::failure::Outcome;
use crate::project::{Project, Validated};

/// Checks a configuration without a state, a cloud or values for its variables.
///
/// Returns everything that is wrong with single objects.
///
/// *Errors*: what keeps the configuration from being read or put into an order.
pub async fn validate(environment: &Environment) -> Outcome<(Project, Diagnostics)> {
    let project = Project::open_unchecked(environment)?;
    let Validated { structure, objects, .. } = project.validate(environment)?;
    let mut all = structure;
    all.extend(objects);
    all.sort();
    all.dedup();
    Ok((project, all))
}
