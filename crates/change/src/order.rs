use std::collections::{BTreeMap, BTreeSet};

use rinfra_addr::AbsResource;

use crate::{Action, ExecutionGraph, Opcode, OperationNode, ResourceChange};

/// Returns the steps that carry out these changes, and all ordering between them.
///
/// The rules, for an instance A that depends on a resource D:
/// - A is made (created, updated, read) after D is made; an unchanged D passes on what it waits for itself.
/// - D is deleted after A is deleted.
/// - A replacement deletes before it creates, or the other way round under `create_before_destroy`.
/// - An object that is only deleted, or deleted after its replacement was made, goes after everything that
///   used it was made anew or updated. Where this rule contradicts another, the other one holds.
pub fn execution_graph(changes: &[ResourceChange]) -> ExecutionGraph {
    let mut builder = Builder::new(changes);
    builder.add_steps();
    builder.order_within_replacements();
    builder.order_makers();
    builder.order_deletions();
    builder.delete_after_last_use();
    builder.finish()
}

struct Builder<'c> {
    changes: &'c [ResourceChange],
    by_resource: BTreeMap<&'c AbsResource, Vec<usize>>,
    nodes: Vec<OperationNode>,
    /// For each node, the nodes it waits for.
    waits_for: Vec<BTreeSet<usize>>,
    /// The step that makes the object of a change, by the change's position.
    makers: BTreeMap<usize, usize>,
    /// The step that deletes (or forgets) the object of a change.
    removers: BTreeMap<usize, usize>,
    made: BTreeMap<&'c AbsResource, BTreeSet<usize>>,
}

impl<'c> Builder<'c> {
    fn new(changes: &'c [ResourceChange]) -> Self {
        let mut by_resource: BTreeMap<&AbsResource, Vec<usize>> = BTreeMap::new();
        for (position, change) in changes.iter().enumerate() {
            by_resource.entry(&change.address.resource).or_default().push(position);
        }
        Self {
            changes,
            by_resource,
            nodes: Vec::new(),
            waits_for: Vec::new(),
            makers: BTreeMap::new(),
            removers: BTreeMap::new(),
            made: BTreeMap::new(),
        }
    }

    fn add_node(&mut self, opcode: Opcode, change: usize) -> usize {
        self.nodes.push(OperationNode { opcode, address: self.changes[change].address.clone(), change });
        self.waits_for.push(BTreeSet::new());
        self.nodes.len() - 1
    }

    fn add_steps(&mut self) {
        for (position, change) in self.changes.iter().enumerate() {
            let (maker, remover) = match change.action {
                Action::NoOp => (None, None),
                Action::Create => (Some(Opcode::Create), None),
                Action::Read => (Some(Opcode::Read), None),
                Action::Update => (Some(Opcode::Update), None),
                Action::Delete => (None, Some(Opcode::Delete)),
                Action::Forget => (None, Some(Opcode::Forget)),
                Action::DeleteThenCreate | Action::CreateThenDelete => {
                    (Some(Opcode::Create), Some(Opcode::Delete))
                }
            };
            if let Some(opcode) = remover {
                let node = self.add_node(opcode, position);
                self.removers.insert(position, node);
            }
            if let Some(opcode) = maker {
                let node = self.add_node(opcode, position);
                self.makers.insert(position, node);
            }
        }
    }

    fn order_within_replacements(&mut self) {
        for (position, &maker) in &self.makers {
            if let Some(&remover) = self.removers.get(position) {
                match self.changes[*position].action {
                    Action::CreateThenDelete => self.waits_for[remover].insert(maker),
                    _ => self.waits_for[maker].insert(remover),
                };
            }
        }
    }

    fn order_makers(&mut self) {
        let makers: Vec<_> = self.makers.iter().map(|(&position, &node)| (position, node)).collect();
        for (position, node) in makers {
            let change = &self.changes[position];
            for dependency in &change.dependencies {
                if *dependency != change.address.resource {
                    let made = self.made(dependency, &mut BTreeSet::new());
                    self.waits_for[node].extend(made);
                }
            }
        }
    }

