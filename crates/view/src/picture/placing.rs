//! Where everything in a picture is, in pixels.

use super::Picture;
use super::groups::Groups;
use super::layers::{Arrangement, Item};

/// How high a node is.
pub(crate) const NODE_HEIGHT: usize = 24;
/// How high the title of a box is.
pub(crate) const TITLE_HEIGHT: usize = 26;
/// How far the contents of a box are from its edge.
const PADDING: usize = 14;
/// How far things in a layer are apart.
const GAP: usize = 10;
/// How far layers are apart: lines are to be told from each other there.
const LAYER_GAP: usize = 56;
/// How wide layers beside each other may become before they go on below.
const ROW: usize = 2800;
/// How many characters of a label are shown.
const LABEL: usize = 72;

/// How wide something is to be for how high.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proportion(usize, usize);

/// How many things always stand in one column, where the whole is to be higher than wide.
const COLUMN: usize = 24;

/// The proportion of a layer: a column, unless there is very much in it.
pub(crate) const LAYER: Proportion = Proportion(1, 2);
/// The proportion of what stands in no layer.
pub(crate) const LOOSE: Proportion = Proportion(3, 1);

/// How large something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// Where something is, and how large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) size: Size,
}

/// Where everything is.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    /// The places of the boxes; the first is the whole.
    pub(crate) groups: Vec<Place>,
    /// The places of the nodes.
    pub(crate) nodes: Vec<Place>,
}

/// Things with their places in something.
type Placed<T> = Vec<(T, usize, usize)>;

impl Placement {
    pub(crate) fn of(picture: &Picture, groups: &Groups, arrangements: &[Arrangement]) -> Self {
        let nodes =
            picture.nodes.iter().map(|it| Place { size: node_size(&shown(&it.label())), ..Place::default() });
        let mut placement = Self { groups: vec![Place::default(); groups.all.len()], nodes: nodes.collect() };
        // Boxes are as large as what is in them; they come behind those they are in.
        let mut contents = vec![Vec::new(); groups.all.len()];
        for group in (0..groups.all.len()).rev() {
            placement.align(&arrangements[group]);
            let (inside, size) = placement.laid_out(&arrangements[group]);
            contents[group] = inside;
            let title = title_size(&groups.all[group].title);
            placement.groups[group].size = Size {
                width: size.width.max(title) + 2 * PADDING,
                height: size.height + TITLE_HEIGHT + PADDING,
            };
        }
        for (group, inside) in contents.into_iter().enumerate() {
            let Place { left, top, .. } = placement.groups[group];
            for (item, x, y) in inside {
                let place = placement.place(item);
                (place.left, place.top) = (left + PADDING + x, top + TITLE_HEIGHT + y);
            }
        }
        placement
    }

    /// Returns how wide rows of some things are to be, so that all together have a proportion; and how many columns that
    /// are, where all are equally wide.
    pub(crate) fn row_width(&self, items: &[Item], proportion: Proportion) -> (usize, usize) {
        let items: Vec<_> = items.iter().map(|it| (*it, self.size(*it))).collect();
        let width = row_width(&items, proportion, 0);
        let widest = items.iter().map(|(_, it)| it.width).max().unwrap_or_default();
        (width, ((width + GAP) / (widest + GAP)).max(1))
    }

    /// Returns how wide the layers of a box are where they do not all stand beside each other.
    pub(crate) fn folded_width(&self, arrangement: &Arrangement) -> Option<usize> {
        let layers = self.layers(arrangement);
        let unfolded: usize = layers.iter().map(|(_, size)| size.width + LAYER_GAP).sum();
        let (_, whole) = bands(&layers);
        (whole.width + LAYER_GAP < unfolded).then_some(whole.width)
    }

    fn place(&mut self, item: Item) -> &mut Place {
        match item {
            Item::Group(group) => &mut self.groups[group],
            Item::Node(node) => &mut self.nodes[node],
        }
    }

    fn size(&self, item: Item) -> Size {
        match item {
            Item::Group(group) => self.groups[group].size,
            Item::Node(node) => self.nodes[node].size,
        }
    }

    /// Makes all nodes of a layer equally wide.
    fn align(&mut self, arrangement: &Arrangement) {
        for layer in arrangement.layers.iter().chain([&arrangement.loose]) {
            let nodes = layer.iter().filter(|it| it.is_node());
            let width = nodes.clone().map(|it| self.size(*it).width).max().unwrap_or_default();
            nodes.for_each(|it| self.place(*it).size.width = width);
        }
    }

    /// Lays the layers of a box out, each for itself.
    fn layers(&self, arrangement: &Arrangement) -> Vec<(Placed<Item>, Size)> {
        let layer = |layer: &Vec<Item>| {
            let items: Vec<_> = layer.iter().map(|it| (*it, self.size(*it))).collect();
            rows(&items, row_width(&items, LAYER, 0), GAP, GAP)
        };
        arrangement.layers.iter().map(layer).collect()
    }

    /// Lays the contents of a box out: the layers from left to right, below them what is connected with nothing.
    fn laid_out(&self, arrangement: &Arrangement) -> (Placed<Item>, Size) {
        let mut inside = Vec::new();
        let layers = self.layers(arrangement);
        let (bands, mut whole) = bands(&layers);
        for (layer, x, y) in bands {
            inside.extend(layers[layer].0.iter().map(|(item, left, top)| (*item, x + left, y + top)));
        }
        if !arrangement.loose.is_empty() {
            let items: Vec<_> = arrangement.loose.iter().map(|it| (*it, self.size(*it))).collect();
            let top = if whole.height == 0 { 0 } else { whole.height + 2 * GAP };
            let (loose, size) = rows(&items, row_width(&items, LOOSE, whole.width), GAP, GAP);
            inside.extend(loose.into_iter().map(|(item, x, y)| (item, x, top + y)));
            whole = Size { width: whole.width.max(size.width), height: top + size.height };
        }
        (inside, whole)
    }
}

