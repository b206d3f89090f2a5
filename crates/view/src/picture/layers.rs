//! What stands left and right of what: in each box from left to right, as it is done.

use std::collections::{BTreeMap, BTreeSet};

use super::Picture;
use super::groups::Groups;

/// How often the things of all layers are moved to where what they are connected with is.
const SWEEPS: usize = 6;

/// What stands in a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// A box, by its position.
    Group(usize),
    /// A node, by its position.
    Node(usize),
}

impl Item {
    /// Tells whether it is a node.
    pub(crate) fn is_node(&self) -> bool {
        matches!(self, Self::Node(_))
    }
}

/// How many edges there are between two items of a box: the first waits for the second.
type Waits = BTreeMap<(Item, Item), usize>;

/// How a box is arranged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arrangement {
    /// What stands beside each other: everything waits only for what is further left, but for what waits for each other.
    pub(crate) layers: Vec<Vec<Item>>,
    /// What is connected with nothing in the box.
    pub(crate) loose: Vec<Item>,
}

/// Arranges every box of a picture.
pub(crate) fn arranged(picture: &Picture, groups: &Groups) -> Vec<Arrangement> {
    let around: Vec<_> = (0..picture.nodes.len()).map(|it| groups.around(it)).collect();
    let mut waits = vec![Waits::new(); groups.all.len()];
    for &(waiter, awaited) in &picture.edges {
        // The edge shows in the smallest box that holds both ends.
        let (one, other) = (&around[waiter], &around[awaited]);
        let depth = one.iter().zip(other).take_while(|(one, other)| one == other).count();
        let end = |around: &[usize], node| around.get(depth).map_or(Item::Node(node), |it| Item::Group(*it));
        let ends = (end(one, waiter), end(other, awaited));
        *waits[one[depth - 1]].entry(ends).or_default() += 1;
    }
    let items = |group: &super::groups::Group| -> BTreeSet<Item> {
        let nodes = group.nodes.iter().map(|it| Item::Node(*it));
        nodes.chain(group.groups.iter().map(|it| Item::Group(*it))).collect()
    };
    groups.all.iter().zip(waits).map(|(group, waits)| arrange(&items(group), &waits)).collect()
}

fn arrange(items: &BTreeSet<Item>, waits: &Waits) -> Arrangement {
    let connected: BTreeSet<Item> = waits.keys().flat_map(|(one, other)| [*one, *other]).collect();
    let mut layers = layers(&order(&connected, waits), waits);
    untangle(&mut layers, waits);
    Arrangement { layers, loose: items.difference(&connected).copied().collect() }
}

/// Returns the items in an order in which they can be done.
///
/// Boxes may wait for each other: then the one goes first that has least left to wait for.
fn order(items: &BTreeSet<Item>, waits: &Waits) -> Vec<Item> {
    let mut waiters: BTreeMap<Item, Vec<(Item, usize)>> = BTreeMap::new();
    let mut missing: BTreeMap<Item, usize> = items.iter().map(|it| (*it, 0)).collect();
    for ((waiter, awaited), weight) in waits {
        waiters.entry(*awaited).or_default().push((*waiter, *weight));
        *missing.entry(*waiter).or_default() += weight;
    }
    let mut ready: BTreeSet<(usize, Item)> =
        missing.iter().map(|(item, missing)| (*missing, *item)).collect();
    let mut order = Vec::with_capacity(items.len());
    while let Some((_, item)) = ready.pop_first() {
        order.push(item);
        for (waiter, weight) in waiters.get(&item).into_iter().flatten() {
            let Some(missing) = missing.get_mut(waiter) else { continue };
            if ready.remove(&(*missing, *waiter)) {
                *missing -= weight;
                ready.insert((*missing, *waiter));
            }
        }
    }
    order
}

