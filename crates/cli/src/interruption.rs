//! SIGINT and SIGTERM: the first stops gracefully, the second at once.

use rinfra_apply::Interrupt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// The wish of a user to end early.
pub(crate) struct Interruption {
    stage: watch::Receiver<Interrupt>,
}

impl Interruption {
    /// Listens from now on. Signals no longer end the process by themselves.
    pub(crate) fn listen() -> Self {
        let (sender, stage) = watch::channel(Interrupt::None);
        tokio::spawn(async move {
            let (Ok(mut interrupt), Ok(mut terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                // Without handlers the signals end the process; the journal is made for that.
                return sender.closed().await;
            };
            for stage in [Interrupt::Stop, Interrupt::Abort] {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                    () = sender.closed() => return,
                }
                sender.send_replace(stage);
            }
            sender.closed().await;
        });
        Self { stage }
    }

    /// Returns what an apply watches to learn that it is to end early.
    pub(crate) fn watch(&self) -> watch::Receiver<Interrupt> {
        self.stage.clone()
    }

    /// Carries out something that may be dropped half done; `None` if the user did not want to wait for it.
    pub(crate) async fn unless<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut stage = self.stage.clone();
        let interrupted = async {
            if stage.wait_for(|it| *it != Interrupt::None).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            result = work => Some(result),
            () = interrupted => None,
        }
    }
}
