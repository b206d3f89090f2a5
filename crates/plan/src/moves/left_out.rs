//! Moves of what a plan of a part leaves out.

use std::collections::BTreeSet;

use rinfra_addr::{AbsResource, ObjectAddress, ResourceInstance};
use rinfra_diag::Diagnostic;

use super::Moves;
use crate::run::Options;

impl Moves<'_> {
    /// Returns what is wrong with a plan of a part that leaves out instances which moved: both addresses of each have
    /// to be in it, or the state would have the object where only a whole plan expects it.
    pub(crate) fn left_out(&self, options: &Options) -> Option<Diagnostic> {
        let covered =
            |chosen: &[ObjectAddress], it: &ResourceInstance| chosen.iter().any(|one| one.covers(it));
        let ends = self.origins.iter().filter(|(to, from)| to != from).flat_map(|(to, from)| [to, from]);
        let is_left_out = |it: &ResourceInstance| match &options.targets[..] {
            [] => covered(&options.excludes, it),
            targets => !covered(targets, it),
        };
        let resources: BTreeSet<&AbsResource> =
            ends.filter(|it| is_left_out(it)).map(|it| &it.resource).collect();
        if resources.is_empty() {
            return None;
        }
        let list: String = resources.iter().map(|it| format!("\n  - {it}")).collect();
        let detail = format!(
            "Resource instances have moved to new addresses in the configuration, and -target or -exclude leaves some \
             of these addresses out:{list}\n\nOnly a plan of both addresses of what moved can be right."
        );
        let targets: Vec<_> = resources.iter().map(|it| format!("-target='{it}'")).collect();
        let hint = match &options.targets[..] {
            [] => "Leave out nothing that moved, or plan everything".to_owned(),
            _ => format!("Plan everything, or add {}", targets.join(" ")),
        };
        Some(Diagnostic::error("Moved resource instances excluded by targeting", detail).hint(hint))
    }
}
