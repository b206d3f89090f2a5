//! Validating: one visit of every object, in the order of the references.

mod object;
mod phase;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use futures::executor::block_on;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use rinfra_addr::ProviderSource;
use rinfra_config::{Config, Item, Node, ProviderKey};
use rinfra_diag::Diagnostics;
use rinfra_graph::Graph;
use rinfra_lang::functions::Functions;
use rinfra_provider::Catalogue;
use rinfra_value::{Type, Value};
use tokio::task::unconstrained;

use self::phase::Validation;
pub(crate) use self::phase::unknown_call;
use crate::evaluation::{Evaluation, Inputs};
use crate::expansion::UnknownRepetition;
use crate::traversals;

/// Checks every object of a configuration without a state, a cloud or values for its variables, and returns everything
/// that is wrong with single objects.
///
/// `references` is what [`Config::check_with`] told of the references of each object. Objects that depend on one that is
/// wrong are passed over: much of what could be said of them would follow from that. An object of a type that is not
/// built in is no such case: it is reported, and taken for a value that is not known.
///
/// *Assumptions*: there are no cycles.
pub fn validate(
    config: &Config,
    catalogue: &Catalogue,
    functions: &Functions,
    inputs: &Inputs,
    references: &BTreeMap<Node, Diagnostics>,
) -> Diagnostics {
    let mut all = traversals::check_types(config, catalogue);
    let unknown = |ty: &Type| Value::unknown(ty.without_optional_attributes());
    let variables = &config.root().variables;
    let variables = variables.iter().map(|(name, it)| (name.clone(), unknown(&it.constraint.ty))).collect();
    let inputs = Inputs { variables, unknown_repetition: UnknownRepetition::Allowed, ..inputs.clone() };
    let graph = config.references();
    let used = config.used_providers();
    let mut order = graph.order().unwrap_or_default();
    order.retain(|it| !is_unused(it, &used));
    let walk = Walk { graph, order: &order, references };
    // A validated resource is worth nothing to others, so each processor may look at some of them.
    let shares = rayon::current_num_threads();
    let found: Vec<HashMap<usize, Diagnostics>> = (0..shares)
        .into_par_iter()
        .map(|number| {
            let phase = Validation { catalogue };
            let evaluation = Evaluation::new(config, catalogue, functions, &inputs, &phase);
            let share = Share { number, of: shares };
            // Nothing in it waits for anything outside, and it need not make way for other tasks.
            block_on(unconstrained(evaluation.validate(&walk, share)))
        })
        .collect();
    let mut found: HashMap<usize, Diagnostics> = found.into_iter().flatten().collect();
    let mut spoilt = Spoilt::new(graph);
    for (position, node) in order.iter().enumerate() {
        if spoilt.reaches(node) {
            continue;
        }
        let mut here = references.get(node).cloned().unwrap_or_default();
        here.extend(found.remove(&position).unwrap_or_default());
        if here.has_errors() {
            spoilt.add(node);
        }
        all.extend(here);
    }
    // What is not there, such as the target of an import, is no object, and something may be wrong with it.
    let absent = references.iter().filter(|(node, _)| !graph.contains(node));
    absent.for_each(|(_, found)| all.extend(found.iter().cloned()));
    all.sort();
    all.dedup();
    all
}

/// In which order objects are validated, and what is known to be wrong with them.
struct Walk<'w> {
    graph: &'w Graph<Node>,
    order: &'w [Node],
    references: &'w BTreeMap<Node, Diagnostics>,
}

/// Some of the resources: every so manieth of all objects.
#[derive(Clone, Copy)]
struct Share {
    number: usize,
    of: usize,
}

impl Share {
    /// Tells whether an object at a position of the order is to be looked at: what is no resource, any may need.
    fn has(self, position: usize, node: &Node) -> bool {
        !matches!(node.item, Item::Resource(_)) || position % self.of == self.number
    }

    /// Tells whether what is wrong with an object is for this share to say.
    fn tells_of(self, node: &Node) -> bool {
        matches!(node.item, Item::Resource(_)) || self.number == 0
    }
}

/// The objects that are wrong, or depend on one that is.
struct Spoilt<'w> {
    graph: &'w Graph<Node>,
    nodes: HashSet<&'w Node>,
}

impl<'w> Spoilt<'w> {
    fn new(graph: &'w Graph<Node>) -> Self {
        Self { graph, nodes: HashSet::new() }
    }

    fn add(&mut self, node: &'w Node) {
        self.nodes.insert(node);
    }

    /// Tells whether an object depends on one that is wrong, and is spoilt by that.
    fn reaches(&mut self, node: &'w Node) -> bool {
        let is_spoilt = |it: &Node| self.nodes.contains(it);
        let reached = !self.nodes.is_empty() && self.graph.dependencies(node).iter().any(is_spoilt);
        if reached {
            self.add(node);
        }
        reached
    }
}

impl Evaluation<'_> {
    /// Validates a share of the objects, and returns what is wrong with them by their positions.
    async fn validate(&self, walk: &Walk<'_>, share: Share) -> HashMap<usize, Diagnostics> {
        let mut all = HashMap::new();
        let mut spoilt = Spoilt::new(walk.graph);
        for (position, node) in walk.order.iter().enumerate() {
            if spoilt.reaches(node) {
                continue;
            }
            let wrong = walk.references.get(node).filter(|it| it.has_errors());
            if wrong.is_some() {
                spoilt.add(node);
            }
            if !share.has(position, node) {
                continue;
            }
            match wrong {
                Some(references) => self.validate_beside(node, references).await,
                None => self.validate_node(node).await,
            }
            let found = self.take_diagnostics();
            if found.has_errors() {
                spoilt.add(node);
            }
            if share.tells_of(node) && !found.is_empty() {
                all.insert(position, found);
            }
        }
        all
    }
}

/// Tells whether a node is a provider configuration that nothing uses: as in Terraform, it may say what it likes.
fn is_unused(node: &Node, used: &BTreeSet<ProviderKey>) -> bool {
    match &node.item {
        Item::Provider { source, alias } => !used.contains(&provider_key(node, source, alias)),
        _ => false,
    }
}

fn provider_key(node: &Node, source: &ProviderSource, alias: &Option<Arc<str>>) -> ProviderKey {
    ProviderKey { module: node.module.clone(), source: source.clone(), alias: alias.clone() }
}
