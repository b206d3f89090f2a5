//! One block laid over another, as OpenTofu lays the environment's over the configuration's.

use std::collections::BTreeMap;

use rinfra_diag::Span;

use super::block::{Declared, EncryptionBlock, Name, TargetBlock};
use crate::overrides::merge_bodies;

impl EncryptionBlock {
    /// Returns the header of the block.
    pub(crate) fn header(&self) -> &Span {
        &self.header
    }

    /// Returns this block changed by what another one says.
    pub(crate) fn overridden(mut self, over: Self) -> Self {
        declared(&mut self.key_providers, over.key_providers);
        declared(&mut self.methods, over.methods);
        for (name, target) in over.remotes {
            let merged = merged(self.remotes.remove(&name), Some(target));
            self.remotes.extend(merged.map(|it| (name, it)));
        }
        Self {
            state: merged(self.state, over.state),
            plan: merged(self.plan, over.plan),
            remote_default: merged(self.remote_default, over.remote_default),
            ..self
        }
    }
}

fn declared(all: &mut BTreeMap<Name, Declared>, over: BTreeMap<Name, Declared>) {
    for (name, over) in over {
        match all.get_mut(&name) {
            Some(base) => base.body = merge_bodies(&base.body, &over.body),
            None => drop(all.insert(name, over)),
        }
    }
}

/// What is enforced stays so; a method and a fallback replace those there are.
fn merged(base: Option<TargetBlock>, over: Option<TargetBlock>) -> Option<TargetBlock> {
    match (base, over) {
        (Some(base), Some(over)) => Some(TargetBlock {
            enforced: Some(base.enforced == Some(true) || over.enforced == Some(true)),
            method: over.method.or(base.method),
            fallback: over.fallback.or(base.fallback),
            header: base.header,
        }),
        (base, over) => over.or(base),
    }
}
