mod policies;
mod read;

use rinfra_aws_kit::{
    ByName, Cx, Draft, Error, ErrorClass, IamPolicy, Named, Resource, Result, Seen, Tags, or_gone, required,
};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, Local, OrComputed, Set};
use rinfra_value::{Type, Value};

use crate::api::{Iam, tagged};
use crate::names;
use crate::policy_text::{Form, no_policy};

/// Permissions that users and services take on for a while.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_iam_role")]
pub(crate) struct Role {
    id: Computed<Id>,
    arn: Computed<String>,
    /// Who may take the role on.
    assume_role_policy: IamPolicy,
    create_date: Computed<String>,
    description: Option<String>,
    /// Whether policies that others attached are detached when the role is deleted.
    #[attr(default = false)]
    force_detach_policies: Local<bool>,
    #[attr(deprecated = "use the resource type aws_iam_role_policy_attachment instead")]
    managed_policy_arns: OrComputed<Set<String>>,
    /// How long the role may be taken on, in seconds.
    #[attr(default = 3600, min = 3600, max = 43200)]
    max_session_duration: i32,
    #[attr(force_new, conflicts_with(name_prefix))]
    name: OrComputed<String>,
    #[attr(force_new, conflicts_with(name))]
    name_prefix: OrComputed<String>,
    #[attr(force_new, default = "/")]
    path: String,
    /// The policy that says what the role can be permitted at most.
    permissions_boundary: Option<String>,
    unique_id: Computed<String>,
    #[block(deprecated = "use the resource type aws_iam_role_policy instead")]
    inline_policy: OrComputed<Set<InlinePolicy>>,
    tags: Tags,
}

/// A policy that is part of the role. One block without anything in it means that there must be none.
#[derive(Schema, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct InlinePolicy {
    name: Option<String>,
    policy: Option<IamPolicy>,
}

impl Resource for Role {
    type Api = Iam;
    type Trace = ByName;
    const READ_BATCH: usize = usize::MAX;
    const GONE_AT_ONCE: bool = true;

    fn identity(&self) -> Option<Id> {
        self.id.value().cloned().or_else(|| self.name.text().map(Id::from))
    }

    async fn create(&self, cx: &Cx<Iam>) -> Result<Id> {
        let name = names::chosen(self.name.as_deref(), self.name_prefix.as_deref(), cx);
        let request = cx
            .client()
            .create_role()
            .role_name(&name)
            .assume_role_policy_document(&*self.assume_role_policy)
            .set_description(self.description.clone().filter(|it| !it.is_empty()))
            .max_session_duration(self.max_session_duration)
            .path(&self.path)
            .set_permissions_boundary(self.permissions_boundary.clone().filter(|it| !it.is_empty()))
            .set_tags(tagged(cx));
        match request.send().await.map_err(Error::from) {
            // A name made of this step's token exists only because the step was here before.
            Err(error) if self.name.is_none() && error.code() == Some("EntityAlreadyExists") => {}
            made => {
                made?;
            }
        }
        Ok(Id::from(name))
    }

    async fn complete(&self, id: &Id, cx: &Cx<Iam>) -> Result<()> {
        self.set_policies(&Self::default(), id, cx).await
    }

    async fn read(cx: &Cx<Iam>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        read::many(cx, ids).await
    }

    async fn update(&self, prior: &Self, cx: &Cx<Iam>) -> Result<()> {
        let id = required(self.id.value(), "id")?;
        let client = cx.client();
        if self.assume_role_policy != prior.assume_role_policy {
            let request = client.update_assume_role_policy().role_name(id.as_str());
            request.policy_document(&*self.assume_role_policy).send().await?;
        }
        let description = self.description.clone().unwrap_or_default();
        if self.max_session_duration != prior.max_session_duration
            || description != prior.description.clone().unwrap_or_default()
        {
            // What the call leaves out would go back to its default.
            let request = client.update_role().role_name(id.as_str()).description(description);
            request.max_session_duration(self.max_session_duration).send().await?;
        }
        match self.permissions_boundary.as_deref().unwrap_or_default() {
            same if same == prior.permissions_boundary.as_deref().unwrap_or_default() => {}
            "" => {
                let request = client.delete_role_permissions_boundary();
                or_gone(request.role_name(id.as_str()).send().await)?;
            }
            boundary => {
                let request = client.put_role_permissions_boundary().role_name(id.as_str());
                request.permissions_boundary(boundary).send().await?;
            }
        }
        self.set_policies(prior, id, cx).await
    }

    async fn delete(&self, cx: &Cx<Iam>) -> Result<()> {
        let id = required(self.id.value(), "id")?;
        let delete = || async { or_gone(cx.client().delete_role().role_name(id.as_str()).send().await) };
        match delete().await {
            // Most roles have nothing left that holds them, so that nobody needs to look first.
            Err(error) if error.class() == ErrorClass::Dependency => {
                self.release(id, cx).await?;
                delete().await.map(drop)
            }
            done => done.map(drop),
        }
    }

    fn tag_target(&self) -> String {
        self.arn.text().unwrap_or_default()
    }

    fn recall(&mut self, prior: Option<&Self>) {
        let Some(prior) = prior else { return };
        // Of a role without policies IAM cannot tell whether anybody insists on that.
        if self.inline_policies().next().is_none() && prior.inline_policies().next().is_none() {
            self.inline_policy = prior.inline_policy.clone();
        }
    }

    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        names::check(draft, 64)?;
        Form::Sorted.plan(draft, "assume_role_policy")?;
        plan_inline_policies(draft)
    }
}

impl Named for Role {
    const SET_LATER: &'static [&'static str] = &["inline_policy", "managed_policy_arns"];

    async fn named(&self, cx: &Cx<Iam>) -> Result<Option<Id>> {
        Ok(Some(Id::new(names::chosen(self.name.as_deref(), self.name_prefix.as_deref(), cx))))
    }

    async fn born(id: &Id, cx: &Cx<Iam>) -> Result<Option<u64>> {
        let role = or_gone(cx.client().get_role().role_name(id.as_str()).send().await)?;
        let born = role.and_then(|it| Some(it.role?.create_date));
        Ok(born.and_then(|it| u64::try_from(it.secs()).ok()))
    }
}

/// Plans inline policies in the form they are stored in.
fn plan_inline_policies(draft: &mut Draft<'_>) -> Result<()> {
    let planned = draft.planned("inline_policy");
    if !planned.is_known() || planned.unmark_deep() == draft.prior("inline_policy") {
        return Ok(());
    }
    let mut wrong = false;
    let formed = planned.transform(&mut |path, value| {
        let is_policy = *value.ty() == Type::String && path.to_string().ends_with(".policy");
        let Some(text) = value.as_str().filter(|text| is_policy && !text.is_empty()) else { return value };
        let form = Form::VersionFirst.of(text);
        wrong |= form.is_none();
        form.map_or_else(|| value.clone(), |it| Value::string(it).with_marks(value.marks()))
    });
    if wrong {
        return Err(no_policy("inline_policy.policy"));
    }
    draft.set("inline_policy", formed);
    Ok(())
}
