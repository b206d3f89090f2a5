//! What follows from all references whatever they lead into, found in one look at each of them.

use std::sync::Arc;

use rinfra_diag::Diagnostics;
use rinfra_graph::{Graph, Place};

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

/// What follows from some of the references.
#[derive(Default)]
struct Part {
    edges: Vec<(Place, Place)>,
    deprecated: Diagnostics,
}

impl Config {
    /// Returns what follows from all references. It is found out once, when it is first asked for.
    pub(crate) fn analysis(&self) -> &Analysis {
        self.analysis.get_or_init(|| Arc::new(self.analyse()))
    }

    fn analyse(&self) -> Analysis {
        let mut analysis = Analysis { graph: self.structure(), ..Analysis::default() };
        let graph = &analysis.graph;
        let parts = self.gather_uses(|part: &mut Part, unit| {
            // What is imported to nowhere is no node.
            let dependent = graph.place(unit.node);
            for reference in unit.uses.iter().filter_map(|it| Reference::parse(&it.traversal).ok()) {
                part.deprecated.extend(self.deprecated_output(unit.scope, &reference));
                let Some(dependent) = dependent else { continue };
                let target = self.target(unit.scope, &reference.subject);
                let dependency = target.and_then(|it| graph.place(&it)).filter(|it| *it != dependent);
                part.edges.extend(dependency.map(|it| (dependent, it)));
            }
        });
        for Part { edges, deprecated } in parts {
            edges
                .into_iter()
                .for_each(|(dependent, dependency)| analysis.graph.connect(dependent, dependency));
            analysis.deprecated.extend(deprecated);
        }
        analysis
    }
}
