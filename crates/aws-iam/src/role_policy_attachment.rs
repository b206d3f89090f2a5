use std::collections::{BTreeMap, BTreeSet};

use rinfra_aws_kit::{ByName, Cx, Error, Named, Resource, Result, Seen, each, or_gone};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id};

use crate::api::{Iam, attached_policies};

/// A policy attached to a role.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_iam_role_policy_attachment")]
pub(crate) struct RolePolicyAttachment {
    id: Computed<Id>,
    #[attr(force_new)]
    policy_arn: String,
    /// The name of the role.
    #[attr(force_new)]
    role: String,
}

impl Resource for RolePolicyAttachment {
    type Api = Iam;
    type Trace = ByName;
    const READ_BATCH: usize = usize::MAX;
    const GONE_AT_ONCE: bool = true;

    /// Terraform writes a random id, which says nothing; the arguments do.
    fn identity(&self) -> Option<Id> {
        Some(Id::new(format!("{}/{}", self.role, self.policy_arn)))
    }

    async fn create(&self, cx: &Cx<Iam>) -> Result<Id> {
        let request = cx.client().attach_role_policy().role_name(&self.role);
        request.policy_arn(&self.policy_arn).send().await?;
        Ok(Id::new(format!("{}/{}", self.role, self.policy_arn)))
    }

    async fn read(cx: &Cx<Iam>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for id in ids {
            let (role, policy) = parts(id)?;
            wanted.entry(role).or_default().insert(policy);
        }
        let mut found = Vec::new();
        if let Some(listed) = cx.client().listings().role_details(wanted.len()).await? {
            for (role, policies) in &mut wanted {
                let attached = listed.get(*role).map(|it| it.attached_managed_policies());
                for policy in attached.into_iter().flatten().filter_map(|it| it.policy_arn()) {
                    if policies.remove(policy) {
                        found.push(seen(role, policy).into());
                    }
                }
            }
        }
        let roles: Vec<Id> =
            wanted.iter().filter(|(_, it)| !it.is_empty()).map(|(role, _)| Id::from(*role)).collect();
        let attached = each(&roles, |role| async move {
            let attached = attached_policies(cx.client(), &role).await?;
            Ok(Some((role, attached)))
        });
        for (role, attached) in attached.await? {
            let policies = wanted.get(role.as_str()).into_iter().flatten();
            found.extend(policies.filter(|it| attached.contains(**it)).map(|it| seen(&role, it).into()));
        }
        Ok(found)
    }

    async fn delete(&self, cx: &Cx<Iam>) -> Result<()> {
        let request = cx.client().detach_role_policy().role_name(&self.role);
        or_gone(request.policy_arn(&self.policy_arn).send().await).map(drop)
    }

    fn recall(&mut self, prior: Option<&Self>) {
        if let Some(id) = prior.and_then(|it| it.id.value()) {
            self.id = id.clone().into();
        }
    }
}

impl Named for RolePolicyAttachment {
    const TAKES_OVER: bool = true;
}

/// Returns the role and the policy in an identity.
fn parts(id: &str) -> Result<(&str, &str)> {
    let unknown = || Error::invalid(format!("{id:?} is not written as role/policy-arn"));
    id.split_once('/').filter(|(role, policy)| !role.is_empty() && !policy.is_empty()).ok_or_else(unknown)
}

fn seen(role: &str, policy: &str) -> RolePolicyAttachment {
    RolePolicyAttachment {
        id: Id::new(format!("{role}/{policy}")).into(),
        policy_arn: policy.to_owned(),
        role: role.to_owned(),
    }
}
