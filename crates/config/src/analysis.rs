//! What follows from all references whatever they lead into, found in one look at each of them.

use std::sync::Arc;

use rinfra_diag::Diagnostics;
use rinfra_graph::Graph;

use crate::config::Config;
use crate::node::Node;
use crate::reference::Reference;

/// What follows from all references.
#[derive(Clone, Debug, Default)]
pub(crate) struct Analysis {
    /// What needs what.
    pub(crate) graph: Graph<Node>,
    /// Uses of what nobody is to use any more.
    pub(crate) deprecated: Diagnostics,
}

impl Config {
    /// Returns what follows from all references. It is found out once, when it is first asked for.
    pub(crate) fn analysis(&self) -> &Analysis {
        self.analysis.get_or_init(|| Arc::new(self.analyse()))
    }

    fn analyse(&self) -> Analysis {
        let mut analysis = Analysis { graph: self.structure(), ..Analysis::default() };
        self.visit_uses(&mut |unit| {
            // What is imported to nowhere is no node.
            let is_node = analysis.graph.contains(unit.node);
            for reference in unit.uses.iter().filter_map(|it| Reference::parse(&it.traversal).ok()) {
                analysis.deprecated.extend(self.deprecated_output(unit.scope, &reference));
                let target = self.target(unit.scope, &reference.subject).filter(|it| it != unit.node);
                if let Some(target) = target.filter(|_| is_node) {
                    analysis.graph.add_dependency(unit.node.clone(), target);
                }
            }
        });
        analysis
    }
}
