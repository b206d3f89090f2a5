use rinfra_aws_kit::{
    ByName, Cx, Draft, Error, IamPolicy, Named, Resource, Result, Seen, each, or_gone, required,
};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, OrComputed};

use crate::api::Iam;
use crate::names;
use crate::policy_text::Form;

/// A policy that is part of a role.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_iam_role_policy")]
pub(crate) struct RolePolicy {
    /// The role and the policy's name: `role:name`.
    id: Computed<Id>,
    #[attr(force_new, conflicts_with(name_prefix))]
    name: OrComputed<String>,
    #[attr(force_new, conflicts_with(name))]
    name_prefix: OrComputed<String>,
    policy: IamPolicy,
    #[attr(force_new)]
    role: String,
}

impl Resource for RolePolicy {
    type Api = Iam;
    type Trace = ByName;
    const READ_BATCH: usize = usize::MAX;
    const GONE_AT_ONCE: bool = true;

    fn identity(&self) -> Option<Id> {
        let known = || Some(Id::new(format!("{}:{}", self.role, self.name.value()?)));
        self.id.value().cloned().or_else(known)
    }

    async fn create(&self, cx: &Cx<Iam>) -> Result<Id> {
        let name = names::chosen(self.name.as_deref(), self.name_prefix.as_deref(), cx);
        self.put(&name, cx).await?;
        Ok(Id::new(format!("{}:{name}", self.role)))
    }

    async fn read(cx: &Cx<Iam>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let listed = cx.client().listings().role_details(ids.len()).await?;
        let mut found = Vec::new();
        let mut missing = Vec::new();
        for id in ids {
            let (role, name) = parts(id)?;
            let policies = listed.as_ref().and_then(|it| it.get(role)).map(|it| it.role_policy_list());
            let policy = policies.into_iter().flatten().find(|it| it.policy_name() == Some(name));
            match policy.and_then(|it| it.policy_document()) {
                Some(document) => found.push(seen(id, document)?.into()),
                None => missing.push(id.clone()),
            }
        }
        let one = |id: Id| async move {
            let (role, name) = parts(&id)?;
            let request = cx.client().get_role_policy().role_name(role).policy_name(name);
            seen(&id, &request.send().await?.policy_document).map(|it| Some(it.into()))
        };
        found.extend(each(&missing, one).await?);
        Ok(found)
    }

    async fn update(&self, prior: &Self, cx: &Cx<Iam>) -> Result<()> {
        if self.policy == prior.policy {
            return Ok(());
        }
        self.put(required(self.name.as_deref(), "name")?, cx).await
    }

    async fn delete(&self, cx: &Cx<Iam>) -> Result<()> {
        let request = cx.client().delete_role_policy().role_name(&self.role);
        or_gone(request.set_policy_name(self.name.text()).send().await).map(drop)
    }

    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        names::check(draft, 128)?;
        Form::VersionFirst.plan(draft, "policy")
    }
}

impl Named for RolePolicy {
    const TAKES_OVER: bool = true;

    async fn named(&self, cx: &Cx<Iam>) -> Result<Option<Id>> {
        let name = names::chosen(self.name.as_deref(), self.name_prefix.as_deref(), cx);
        Ok(Some(Id::new(format!("{}:{name}", self.role))))
    }
}

impl RolePolicy {
    async fn put(&self, name: &str, cx: &Cx<Iam>) -> Result<()> {
        let request = cx.client().put_role_policy().role_name(&self.role).policy_name(name);
        request.policy_document(&*self.policy).send().await?;
        Ok(())
    }
}

/// Returns the role and the name in an id.
fn parts(id: &str) -> Result<(&str, &str)> {
    let unknown = || Error::invalid(format!("{id:?} is not written as role:name"));
    id.split_once(':').filter(|(role, name)| !role.is_empty() && !name.is_empty()).ok_or_else(unknown)
}

fn seen(id: &Id, document: &str) -> Result<RolePolicy> {
    let (role, name) = parts(id)?;
    Ok(RolePolicy {
        id: id.clone().into(),
        name: name.into(),
        name_prefix: names::prefix_of(name).into(),
        policy: Form::VersionFirst.of_answer(document),
        role: role.to_owned(),
    })
}
