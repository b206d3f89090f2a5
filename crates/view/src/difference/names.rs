//! The names of what changes.

use std::sync::Arc;

use super::{Content, Difference};

/// An attribute or a kind of nested blocks that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) name: Arc<str>,
    /// Whether it is why the whole object is replaced.
    pub(crate) forces: bool,
    /// Whether only the apply tells what it becomes.
    pub(crate) is_unknown: bool,
}

/// Returns what of an object changes: first what forces its replacement, then the rest, each by name.
pub(crate) fn changed(object: &Difference) -> Vec<Changed> {
    let Content::Block(body) = &object.content else { return Vec::new() };
    let attributes = body.attributes.iter().filter(|(_, it)| !it.stays()).map(|(name, it)| Changed {
        name: name.clone(),
        forces: it.has_forcing(),
        is_unknown: matches!(it.content, Content::Unknown(_)),
    });
    let blocks = body.blocks.iter().filter_map(|(name, blocks)| {
        let mut changed = blocks.iter().map(|it| &it.difference).filter(|it| !it.stays()).peekable();
        changed.peek()?;
        let forces = changed.any(Difference::has_forcing);
        Some(Changed { name: name.clone(), forces, is_unknown: false })
    });
    let mut all: Vec<_> = attributes.chain(blocks).collect();
    all.sort_by(|left, right| (!left.forces, &left.name).cmp(&(!right.forces, &right.name)));
    all
}

impl Difference {
    /// Tells whether it, or anything in it, is why the whole object is replaced.
    fn has_forcing(&self) -> bool {
        self.forces
            || match &self.content {
                Content::Plain { .. }
                | Content::Lines { .. }
                | Content::Encoded(..)
                | Content::WriteOnly
                | Content::Hidden(_)
                | Content::Unknown(_) => false,
                Content::Other { old, new } => old.has_forcing() || new.has_forcing(),
                Content::Members { members, .. } => members.values().any(Self::has_forcing),
                Content::Elements { elements, .. } => elements.iter().any(Self::has_forcing),
                Content::Block(body) => {
                    body.attributes.values().any(Self::has_forcing)
                        || body.blocks.values().flatten().any(|it| it.difference.has_forcing())
                }
            }
    }
}
