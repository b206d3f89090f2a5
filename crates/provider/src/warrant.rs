//! Whether a run may still change anything.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;

use crate::Result;

tokio::task_local! {
    static WARRANT: Arc<dyn Warrant>;
}

/// Whether a run may still change anything. A program that was paused between writing down what it will do and doing
/// it may have been displaced meanwhile.
#[async_trait]
pub trait Warrant: Send + Sync {
    /// Makes sure that it may; cheap as long as nothing unusual happened.
    ///
    /// *Errors*: when it may not, or nobody can tell.
    async fn check(&self) -> Result<()>;
}

/// Does some work; all that asks within it whether it may change something hears what this warrant says.
pub async fn under<F: Future>(warrant: Arc<dyn Warrant>, work: F) -> F::Output {
    WARRANT.scope(warrant, work).await
}

/// Asks whether a call that changes something may be made: right before it is sent, each time.
///
/// *Errors*: when it may not. Where nobody gave a warrant, everything may be.
pub async fn warranted() -> Result<()> {
    match WARRANT.try_with(Arc::clone) {
        Ok(warrant) => warrant.check().await,
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arc, Result, Warrant, async_trait, under, warranted};
    use crate::{Error, ErrorClass};

    struct Refused;

    #[async_trait]
    impl Warrant for Refused {
        async fn check(&self) -> Result<()> {
            Err(Error::new(ErrorClass::Internal, "somebody else does this now"))
        }
    }

    #[tokio::test]
    async fn without_a_warrant_everything_may_be_changed() {
        assert!(warranted().await.is_ok());
        let error = under(Arc::new(Refused), warranted()).await.unwrap_err();
        assert_eq!(error.message, "somebody else does this now");
    }
}