/// Puts layers beside each other, and goes on below where there are too many.
fn bands(layers: &[(Placed<Item>, Size)]) -> (Placed<usize>, Size) {
    let sizes: Vec<_> = layers.iter().enumerate().map(|(layer, (_, size))| (layer, *size)).collect();
    rows(&sizes, row_width(&sizes, LOOSE, ROW), LAYER_GAP, 2 * GAP)
}

/// Returns how wide rows of some things are to be, so that all together are so many times as wide as high: as wide as
/// the widest at least, but for columns.
fn row_width<T>(things: &[(T, Size)], Proportion(wide, high): Proportion, least: usize) -> usize {
    let area: usize = things.iter().map(|(_, it)| (it.width + GAP) * (it.height + GAP)).sum();
    if wide < high && things.len() <= COLUMN {
        return least;
    }
    let widest = things.iter().map(|(_, it)| it.width).max().unwrap_or_default();
    (area * wide / high).isqrt().max(least).max(widest)
}

/// Puts things beside each other in rows of a width, each in the middle of its row's height.
fn rows<T: Copy>(things: &[(T, Size)], width: usize, gap: usize, row_gap: usize) -> (Placed<T>, Size) {
    let (mut placed, mut whole) = (Vec::new(), Size::default());
    let mut rest = things;
    while !rest.is_empty() {
        let (mut left, mut height, mut count) = (0, 0, 0);
        for (_, size) in rest {
            if count > 0 && left + gap + size.width > width {
                break;
            }
            left += size.width + if count > 0 { gap } else { 0 };
            height = height.max(size.height);
            count += 1;
        }
        let (row, others) = rest.split_at(count);
        let top = if whole.height == 0 { 0 } else { whole.height + row_gap };
        let mut x = 0;
        for (thing, size) in row {
            placed.push((*thing, x, top + (height - size.height) / 2));
            x += size.width + gap;
        }
        whole = Size { width: whole.width.max(left), height: top + height };
        rest = others;
    }
    (placed, whole)
}

/// Returns as much of a label as is shown.
pub(crate) fn shown(label: &str) -> String {
    if label.chars().count() <= LABEL {
        return label.to_owned();
    }
    label.chars().take(LABEL - 1).chain(['…']).collect()
}

/// Returns how large a node with a label is: characters of 12 pixels are 7.2 wide, and the symbol is before them.
fn node_size(label: &str) -> Size {
    Size { width: label.chars().count() * 73 / 10 + 38, height: NODE_HEIGHT }
}

fn title_size(title: &str) -> usize {
    shown(title).chars().count() * 8 + 24
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rinfra_addr::{Mode, Resource};
    use rinfra_graph::Graph;

    use super::*;
    use crate::picture::layers::arranged;
    use crate::picture::node::{Module, Subject, Thing};

    /// Returns a picture of nodes in some modules, in modules of modules and in none, with edges here and there.
    fn picture(nodes: usize, seed: usize) -> Picture {
        let mut graph = Graph::new();
        let subject = |number: usize| {
            let steps =
                ["module.a", "module.b"][..number * seed % 3].iter().map(|it| format!("{it}{}", number % 4));
            let resource =
                Resource::new(Mode::Managed, "house", "h".repeat(number * 7 % 80 + 1) + &number.to_string());
            Subject {
                place: None,
                module: Module::new(steps.collect()),
                thing: Thing::Resource(resource),
                step: None,
            }
        };
        for number in 0..nodes {
            graph.add_node(subject(number));
            if number * seed % 5 > 1 {
                graph.add_dependency(subject(number), subject(number * seed % number));
            }
        }
        Picture::of(String::new(), &graph, BTreeMap::new())
    }

    fn holds(outer: Place, inner: Place) -> bool {
        let end = |it: Place| (it.left + it.size.width, it.top + it.size.height);
        let ((right, bottom), (inner_right, inner_bottom)) = (end(outer), end(inner));
        outer.left <= inner.left && outer.top <= inner.top && inner_right <= right && inner_bottom <= bottom
    }

    fn overlap(one: Place, other: Place) -> bool {
        one.left < other.left + other.size.width
            && other.left < one.left + one.size.width
            && one.top < other.top + other.size.height
            && other.top < one.top + one.size.height
    }

    #[test]
    fn everything_is_in_its_box_and_nothing_on_anything_else() {
        for (nodes, seed) in [(1, 1), (10, 3), (60, 7), (300, 11), (500, 17)] {
            let picture = picture(nodes, seed);
            let groups = Groups::of(&picture);
            let placement = Placement::of(&picture, &groups, &arranged(&picture, &groups));
            for (position, group) in groups.all.iter().enumerate() {
                let inner = group.groups.iter().map(|it| placement.groups[*it]);
                let places: Vec<_> = inner.chain(group.nodes.iter().map(|it| placement.nodes[*it])).collect();
                for (number, place) in places.iter().enumerate() {
                    assert!(holds(placement.groups[position], *place), "{nodes} {seed}: {place:?}");
                    let others = &places[number + 1..];
                    assert!(!others.iter().any(|it| overlap(*place, *it)), "{nodes} {seed}: {place:?}");
                }
            }
        }
    }
}
