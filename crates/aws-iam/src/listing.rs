//! One listing of the whole account instead of many questions.
//!
//! IAM tells about a role in three calls or more, and about all roles in one call for each page. Which is
//! cheaper depends on how many are wanted and how many there are; the account's summary tells the latter.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{EntityType, ManagedPolicyDetail, Role, RoleDetail, SummaryKeyType};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use rinfra_aws_kit::{ErrorClass, Result};
use tokio::sync::OnceCell;

/// So few calls that it is not worth asking how large the account is.
const FEW: usize = 4;
/// How many objects a page holds at least, as a rule: IAM may cut pages short.
const PAGE: usize = 100;
/// The largest page IAM accepts.
const LARGEST_PAGE: i32 = 1000;

/// Every object of a kind, by what identifies it.
pub(crate) type Everything<T> = Arc<BTreeMap<String, T>>;

/// The listings of an account. Whoever wants one while it is on its way shares it.
pub(crate) struct Listings {
    client: Client,
    /// How many roles and policies there are; nothing where nobody may know.
    sizes: OnceCell<Option<Sizes>>,
    roles: Joint<Role>,
    role_details: Joint<RoleDetail>,
    policies: Joint<ManagedPolicyDetail>,
}

#[derive(Clone, Copy)]
struct Sizes {
    roles: usize,
    policies: usize,
}

impl Listings {
    /// Returns the listings of the client's account.
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            sizes: OnceCell::new(),
            roles: Joint::default(),
            role_details: Joint::default(),
            policies: Joint::default(),
        }
    }

    /// Returns every role with its policies, by name, if that takes fewer than `otherwise` calls.
    pub(crate) async fn role_details(&self, otherwise: usize) -> Result<Option<Everything<RoleDetail>>> {
        if !self.pays(otherwise, |it| it.roles).await? {
            return Ok(None);
        }
        if_allowed(self.role_details.get(|| role_details(self.client.clone()).boxed()).await)
    }

    /// Returns every role as [`Listings::role_details`] does, and what only another listing tells of it.
    pub(crate) async fn roles(
        &self,
        otherwise: usize,
    ) -> Result<Option<(Everything<Role>, Everything<RoleDetail>)>> {
        if !self.pays(otherwise / 2, |it| it.roles).await? {
            return Ok(None);
        }
        let roles = self.roles.get(|| roles(self.client.clone()).boxed());
        let details = self.role_details.get(|| role_details(self.client.clone()).boxed());
        if_allowed(futures::try_join!(roles, details))
    }

    /// Returns every policy of the account's own with its versions, by ARN, if that takes fewer than
    /// `otherwise` calls.
    pub(crate) async fn policies(&self, otherwise: usize) -> Result<Option<Everything<ManagedPolicyDetail>>> {
        if !self.pays(otherwise, |it| it.policies).await? {
            return Ok(None);
        }
        if_allowed(self.policies.get(|| policies(self.client.clone()).boxed()).await)
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

async fn role_details(client: Client) -> Result<Everything<RoleDetail>> {
    let request = client.get_account_authorization_details().filter(EntityType::Role);
    let mut pages = request.max_items(LARGEST_PAGE).into_paginator().send();
    let mut found = BTreeMap::new();
    while let Some(page) = pages.try_next().await? {
        let details = page.role_detail_list.into_iter().flatten();
        found.extend(details.filter_map(|it| Some((it.role_name.clone()?, it))));
    }
    Ok(Arc::new(found))
}

async fn policies(client: Client) -> Result<Everything<ManagedPolicyDetail>> {
    let request = client.get_account_authorization_details().filter(EntityType::LocalManagedPolicy);
    let mut pages = request.max_items(LARGEST_PAGE).into_paginator().send();
    let mut found = BTreeMap::new();
    while let Some(page) = pages.try_next().await? {
        let details = page.policies.into_iter().flatten();
        found.extend(details.filter_map(|it| Some((it.arn.clone()?, it))));
    }
    Ok(Arc::new(found))
}

type OnItsWay<T> = BoxFuture<'static, Result<Everything<T>>>;

/// A listing that is on its way for everybody who asks meanwhile. It is not kept when it has arrived.
struct Joint<T>(Mutex<Option<WeakShared<OnItsWay<T>>>>);

impl<T> Default for Joint<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Joint<T> {
    fn get(&self, start: impl FnOnce() -> OnItsWay<T>) -> Shared<OnItsWay<T>> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let under_way = current.as_ref().and_then(WeakShared::upgrade).filter(|it| it.peek().is_none());
        under_way.unwrap_or_else(|| {
            let started = start().shared();
            *current = started.downgrade();
            started
        })
    }
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
