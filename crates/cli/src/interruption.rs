//! SIGINT and SIGTERM: the first stops gracefully, the second at once, the third ends the process.

use std::time::Duration;

use rinfra_apply::Interrupt;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::sleep;

/// The wish of a user to end early.
pub(crate) struct Interruption {
    stage: watch::Receiver<Interrupt>,
}

impl Interruption {
    /// Listens from now on. Signals no longer end the process by themselves.
    ///
    /// With a limit, what is in flight after the first signal is given up when so much time has passed, as if a second
    /// one had come.
    pub(crate) fn listen(limit: Option<Duration>) -> Self {
        let (sender, stage) = watch::channel(Interrupt::None);
        tokio::spawn(async move {
            let (Ok(interrupt), Ok(terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                // Without handlers the signals end the process; the journal is made for that.
                return sender.closed().await;
            };
            let mut signals = Signals { interrupt, terminate };
            tokio::select! {
                () = signals.next() => sender.send_replace(Interrupt::Stop),
                () = sender.closed() => return,
            };
            tokio::select! {
                () = signals.next() => {}
                () = passed(limit) => {}
                () = sender.closed() => return,
            }
            sender.send_replace(Interrupt::Abort);
            tokio::select! {
                // Whoever asks three times does not want to wait for the state to be written; the journal has it all.
                () = signals.next() => std::process::exit(1),
                () = sender.closed() => {}
            }
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

/// The signals that ask a process to end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

async fn passed(limit: Option<Duration>) {
    match limit {
        Some(limit) => sleep(limit).await,
        None => std::future::pending().await,
    }
}