    /// Returns the steps after which a resource is as planned: its own, and those its unchanged instances
    /// would have waited for.
    fn made(&mut self, resource: &AbsResource, visiting: &mut BTreeSet<&'c AbsResource>) -> BTreeSet<usize> {
        let Some((&resource, positions)) = self.by_resource.get_key_value(resource) else {
            return BTreeSet::new();
        };
        if let Some(known) = self.made.get(resource) {
            return known.clone();
        }
        if !visiting.insert(resource) {
            return BTreeSet::new();
        }
        let positions = positions.clone();
        let mut steps = BTreeSet::new();
        for &position in &positions {
            match self.makers.get(&position) {
                Some(&node) => {
                    steps.insert(node);
                }
                None if self.changes[position].action == Action::NoOp => {
                    let changes = self.changes;
                    for dependency in &changes[position].dependencies {
                        steps.extend(self.made(dependency, visiting));
                    }
                }
                None => {}
            }
        }
        let joined = self.join(steps);
        self.made.insert(resource, joined.clone());
        joined
    }

    /// Returns one node that stands for several.
    fn join(&mut self, steps: BTreeSet<usize>) -> BTreeSet<usize> {
        match steps.first() {
            Some(&first) if steps.len() > 1 => {
                let node = self.add_node(Opcode::Join, self.nodes[first].change);
                self.waits_for[node] = steps;
                BTreeSet::from([node])
            }
            _ => steps,
        }
    }

    fn order_deletions(&mut self) {
        let resources: Vec<_> =
            self.by_resource.iter().map(|(&it, positions)| (it, positions.clone())).collect();
        for (resource, positions) in resources {
            // The instances of one resource nearly always depend on the same resources.
            let mut groups: BTreeMap<&BTreeSet<AbsResource>, BTreeSet<usize>> = BTreeMap::new();
            for position in positions {
                if let Some(&remover) = self.removers.get(&position) {
                    groups.entry(&self.changes[position].prior_dependencies).or_default().insert(remover);
                }
            }
            for (dependencies, removers) in groups {
                let removed = self.join(removers);
                for dependency in dependencies.iter().filter(|it| *it != resource) {
                    for node in self.removers_of(dependency, |_| true) {
                        self.waits_for[node].extend(&removed);
                    }
                }
            }
        }
    }

    fn removers_of(&self, resource: &AbsResource, wanted: impl Fn(Action) -> bool) -> Vec<usize> {
        let positions = self.by_resource.get(resource).map(Vec::as_slice).unwrap_or_default();
        positions
            .iter()
            .filter(|it| wanted(self.changes[**it].action))
            .filter_map(|it| self.removers.get(it).copied())
            .collect()
    }

    fn delete_after_last_use(&mut self) {
        let makers: Vec<_> = self.makers.iter().map(|(&position, &node)| (position, node)).collect();
        for (position, maker) in makers {
            let change = &self.changes[position];
            for dependency in change.prior_dependencies.union(&change.dependencies) {
                if *dependency == change.address.resource {
                    continue;
                }
                let late = |action| matches!(action, Action::Delete | Action::CreateThenDelete);
                for remover in self.removers_of(dependency, late) {
                    if !self.reaches(maker, remover) {
                        self.waits_for[remover].insert(maker);
                    }
                }
            }
        }
    }

    /// Tells whether a node waits, directly or not, for another.
    fn reaches(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![false; self.nodes.len()];
        let mut open = vec![from];
        while let Some(node) = open.pop() {
            if node == to {
                return true;
            }
            if !std::mem::replace(&mut seen[node], true) {
                open.extend(&self.waits_for[node]);
            }
        }
        false
    }

