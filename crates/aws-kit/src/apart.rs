//! Work that goes on while whoever waits for it is busy with something else.

use tokio::task::JoinHandle;

use crate::Result;

/// Does something in a task of its own: the engine evaluates a configuration in one task, and what it asks for meanwhile
/// would otherwise be sent and read only when it comes to a halt. The task ends when nobody waits for it any more.
///
/// What holds for the caller's task alone (task-locals) does not hold in it: such things are set within `work`.
///
/// *Errors*: those of the work.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let mut task = Task(tokio::spawn(work));
    match (&mut task.0).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_ended) => Err(rinfra_provider::Error::internal("the work was given up").into()),
        },
    }
}

struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::apart;
    use crate::Error;
    use std::sync::Arc;

    #[tokio::test]
    async fn what_nobody_waits_for_ends() {
        assert_eq!(apart(async { Ok(1) }).await, Ok(1));
        assert_eq!(apart(async { Err::<(), _>(Error::invalid("no")) }).await, Err(Error::invalid("no")));
        let held = Arc::new(());
        let witness = Arc::clone(&held);
        {
            let work = apart(async move {
                let _held = held;
                std::future::pending::<crate::Result<()>>().await
            });
            assert!(futures::poll!(Box::pin(work)).is_pending());
        }
        while Arc::strong_count(&witness) > 1 {
            tokio::task::yield_now().await;
        }
    }
}
