//! SIGINT and SIGTERM: the first stops gracefully, the second at once.

use rinfra_apply::Interrupt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Returns what an apply watches to learn that it is to end early.
pub(crate) fn watch() -> watch::Receiver<Interrupt> {
    let (sender, receiver) = watch::channel(Interrupt::None);
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
    receiver
}
