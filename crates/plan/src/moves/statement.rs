//! The moves a configuration declares, and those that follow from it without being declared.

use rinfra_addr::{AbsResource, InstanceKey};
use rinfra_config::{Config, Repetition};
use rinfra_diag::Span;
use rinfra_graph::Graph;
use rinfra_state::State;

use super::endpoint::{Endpoint, unify};

/// Something has a new address.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// The old address.
    pub(crate) from: Endpoint,
    /// The new address.
    pub(crate) to: Endpoint,
    /// Where that is said, or what it follows from.
    pub(crate) span: Span,
}

/// Returns all moves: those declared in any module, then those that follow from a `count` that came or went.
pub(crate) fn statements(config: &Config, state: &State) -> Vec<Statement> {
    let mut statements = Vec::new();
    for module in config.modules() {
        for moved in &module.moved {
            if let Some((from, to)) = unify(&module.path, &moved.from, &moved.to) {
                statements.push(Statement { from, to, span: moved.header.clone() });
            }
        }
    }
    let declared = statements.len();
    for (resource, instances) in &state.resources {
        let Some((from, to, span)) = implied(config, resource) else { continue };
        let is_mentioned = |it: &Statement| it.from.selects(resource) || it.to.selects(resource);
        if instances.instances.contains_key(&from) && !statements[..declared].iter().any(is_mentioned) {
            statements.push(Statement {
                from: Endpoint::of(resource.instance(from)),
                to: Endpoint::of(resource.instance(to)),
                span,
            });
        }
    }
    statements
}

/// Returns the keys between which an instance of a resource moves by itself: `a` becomes `a[0]` where `count` came,
/// and the other way round where it went.
fn implied(config: &Config, resource: &AbsResource) -> Option<(InstanceKey, InstanceKey, Span)> {
    let declared = config.resource(&resource.config())?;
    match &declared.repetition {
        Repetition::Count(count) => Some((InstanceKey::None, InstanceKey::Int(0), count.span.clone())),
        Repetition::Single | Repetition::Enabled(_) => {
            Some((InstanceKey::Int(0), InstanceKey::None, declared.header.clone()))
        }
        Repetition::ForEach(_) => None,
    }
}

/// Returns which statements have to be executed before which others, by position.
pub(crate) fn order(statements: &[Statement]) -> Graph<usize> {
    let mut graph = Graph::new();
    for (position, statement) in statements.iter().enumerate() {
        graph.add_node(position);
        for (other_position, other) in statements.iter().enumerate() {
            if position != other_position && statement.waits_for(other) {
                graph.add_dependency(position, other_position);
            }
        }
    }
    graph
}

impl Statement {
    /// Tells whether another statement has to be executed before this one.
    fn waits_for(&self, other: &Self) -> bool {
        if self.from.continues(&other.to) {
            return true;
        }
        let nested = self.from.lies_within(&other.to)
            || self.to.lies_within(&other.to)
            || other.from.lies_within(&self.from)
            || other.to.lies_within(&self.from);
        // A module that only gets another key has what is nested in it before and after: one of the two directions
        // has to give way, or the statements would wait for each other.
        nested && (self.to.depth() >= other.to.depth() || !self.from.is_other_key_of(&self.to))
    }
}
