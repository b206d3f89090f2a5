//! Reading roles: each in a few calls, or all of the account's in a listing.

use aws_sdk_iam::types::{self as aws, RoleDetail};
use futures::future::try_join_all;
use rinfra_aws_kit::{Cx, Error, Result, Seen, Settled, each, or_empty, or_gone};
use rinfra_schema::typed::{Id, Local, Set};

use super::{InlinePolicy, Role};
use crate::api::{Client, Iam, attached_policies, moment, tags};
use crate::names;
use crate::policy_text::Form;

/// What it takes to read one role: itself, the names of its policies, and what is attached.
const CALLS: usize = 3;

/// Reads roles, the cheaper way.
pub(super) async fn many(cx: &Cx<Iam>, ids: &[Id]) -> Result<Vec<Seen<Role>>> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    let listed = cx.client().listings().roles(ids.len() * CALLS).await?;
    for id in ids {
        let listed =
            listed.as_ref().and_then(|(roles, details)| Some((roles.get(&**id)?, details.get(&**id)?)));
        match listed {
            Some((role, detail)) => found.push(from_listing(role.clone(), detail.clone())),
            // A listing may not know yet what was just created.
            None => missing.push(id.clone()),
        }
    }
    found.extend(each(&missing, |id| async move { one(cx.client(), &id).await.map(Some) }).await?);
    Ok(found)
}

async fn one(client: &Client, id: &Id) -> Result<Seen<Role>> {
    let role = async { Ok(client.get_role().role_name(id.as_str()).send().await?.role) };
    let (role, inline, attached) =
        futures::try_join!(role, inline_policies(client, id), attached_policies(client, id))?;
    let role = rinfra_aws_kit::required(role, "Role")?;
    Ok(seen(role, inline, attached))
}

fn from_listing(mut role: aws::Role, detail: RoleDetail) -> Seen<Role> {
    // The listing of roles leaves these out.
    role.tags = detail.tags;
    role.permissions_boundary = detail.permissions_boundary;
    let inline = detail.role_policy_list.into_iter().flatten();
    let inline = inline.filter_map(|it| Some((it.policy_name?, it.policy_document?))).map(inline_policy);
    let attached = detail.attached_managed_policies.into_iter().flatten();
    seen(role, inline.collect(), attached.filter_map(|it| it.policy_arn).collect())
}

async fn inline_policies(client: &Client, id: &Id) -> Result<Set<InlinePolicy>> {
    let documents = inline_policy_names(client, id).await?.into_iter().map(|name| async move {
        let request = client.get_role_policy().role_name(id.as_str()).policy_name(&name);
        let document = or_gone(request.send().await)?.map(|it| it.policy_document);
        Ok::<_, Error>(document.map(|document| inline_policy((name, document))))
    });
    Ok(try_join_all(documents).await?.into_iter().flatten().collect())
}

/// Returns the names of a role's own policies.
pub(super) async fn inline_policy_names(client: &Client, id: &Id) -> Result<Vec<String>> {
    let names = client.list_role_policies().role_name(id.as_str()).into_paginator().items().send();
    Ok(names.try_collect().await?)
}

fn inline_policy((name, document): (String, String)) -> InlinePolicy {
    InlinePolicy { name: Some(name), policy: Some(Form::VersionFirst.of_answer(&document)) }
}

fn seen(it: aws::Role, inline_policy: Set<InlinePolicy>, attached: Set<String>) -> Seen<Role> {
    // For a moment, IAM may call a new role by its unique id.
    let settled = if it.arn.starts_with("arn:") { Settled::Yes } else { Settled::NotYet };
    let boundary = it.permissions_boundary.and_then(|it| it.permissions_boundary_arn);
    let role = Role {
        id: Id::new(it.role_name.as_str()).into(),
        arn: it.arn.into(),
        assume_role_policy: Form::Sorted
            .of_answer(it.assume_role_policy_document.as_deref().unwrap_or_default()),
        create_date: moment(it.create_date).into(),
        description: or_empty(it.description),
        force_detach_policies: Local::NONE,
        managed_policy_arns: attached.into(),
        max_session_duration: it.max_session_duration.unwrap_or(3600),
        name_prefix: names::prefix_of(&it.role_name).into(),
        name: it.role_name.into(),
        path: it.path,
        permissions_boundary: or_empty(boundary),
        unique_id: it.role_id.into(),
        inline_policy: inline_policy.into(),
        tags: tags(it.tags),
    };
    Seen::new(role, settled)
}
