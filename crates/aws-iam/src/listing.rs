//! One listing of the whole account instead of many questions.
//!
//! IAM tells about a role in three calls or more, and about all roles in one call for each page. Which is
//! cheaper depends on how many are wanted and how many there are; the account's summary tells the latter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{EntityType, ManagedPolicyDetail, Role, RoleDetail, SummaryKeyType};
use rinfra_aws_kit::{ErrorClass, Gathering, Result};
use tokio::sync::OnceCell;

/// So few calls that it is not worth asking how large the account is.
pub(crate) const FEW: usize = 4;
/// How many objects a page holds at least, as a rule: IAM may cut pages short.
const PAGE: usize = 100;
/// The largest page IAM accepts.
const LARGEST_PAGE: i32 = 1000;

/// Every object of a kind, by what identifies it.
pub(crate) type Everything<T> = Arc<BTreeMap<String, T>>;

/// What the account's details are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Role,
    Policy,
}

/// The details of an account: of the kinds that were asked for.
#[derive(Clone)]
struct Details {
    roles: Everything<RoleDetail>,
    policies: Everything<ManagedPolicyDetail>,
}

/// The listings of an account. Those who want one within a moment share it.
pub(crate) struct Listings {
    client: Client,
    /// How many roles and policies there are; nothing where nobody may know.
    sizes: OnceCell<Option<Sizes>>,
    roles: Gathering<(), Everything<Role>>,
    details: Gathering<Kind, Details>,
}

#[derive(Clone, Copy)]
struct Sizes {
    roles: usize,
    policies: usize,
}

impl Listings {
    /// Returns the listings of the client's account.
    pub(crate) fn new(client: Client) -> Self {
        Self { client, sizes: OnceCell::new(), roles: Gathering::default(), details: Gathering::default() }
    }

    /// Returns every role with its policies, by name, if that takes fewer than `otherwise` calls.
    pub(crate) async fn role_details(&self, otherwise: usize) -> Result<Option<Everything<RoleDetail>>> {
        if !self.pays(otherwise, |it| it.roles).await? {
            return Ok(None);
        }
        Ok(if_allowed(self.details(Kind::Role).await)?.map(|it| it.roles))
    }

    /// Returns every role as [`Listings::role_details`] does, and what only another listing tells of it.
    pub(crate) async fn roles(
        &self,
        otherwise: usize,
    ) -> Result<Option<(Everything<Role>, Everything<RoleDetail>)>> {
        if !self.pays(otherwise / 2, |it| it.roles).await? {
            return Ok(None);
        }
        let client = self.client.clone();
        let roles = self.roles.ask([()], |_| roles(client));
        let listed = if_allowed(futures::try_join!(roles, self.details(Kind::Role)))?;
        Ok(listed.map(|(roles, details)| (roles, details.roles)))
    }

    /// Returns every policy of the account's own with its versions, by ARN, if that takes fewer than
    /// `otherwise` calls.
    pub(crate) async fn policies(&self, otherwise: usize) -> Result<Option<Everything<ManagedPolicyDetail>>> {
        if !self.pays(otherwise, |it| it.policies).await? {
            return Ok(None);
        }
        Ok(if_allowed(self.details(Kind::Policy).await)?.map(|it| it.policies))
    }

    async fn details(&self, kind: Kind) -> Result<Details> {
        let client = self.client.clone();
        self.details.ask([kind], |kinds| details(client, kinds)).await
    }

    async fn pays(&self, otherwise: usize, size: impl Fn(Sizes) -> usize) -> Result<bool> {
        if otherwise <= FEW {
            return Ok(false);
        }
        let sizes = self.sizes.get_or_try_init(|| self.ask_sizes()).await?;
        Ok(sizes.is_some_and(|it| size(it).div_ceil(PAGE) < otherwise))
    }

    async fn ask_sizes(&self) -> Result<Option<Sizes>> {
        let answer = self.client.get_account_summary().send().await.map_err(Into::into);
        let Some(answer) = if_allowed(answer)? else { return Ok(None) };
        let size = |key| {
            let size = answer.summary_map().and_then(|it| it.get(&key)).copied();
            size.and_then(|it| usize::try_from(it).ok())
        };
        let sizes = size(SummaryKeyType::Roles).zip(size(SummaryKeyType::Policies));
        Ok(sizes.map(|(roles, policies)| Sizes { roles, policies }))
    }
}

/// Turns a refusal into nothing: who may not list may still ask for each object.
fn if_allowed<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.class() == ErrorClass::AccessDenied => Ok(None),
        Err(error) => Err(error),
    }
}

async fn roles(client: Client) -> Result<Everything<Role>> {
    let mut pages = client.list_roles().max_items(LARGEST_PAGE).into_paginator().items().send();
    let mut found = BTreeMap::new();
    while let Some(it) = pages.try_next().await? {
        found.insert(it.role_name.clone(), it);
    }
    Ok(Arc::new(found))
}

async fn details(client: Client, kinds: BTreeSet<Kind>) -> Result<Details> {
    let kinds = kinds.into_iter().map(|it| match it {
        Kind::Role => EntityType::Role,
        Kind::Policy => EntityType::LocalManagedPolicy,
    });
    let request = client.get_account_authorization_details().set_filter(Some(kinds.collect()));
    let mut pages = request.max_items(LARGEST_PAGE).into_paginator().send();
    let (mut roles, mut policies) = (BTreeMap::new(), BTreeMap::new());
    while let Some(page) = pages.try_next().await? {
        let of_page = page.role_detail_list.into_iter().flatten();
        roles.extend(of_page.filter_map(|it| Some((it.role_name.clone()?, it))));
        let of_page = page.policies.into_iter().flatten();
        policies.extend(of_page.filter_map(|it| Some((it.arn.clone()?, it))));
    }
    Ok(Details { roles: Arc::new(roles), policies: Arc::new(policies) })
}

#[cfg(test)]
mod tests {
    use super::if_allowed;
    use rinfra_aws_kit::{Error, ErrorClass};

    #[test]
    fn who_may_not_list_asks_for_each_object() {
        assert_eq!(if_allowed(Ok(1)), Ok(Some(1)));
        let refusal = |class| if_allowed::<()>(Err(Error::new(class, "no")));
        assert_eq!(refusal(ErrorClass::AccessDenied), Ok(None));
        assert!(refusal(ErrorClass::Throttled).is_err());
    }
}