/// Returns the items in layers: each behind the last of those it waits for, or close before the first that waits for it
/// where it waits for nothing itself.
fn layers(order: &[Item], waits: &Waits) -> Vec<Vec<Item>> {
    let positions: BTreeMap<Item, usize> =
        order.iter().enumerate().map(|(position, it)| (*it, position)).collect();
    let mut awaited = vec![Vec::new(); order.len()];
    for (waiter, other) in waits.keys() {
        let (waiter, other) = (positions[waiter], positions[other]);
        if other < waiter {
            awaited[waiter].push(other);
        }
    }
    let mut layer = vec![0; order.len()];
    let mut first_waiter = vec![None; order.len()];
    for waiter in 0..order.len() {
        layer[waiter] = awaited[waiter].iter().map(|it| layer[*it] + 1).max().unwrap_or_default();
        for other in &awaited[waiter] {
            let first: &mut Option<usize> = &mut first_waiter[*other];
            *first = Some(first.map_or(layer[waiter], |it| it.min(layer[waiter])));
        }
    }
    for position in (0..order.len()).filter(|it| awaited[*it].is_empty()) {
        layer[position] = first_waiter[position].map_or(0, |it| it - 1);
    }
    let mut layers = vec![Vec::new(); layer.iter().max().map_or(0, |it| it + 1)];
    for (item, layer) in order.iter().zip(layer) {
        layers[layer].push(*item);
    }
    layers.iter_mut().for_each(|it| it.sort());
    layers
}

/// Moves the items of each layer up and down to where what they are connected with is, so that fewer lines cross.
fn untangle(layers: &mut [Vec<Item>], waits: &Waits) {
    let mut neighbours: BTreeMap<Item, Vec<(Item, usize)>> = BTreeMap::new();
    for ((waiter, awaited), weight) in waits {
        neighbours.entry(*waiter).or_default().push((*awaited, *weight));
        neighbours.entry(*awaited).or_default().push((*waiter, *weight));
    }
    // How far down an item is in its layer, in thousandths.
    let mut heights: BTreeMap<Item, usize> = BTreeMap::new();
    layers.iter().for_each(|layer| measure(layer, &mut heights));
    for sweep in 0..SWEEPS {
        for turn in 0..layers.len() {
            let layer = if sweep % 2 == 0 { turn } else { layers.len() - 1 - turn };
            let wish = |item: &Item| {
                let around = neighbours.get(item).map(Vec::as_slice).unwrap_or_default();
                let weight: usize = around.iter().map(|(_, weight)| weight).sum();
                let sum: usize = around.iter().map(|(it, weight)| heights[it] * weight).sum();
                sum.checked_div(weight).unwrap_or(heights[item])
            };
            layers[layer].sort_by_cached_key(|it| (wish(it), *it));
            measure(&layers[layer], &mut heights);
        }
    }
}

fn measure(layer: &[Item], heights: &mut BTreeMap<Item, usize>) {
    for (position, item) in layer.iter().enumerate() {
        heights.insert(*item, (2 * position + 1) * 1000 / (2 * layer.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arranged(items: usize, waits: &[(usize, usize)]) -> Arrangement {
        let items = (0..items).map(Item::Node).collect();
        arrange(
            &items,
            &waits.iter().map(|(one, other)| ((Item::Node(*one), Item::Node(*other)), 1)).collect(),
        )
    }

    fn written(arrangement: &Arrangement) -> String {
        let numbers = |items: &[Item]| {
            let number = |it: &Item| match it {
                Item::Node(number) | Item::Group(number) => number.to_string(),
            };
            items.iter().map(number).collect::<Vec<_>>().join(" ")
        };
        let layers: Vec<_> = arrangement.layers.iter().map(|it| numbers(it)).collect();
        format!("{} ({})", layers.join(" | "), numbers(&arrangement.loose))
    }

    #[test]
    fn what_waits_stands_on_the_right() {
        let check =
            |items, waits: &[_], expected: &str| assert_eq!(written(&arranged(items, waits)), expected);
        check(2, &[], " (0 1)");
        check(4, &[(1, 0), (2, 1)], "0 | 1 | 2 (3)");
        // What waits for nothing stands close to what waits for it.
        check(4, &[(1, 0), (2, 1), (2, 3)], "0 | 1 3 | 2 ()");
        // What is connected is on one height.
        check(6, &[(3, 2), (4, 1), (5, 0)], "2 1 0 | 3 4 5 ()");
        // Of boxes that wait for each other one comes first.
        check(2, &[(0, 1), (1, 0)], "0 | 1 ()");
        check(3, &[(0, 1), (1, 0), (1, 2)], "0 2 | 1 ()");
    }
}
