use std::collections::{BTreeMap, BTreeSet};

use rinfra_addr::AbsResource;

use crate::{Action, ExecutionGraph, Opcode, OperationNode, ResourceChange};

/// Returns the steps that carry out these changes, and all ordering between them.
///
/// The rules, for an instance A that depends on a resource D:
/// - A is made (created, updated, read) after D is made; an unchanged D passes on what it waits for itself.
/// - D is deleted after A is deleted.
/// - The data source of a `check` block is read after every instance is made.
/// - A replacement deletes before it creates, or the other way round under `create_before_destroy`.
/// - An object that is only deleted, or deleted after its replacement was made, goes after everything that
///   used it was made anew or updated. Where this rule contradicts another, the other one holds.
///
/// *Guarantees*: the order has no circle, even where what the state recorded does: an interrupted apply may leave
/// two objects that each say they depend on the other. The deletions that would close a circle are not ordered.
pub fn execution_graph(changes: &[ResourceChange]) -> ExecutionGraph {
    let graph = order(changes, Records::Trusted);
    if graph.is_acyclic() { graph } else { order(changes, Records::Doubted) }
}

fn order(changes: &[ResourceChange], records: Records) -> ExecutionGraph {
    let mut builder = Builder::new(changes);
    builder.add_steps();
    builder.order_within_replacements();
    builder.order_makers();
    builder.verify_last();
    builder.order_deletions(records);
    builder.delete_after_last_use();
    builder.finish()
}

/// Whether the dependencies that the state recorded may contradict each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Records {
    Trusted,
    /// Every wait they ask for is checked, which takes long where there are many.
    Doubted,
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
            for dependency in &*change.dependencies {
                if *dependency != change.address.resource {
                    let made = self.made(dependency, &mut BTreeSet::new());
                    self.waits_for[node].extend(made);
                }
            }
        }
    }

    fn verify_last(&mut self) {
        let verifies = |it: &&usize| self.changes[**it].verifies_check;
        let verifiers: Vec<_> =
            self.makers.iter().filter(|(it, _)| verifies(it)).map(|(_, &it)| it).collect();
        if verifiers.is_empty() {
            return;
        }
        let others = self.makers.iter().filter(|(it, _)| !verifies(it)).map(|(_, &it)| it).collect();
        let everything = self.join(others);
        for verifier in verifiers {
            self.waits_for[verifier].extend(&everything);
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
                    for dependency in &*changes[position].dependencies {
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

    fn order_deletions(&mut self, records: Records) {
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
                let others = dependencies.iter().filter(|it| *it != resource);
                let waiters: Vec<_> = others.flat_map(|it| self.removers_of(it, |_| true)).collect();
                if waiters.is_empty() {
                    continue;
                }
                let removed = self.join(removers);
                for waiter in waiters {
                    if records == Records::Trusted || !self.reach(&removed).contains(&waiter) {
                        self.waits_for[waiter].extend(&removed);
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
        // All users of one resource are looked at together: a thousand that used a thousand are joined.
        let mut uses: BTreeMap<(&AbsResource, &AbsResource), BTreeSet<usize>> = BTreeMap::new();
        for (&position, &maker) in &self.makers {
            let change = &self.changes[position];
            let user = &change.address.resource;
            for used in change.prior_dependencies.union(&change.dependencies).filter(|it| *it != user) {
                uses.entry((user, used)).or_default().insert(maker);
            }
        }
        let late = |action| matches!(action, Action::Delete | Action::CreateThenDelete);
        for ((_, used), makers) in uses {
            let removers = self.removers_of(used, late);
            if removers.is_empty() {
                continue;
            }
            let reached = self.reach(&makers);
            if removers.iter().any(|it| reached.contains(it)) {
                for maker in makers {
                    self.wait_unless_circular(&removers, &BTreeSet::from([maker]));
                }
            } else {
                let made = self.join(makers);
                self.wait_unless_circular(&removers, &made);
            }
        }
    }

    /// Makes each of these nodes wait for the others, unless those wait for it already.
    fn wait_unless_circular(&mut self, waiters: &[usize], awaited: &BTreeSet<usize>) {
        let reached = self.reach(awaited);
        for waiter in waiters.iter().filter(|it| !reached.contains(it)) {
            self.waits_for[*waiter].extend(awaited);
        }
    }

    /// Returns these nodes and all that they wait for, directly or not.
    fn reach(&self, from: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<_> = from.iter().copied().collect();
        while let Some(node) = open.pop() {
            if reached.insert(node) {
                open.extend(&self.waits_for[node]);
            }
        }
        reached
    }

    fn finish(self) -> ExecutionGraph {
        let edges = self.waits_for.iter().enumerate();
        let edges = edges.flat_map(|(node, awaited)| awaited.iter().map(move |&it| (node, it))).collect();
        ExecutionGraph { nodes: self.nodes, edges }
    }
}

#[cfg(test)]
mod tests;
