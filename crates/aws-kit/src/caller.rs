//! Whose credentials are in use.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::{Either, select};
use tokio::sync::OnceCell;

use crate::account::Account;
use crate::settings::AwsProviderConfig;
use crate::{Result, required};

/// How long an answer is waited for that somebody else asked for, in another Region perhaps, which may be down.
const SOON: Duration = Duration::from_secs(1);

/// Whose credentials are in use, as STS says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account: String,
    /// The user or the session of a role.
    pub arn: Option<String>,
    /// The unique id of it.
    pub user_id: Option<String>,
}

/// What STS said of all credentials that were used. It is asked once, however many provider configurations have the
/// same ones, in however many Regions.
#[derive(Default)]
pub(crate) struct Callers(Mutex<Vec<(Credentials, Answer)>>);

/// What STS said, as soon as it did.
pub(crate) type Answer = Arc<OnceCell<Caller>>;

/// What leads to credentials.
#[derive(PartialEq)]
struct Credentials {
    /// What of it has nothing to do with credentials is left out.
    config: AwsProviderConfig,
    /// Where STS is asked, if not where it usually is.
    endpoint: Option<String>,
}

impl Callers {
    /// Returns what STS says of the credentials of a provider configuration.
    pub(crate) fn of(&self, config: &AwsProviderConfig, endpoint: Option<&String>) -> Answer {
        let config = AwsProviderConfig {
            region: None,
            sts_region: None,
            allowed_account_ids: None,
            forbidden_account_ids: None,
            default_tags: None,
            ignore_tags: None,
            ..config.clone()
        };
        let credentials = Credentials { config, endpoint: endpoint.cloned() };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, answer)) = known.iter().find(|(it, _)| *it == credentials) {
            return Arc::clone(answer);
        }
        let answer = Answer::default();
        known.push((credentials, Arc::clone(&answer)));
        answer
    }
}

impl Account {
    /// Returns whose credentials are in use, asking STS the first time.
    pub(crate) async fn caller(&self) -> Result<&Caller> {
        self.caller.get_or_try_init(|| self.shared_caller()).await
    }

    /// Returns what STS said to anybody who has the same credentials; where that takes its time, asks it here as well.
    async fn shared_caller(&self) -> Result<Caller> {
        let is_asked_here = AtomicBool::new(false);
        let shared = self.callers.get_or_try_init(|| {
            is_asked_here.store(true, Ordering::Relaxed);
            self.ask_caller()
        });
        let alone = async {
            self.clock.sleep(SOON).await;
            if is_asked_here.load(Ordering::Relaxed) {
                std::future::pending::<()>().await;
            }
            self.ask_caller().await
        };
        match select(std::pin::pin!(shared), std::pin::pin!(alone)).await {
            Either::Left((caller, _)) => caller.cloned(),
            Either::Right((caller, _)) => caller,
        }
    }

    async fn ask_caller(&self) -> Result<Caller> {
        let region = self.sts_region.as_deref().unwrap_or(self.region.as_str());
        let client = aws_sdk_sts::Client::new(&self.config(region, &["sts"]));
        let identity = client.get_caller_identity().send().await?;
        let account = required(identity.account, "Account")?;
        Ok(Caller { account, arn: identity.arn, user_id: identity.user_id })
    }
}
