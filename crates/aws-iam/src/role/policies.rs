//! The policies a role has itself, and those attached to it.

use std::collections::{BTreeMap, BTreeSet};

use rinfra_aws_kit::{Cx, Error, IamPolicy, Result, or_gone};
use rinfra_schema::typed::Id;

use super::Role;
use super::read::inline_policy_names;
use crate::api::{Iam, attached_policies};

impl Role {
    /// Returns the inline policies, by name.
    pub(super) fn inline_policies(&self) -> impl Iterator<Item = (&str, &IamPolicy)> {
        let blocks = self.inline_policy.iter().flatten();
        blocks.filter_map(|it| Some((it.name.as_deref().filter(|it| !it.is_empty())?, it.policy.as_ref()?)))
    }

    /// Writes and attaches what `prior` lacks, then takes away what only `prior` has: in between, the role is
    /// permitted too much rather than too little.
    pub(super) async fn set_policies(&self, prior: &Self, id: &Id, cx: &Cx<Iam>) -> Result<()> {
        let planned: BTreeMap<_, _> = self.inline_policies().collect();
        let before: BTreeMap<_, _> = prior.inline_policies().collect();
        for (name, policy) in planned.iter().filter(|(name, policy)| before.get(*name) != Some(policy)) {
            let request = cx.client().put_role_policy().role_name(id.as_str()).policy_name(*name);
            request.policy_document(&***policy).send().await?;
        }
        // A role that says nothing about its policies keeps those it has.
        if self.inline_policy.is_some() {
            remove_inline(before.keys().filter(|it| !planned.contains_key(*it)).copied(), id, cx).await?;
        }
        let none = BTreeSet::new();
        let Some(planned) = self.managed_policy_arns.value() else { return Ok(()) };
        let before = prior.managed_policy_arns.value().unwrap_or(&none);
        for policy in planned.difference(before) {
            let request = cx.client().attach_role_policy().role_name(id.as_str());
            request.policy_arn(policy).send().await?;
        }
        detach(before.difference(planned).map(String::as_str), id, cx).await
    }

    /// Takes away whatever keeps the role from being deleted and is the role's own, or anything if it says so.
    pub(super) async fn release(&self, id: &Id, cx: &Cx<Iam>) -> Result<()> {
        let client = cx.client();
        let mut profiles =
            client.list_instance_profiles_for_role().role_name(id.as_str()).into_paginator().items().send();
        while let Some(profile) = profiles.try_next().await? {
            let request = client.remove_role_from_instance_profile().role_name(id.as_str());
            or_gone(request.instance_profile_name(profile.instance_profile_name).send().await)?;
        }
        let force = self.force_detach_policies.unwrap_or_default();
        if force || self.managed_policy_arns.as_ref().is_some_and(|it| !it.is_empty()) {
            let attached = attached_policies(client, id).await?;
            detach(attached.iter().map(String::as_str), id, cx).await?;
        }
        if force || self.inline_policies().next().is_some() {
            let names = inline_policy_names(client, id).await?;
            remove_inline(names.iter().map(String::as_str), id, cx).await?;
        }
        Ok(())
    }
}

async fn remove_inline(names: impl Iterator<Item = &str>, id: &Id, cx: &Cx<Iam>) -> Result<()> {
    for name in names {
        let request = cx.client().delete_role_policy().role_name(id.as_str());
        or_gone(request.policy_name(name).send().await)?;
    }
    Ok::<(), Error>(())
}

async fn detach(policies: impl Iterator<Item = &str>, id: &Id, cx: &Cx<Iam>) -> Result<()> {
    for policy in policies {
        let request = cx.client().detach_role_policy().role_name(id.as_str());
        or_gone(request.policy_arn(policy).send().await)?;
    }
    Ok::<(), Error>(())
}