    fn finish(self) -> ExecutionGraph {
        let edges = self.waits_for.iter().enumerate();
        let edges = edges.flat_map(|(node, awaited)| awaited.iter().map(move |&it| (node, it))).collect();
        ExecutionGraph { nodes: self.nodes, edges }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::execution_graph;
    use crate::{Action, Opcode, ResourceChange};

    fn change(address: &str, action: Action, dependencies: &[&str]) -> ResourceChange {
        let dependencies: BTreeSet<_> =
            dependencies.iter().map(|it| it.parse().expect("an address")).collect();
        ResourceChange {
            address: address.parse().expect("an address"),
            previous_address: None,
            deposed: None,
            provider: r#"provider["registry.terraform.io/hashicorp/aws"]"#.parse().expect("a provider"),
            region: None,
            action,
            reason: None,
            before: None,
            after: None,
            replace_paths: Vec::new(),
            prior_dependencies: dependencies.clone(),
            dependencies,
            recorded_dependencies: Vec::new(),
            create_before_destroy: action == Action::CreateThenDelete,
            schema_version: 0,
        }
    }

    /// Renders each wait as `opcode address after opcode address`.
    fn waits(changes: &[ResourceChange]) -> Vec<String> {
        let graph = execution_graph(changes);
        let name = |position: usize| {
            let node = &graph.nodes[position];
            let opcode = match node.opcode {
                Opcode::Read => "read",
                Opcode::Create => "create",
                Opcode::Update => "update",
                Opcode::Delete => "delete",
                Opcode::Forget => "forget",
                Opcode::Join => "join",
            };
            format!("{opcode} {}", node.address)
        };
        let mut waits: Vec<_> = graph
            .edges
            .iter()
            .map(|&(waiter, awaited)| format!("{} after {}", name(waiter), name(awaited)))
            .collect();
        waits.sort();
        waits
    }

    fn check(changes: &[ResourceChange], expected: &[&str]) {
        assert_eq!(waits(changes), expected);
    }

    #[test]
    fn creation_follows_dependencies_and_destruction_reverses_them() {
        check(
            &[change("x_a.a", Action::Create, &[]), change("x_b.b", Action::Create, &["x_a.a"])],
            &["create x_b.b after create x_a.a"],
        );
        check(
            &[change("x_a.a", Action::Delete, &[]), change("x_b.b", Action::Delete, &["x_a.a"])],
            &["delete x_a.a after delete x_b.b"],
        );
    }

    #[test]
    fn an_unchanged_instance_passes_on_what_it_waits_for() {
        check(
            &[
                change("x_a.a", Action::Update, &[]),
                change("x_b.b", Action::NoOp, &["x_a.a"]),
                change("x_c.c", Action::Create, &["x_b.b"]),
            ],
            &["create x_c.c after update x_a.a"],
        );
    }

    #[test]
    fn replacements_order_by_their_kind() {
        check(
            &[
                change("x_a.a", Action::DeleteThenCreate, &[]),
                change("x_b.b", Action::DeleteThenCreate, &["x_a.a"]),
            ],
            &[
                "create x_a.a after delete x_a.a",
                "create x_b.b after create x_a.a",
                "create x_b.b after delete x_b.b",
                "delete x_a.a after delete x_b.b",
            ],
        );
        check(
            &[change("x_a.a", Action::CreateThenDelete, &[]), change("x_b.b", Action::Update, &["x_a.a"])],
            &[
                "delete x_a.a after create x_a.a",
                "delete x_a.a after update x_b.b",
                "update x_b.b after create x_a.a",
            ],
        );
    }

    #[test]
    fn an_orphan_is_deleted_after_its_last_user_let_go_of_it() {
        let mut user = change("x_b.b", Action::Update, &[]);
        user.prior_dependencies.insert("x_a.a".parse().expect("an address"));
        check(&[change("x_a.a", Action::Delete, &[]), user], &["delete x_a.a after update x_b.b"]);
    }

    #[test]
    fn many_instances_are_joined() {
        let mut changes: Vec<_> =
            (0..50).map(|n| change(&format!("x_a.a[{n}]"), Action::Create, &[])).collect();
        changes.extend((0..50).map(|n| change(&format!("x_b.b[{n}]"), Action::Create, &["x_a.a"])));
        assert_eq!(execution_graph(&changes).edges.len(), 100);
    }

    #[test]
    fn no_order_is_ever_a_cycle() {
        // The orphan D hangs on X, which is replaced; A used D and uses X.
        let mut user = change("x_a.a", Action::Update, &["x_x.x"]);
        user.prior_dependencies.insert("x_d.d".parse().expect("an address"));
        let changes = [
            user,
            change("x_d.d", Action::Delete, &["x_x.x"]),
            change("x_x.x", Action::DeleteThenCreate, &[]),
        ];
        let graph = execution_graph(&changes);
        let mut done = BTreeSet::new();
        while done.len() < graph.nodes.len() {
            let before = done.len();
            for node in 0..graph.nodes.len() {
                if graph.edges.iter().all(|&(waiter, awaited)| waiter != node || done.contains(&awaited)) {
                    done.insert(node);
                }
            }
            assert!(done.len() > before, "a cycle: {:?}", graph.edges);
        }
    }
}
