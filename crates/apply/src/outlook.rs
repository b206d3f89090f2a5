//! How long an apply will take.

use std::collections::HashMap;
use std::time::Duration;

use rinfra_change::{Opcode, OperationNode, Plan};
use rinfra_graph::{Graph, ReadyQueue};
use rinfra_provider::{Catalogue, Typical};

/// Returns the operations of a plan in the order in which to begin them: what has most time ahead of it first, by what
/// its type usually takes. `None` when they wait for each other in a circle.
pub(crate) fn queue(plan: &Plan, catalogue: &Catalogue) -> Option<ReadyQueue<usize>> {
    let mut order = Graph::new();
    for position in 0..plan.graph.nodes.len() {
        order.add_node(position);
    }
    for &(waiter, awaited) in &plan.graph.edges {
        order.add_dependency(waiter, awaited);
    }
    let weight = |position: &usize| milliseconds(typical(plan, catalogue, &plan.graph.nodes[*position]));
    ReadyQueue::new(&order, weight).ok()
}

/// Returns how long an operation usually takes.
fn typical(plan: &Plan, catalogue: &Catalogue, node: &OperationNode) -> Duration {
    let typical = || {
        let change = &plan.changes[node.change];
        let provider = catalogue.get(&change.provider.source);
        provider.and_then(|it| it.resource_type(change.address.kind())).map(|it| it.typical())
    };
    match node.opcode {
        Opcode::Create => typical().unwrap_or_default().create,
        Opcode::Update => typical().unwrap_or_default().update,
        Opcode::Delete => typical().unwrap_or_default().delete,
        Opcode::Read => Typical::QUICK.update,
        Opcode::Forget | Opcode::Join => Duration::ZERO,
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How long an apply will still take, by what operations usually take and by what they took so far.
///
/// All times are since the apply began.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// Everything that could have begun is out of it.
    queue: ReadyQueue<usize>,
    /// Which pace each operation has; `None` for those that only join others.
    paces: Vec<Option<usize>>,
    known: Vec<Pace>,
    running: HashMap<usize, Duration>,
    /// How many ever ran at once.
    most: usize,
}

/// How long operations of one kind on objects of one type take.
#[derive(Clone, Copy, Debug)]
struct Pace {
    typical: Duration,
    /// What those that are done took, all together.
    took: Duration,
    done: u32,
    /// What the one of them has taken so far that has run longest.
    longest: Duration,
}

impl Pace {
    /// Returns how long one is expected to take.
    fn expected(&self) -> Duration {
        let expected = self.took.checked_div(self.done).unwrap_or(self.typical);
        expected.max(self.longest)
    }
}

impl Outlook {
    /// Returns the outlook of a plan of which nothing has begun; `None` when nobody can carry it out.
    pub fn new(plan: &Plan, catalogue: &Catalogue) -> Option<Self> {
        let mut places = HashMap::new();
        let (mut known, mut paces) = (Vec::new(), Vec::new());
        for node in &plan.graph.nodes {
            let place = (node.opcode != Opcode::Join).then(|| {
                *places.entry((node.address.kind(), node.opcode)).or_insert_with(|| {
                    let typical = typical(plan, catalogue, node);
                    known.push(Pace { typical, took: Duration::ZERO, done: 0, longest: Duration::ZERO });
                    known.len() - 1
                })
            });
            paces.push(place);
        }
        let queue = queue(plan, catalogue)?;
        let mut outlook = Self { queue, paces, known, running: HashMap::new(), most: 0 };
        outlook.make_ready();
        Some(outlook)
    }

    /// Notes that an operation has begun.
    pub fn begin(&mut self, operation: usize, now: Duration) {
        self.running.insert(operation, now);
        self.most = self.most.max(self.running.len());
    }

    /// Notes that an operation is done.
    pub fn end(&mut self, operation: usize, now: Duration) {
        if let Some(since) = self.running.remove(&operation)
            && let Some(pace) = self.paces.get(operation).copied().flatten()
        {
            let pace = &mut self.known[pace];
            pace.took += now.saturating_sub(since);
            pace.done += 1;
        }
        self.queue.complete(&operation);
        self.make_ready();
    }

    /// Notes that an operation failed: what depends on it will not be done.
    pub fn fail(&mut self, operation: usize) {
        self.running.remove(&operation);
        self.queue.fail(&operation);
        self.make_ready();
    }

    /// Returns how long it will still take, if all goes on like this.
    ///
    /// It can take no less than the longest chain of what is left. Where operations wait for their turn, it can take
    /// no less than all of what is left does with as many at once as there ever were.
    pub fn remaining(&mut self, now: Duration) -> Duration {
        self.weigh(now);
        let elapsed = |operation: &usize| {
            self.running.get(operation).map_or(0, |since| milliseconds(now.saturating_sub(*since)))
        };
        let chain = self.queue.remaining_path(elapsed);
        let is_held_back = self.queue.running().count() > self.running.len();
        let work = if is_held_back && self.most > 0 {
            let begun: u64 = self.running.keys().map(elapsed).sum();
            self.queue.remaining_work().saturating_sub(begun) / u64::try_from(self.most).unwrap_or(u64::MAX)
        } else {
            0
        };
        Duration::from_millis(chain.max(work))
    }

    /// Expects of what is left what was seen of its kind.
    fn weigh(&mut self, now: Duration) {
        for pace in &mut self.known {
            pace.longest = Duration::ZERO;
        }
        for (operation, since) in &self.running {
            if let Some(pace) = self.paces.get(*operation).copied().flatten() {
                let longest = &mut self.known[pace].longest;
                *longest = (*longest).max(now.saturating_sub(*since));
            }
        }
        let Self { queue, paces, known, .. } = self;
        queue.weigh(|it| paces[*it].map_or(0, |pace| milliseconds(known[pace].expected())));
    }

    /// Takes everything out of the queue that may begin; nobody does what only joins others.
    fn make_ready(&mut self) {
        while let Some(operation) = self.queue.next() {
            if self.paces[operation].is_none() {
                self.queue.complete(&operation);
            }
        }
    }
}
