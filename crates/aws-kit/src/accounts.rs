//! The accounts that a run works in.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rinfra_provider::Usage;
use rinfra_schema::typed::BlockType;
use rinfra_value::Value;
use tokio::sync::OnceCell;

use crate::account::Account;
use crate::caller::Callers;
use crate::clock::Clock;
use crate::http::Clients;
use crate::provider::Checks;
use crate::settings::AwsProviderConfig;
use crate::wire::{self, Breakers, Ledger, Limiters};
use crate::{Error, Result, object, sdk};

/// What all provider configurations of a run share.
pub(crate) struct Common {
    /// The endpoints, whichever configuration leads to them.
    pub(crate) breakers: Arc<Breakers>,
    /// Whose credentials are in use.
    pub(crate) callers: Callers,
    /// The connections to services.
    pub(crate) clients: Clients,
    pub(crate) clock: Clock,
}

impl Common {
    /// Returns what nobody shares yet.
    pub(crate) fn new(clock: Clock) -> Self {
        Self { breakers: Arc::default(), callers: Callers::default(), clients: Clients::default(), clock }
    }
}

/// An account, as one provider configuration sees it.
pub(crate) struct Opened {
    pub(crate) account: Arc<Account>,
    checks: Checks,
    /// Set as soon as it is certain that it is the right one.
    verified: OnceCell<()>,
}

/// All accounts of a run, each as its provider configurations see it.
///
/// The phases of a run open the same provider configurations. What the first of them found out holds for the others:
/// the account and its id, credentials, clients and open connections.
pub(crate) struct Accounts {
    common: Common,
    /// By the arguments of the provider configuration.
    opened: Mutex<HashMap<Value, Arc<OnceCell<Arc<Opened>>>>>,
    /// The limiters of each account, whichever configuration leads to it.
    limiters: Mutex<BTreeMap<String, Arc<Limiters>>>,
    /// What went over the wires of all accounts.
    ledgers: Mutex<Vec<Arc<Ledger>>>,
}

impl Accounts {
    /// Returns accounts of which none is open.
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            common: Common::new(clock),
            opened: Mutex::default(),
            limiters: Mutex::default(),
            ledgers: Mutex::default(),
        }
    }

    /// Returns the account that a provider configuration leads to. Nothing is asked, unless the configuration says which
    /// accounts it may be.
    ///
    /// *Errors*: configurations that cannot work. Who tries again begins anew.
    pub(crate) async fn open(&self, config: &Value) -> Result<Arc<Opened>> {
        let account = Arc::clone(locked(&self.opened).entry(config.clone()).or_default());
        account.get_or_try_init(|| self.begin(config)).await.cloned()
    }

    async fn begin(&self, config: &Value) -> Result<Arc<Opened>> {
        let decoded = AwsProviderConfig::decode(&object::plain(config))
            .map_err(|it| Error::invalid(format!("provider aws{it}")))?;
        let checks = Checks::of(&decoded);
        let account = Arc::new(sdk::account(decoded, config, &self.common).await?);
        // What is asked of an account that turns out to be the wrong one was asked as well.
        locked(&self.ledgers).push(Arc::clone(account.wire.ledger()));
        let is_choosy = checks.are_choosy();
        let opened = Arc::new(Opened { account, checks, verified: OnceCell::new() });
        if is_choosy {
            self.verify(&opened).await?;
        }
        Ok(opened)
    }

    /// Makes sure that the credentials are good for an account that is wanted.
    ///
    /// *Errors*: that they are not.
    pub(crate) async fn verify(&self, opened: &Opened) -> Result<()> {
        let verify = || async {
            let account = &opened.account;
            opened.checks.run(account).await?;
            if let Some(caller) = account.caller.get() {
                account.wire.ledger().name(&caller.account);
                let mut limiters = locked(&self.limiters);
                // What has been sent already was taken from those that the account has from now on.
                let limiters = limiters.entry(caller.account.clone());
                account.wire.share(limiters.or_insert_with(|| account.wire.limiters()));
            }
            Ok(())
        };
        opened.verified.get_or_try_init(verify).await.copied()
    }

    /// Returns what was asked of all of them.
    pub(crate) fn usage(&self) -> Usage {
        wire::usage(&locked(&self.ledgers))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
