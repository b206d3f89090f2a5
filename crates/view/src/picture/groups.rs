//! The boxes of a picture: Regions, in them modules, in those the modules they call.

use std::collections::BTreeMap;

use super::Picture;
use super::node::{Node, Step};

/// What a box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Everything.
    Whole,
    /// A Region.
    Region,
    /// A module, or an instance of one.
    Module,
}

impl Kind {
    /// Returns what it is, as programs and style sheets call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Region => "region",
            Self::Module => "module",
        }
    }
}

/// How many things there are, by what is done to them.
pub(crate) type Counts = BTreeMap<Option<Step>, usize>;

/// A box and what is in it.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// What it stands for.
    pub(crate) kind: Kind,
    /// What it is called in the box around it.
    pub(crate) title: String,
    /// The box around it; only the whole has none.
    pub(crate) parent: Option<usize>,
    /// The boxes right in it.
    pub(crate) groups: Vec<usize>,
    /// The nodes right in it.
    pub(crate) nodes: Vec<usize>,
    /// How many things are in it and in the boxes in it.
    pub(crate) counts: Counts,
}

/// All boxes of a picture. The first is the whole; each comes behind the one around it.
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    /// The boxes.
    pub(crate) all: Vec<Group>,
    /// Which box each node is right in.
    pub(crate) of_nodes: Vec<usize>,
}

impl Groups {
    pub(crate) fn of(picture: &Picture) -> Self {
        let whole = Group {
            kind: Kind::Whole,
            title: picture.title.clone(),
            parent: None,
            groups: Vec::new(),
            nodes: Vec::new(),
            counts: Counts::new(),
        };
        let mut groups = Self { all: vec![whole], of_nodes: Vec::new() };
        let mut known = BTreeMap::new();
        for (position, node) in picture.nodes.iter().enumerate() {
            // What has no Region is beside the Regions, not in a box of its own.
            let region = node.subject.place.as_ref().map(|it| (Kind::Region, it.title()));
            let modules = node.subject.module.steps().iter().map(|it| (Kind::Module, it.as_str()));
            let mut group = 0;
            groups.count(0, node);
            for (kind, title) in region.into_iter().chain(modules) {
                group = *known
                    .entry((group, kind.name(), title))
                    .or_insert_with(|| groups.add(group, kind, title.to_owned()));
                groups.count(group, node);
            }
            groups.all[group].nodes.push(position);
            groups.of_nodes.push(group);
        }
        groups
    }

    fn count(&mut self, group: usize, node: &Node) {
        *self.all[group].counts.entry(node.subject.step).or_default() += node.count();
    }

    fn add(&mut self, parent: usize, kind: Kind, title: String) -> usize {
        let position = self.all.len();
        let group = Group {
            kind,
            title,
            parent: Some(parent),
            groups: Vec::new(),
            nodes: Vec::new(),
            counts: Counts::new(),
        };
        self.all.push(group);
        self.all[parent].groups.push(position);
        position
    }

    /// Returns the boxes around a node, the whole first.
    pub(crate) fn around(&self, node: usize) -> Vec<usize> {
        let mut around: Vec<_> =
            std::iter::successors(Some(self.of_nodes[node]), |it| self.all[*it].parent).collect();
        around.reverse();
        around
    }
}
