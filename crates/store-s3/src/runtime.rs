//! Threads of the store's own.
//!
//! A lease is renewed while the rest of the program computes, and given back while it ends. Neither may wait for the
//! threads that everything else runs on; so requests are made on these.

use std::cell::Cell;
use std::sync::{LazyLock, mpsc};

use rinfra_store::StoreError;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("state store")
        .on_thread_start(|| OWN.set(true))
        .enable_all()
        .build()
        .ok()
});

thread_local! {
    /// Whether a thread is one of the store's own.
    static OWN: Cell<bool> = const { Cell::new(false) };
}

/// Begins something, without waiting for it.
pub(crate) fn begin(work: impl Future<Output = ()> + Send + 'static) {
    if let Some(runtime) = RUNTIME.as_ref() {
        runtime.spawn(work);
    }
}

/// Does something and waits for it.
pub(crate) async fn run<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let runtime = RUNTIME.as_ref().ok_or_else(|| ended("it has no threads"))?;
    runtime.spawn(work).await.unwrap_or_else(|_| Err(ended("it ended unexpectedly")))
}

/// Does something that blocks, and waits for it.
pub(crate) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let runtime = RUNTIME.as_ref().ok_or_else(|| ended("it has no threads"))?;
    runtime.spawn_blocking(work).await.unwrap_or_else(|_| Err(ended("it ended unexpectedly")))
}

/// Does something; the thread waits for it. Never on a thread of the store's own.
pub(crate) fn block<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let (done, result) = mpsc::channel();
    begin(async move { drop(done.send(work.await)) });
    result.recv().unwrap_or_else(|_| Err(ended("it ended unexpectedly")))
}

/// Does something last; the thread waits for it, unless it is one of the store's own.
pub(crate) fn finish(work: impl Future<Output = ()> + Send + 'static) {
    if OWN.get() {
        begin(work);
    } else {
        drop(block(async {
            work.await;
            Ok(())
        }));
    }
}

fn ended(why: &str) -> StoreError {
    StoreError::Remote { action: "use", location: "the store".to_owned(), reason: why.to_owned() }
}
