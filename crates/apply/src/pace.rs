use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Poll, Waker};

/// How many instances are evaluated in one round.
const ROUND: usize = 16;

/// Has instances evaluated in small rounds.
///
/// Those without dependencies could all be evaluated at once, and so could the dependents of instances that are finished
/// together. The first of them would then begin only when the last was evaluated. A few at a time, the calls of the
/// first go on meanwhile.
#[derive(Default)]
pub(crate) struct Pace {
    left: Cell<usize>,
    waiting: RefCell<VecDeque<Waker>>,
}

impl Pace {
    /// Waits for a turn.
    pub(crate) async fn turn(&self) {
        poll_fn(|context| match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                Poll::Ready(())
            }
            None => {
                self.waiting.borrow_mut().push_back(context.waker().clone());
                Poll::Pending
            }
        })
        .await;
    }

    /// Runs two sides of one work at once, in rounds: the first may take so many turns in each.
    pub(crate) async fn alternate<A, B>(
        &self,
        first: impl Future<Output = A>,
        second: impl Future<Output = B>,
    ) -> (A, B) {
        let mut both = pin!(async { futures::join!(first, second) });
        poll_fn(|context| {
            self.left.set(ROUND);
            let next: Vec<_> = {
                let mut waiting = self.waiting.borrow_mut();
                let count = waiting.len().min(ROUND);
                waiting.drain(..count).collect()
            };
            next.into_iter().for_each(Waker::wake);
            let polled = both.as_mut().poll(context);
            if polled.is_pending() && !self.waiting.borrow().is_empty() {
                context.waker().wake_by_ref();
            }
            polled
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures::future::join_all;

    use super::{Pace, ROUND};

    #[tokio::test]
    async fn the_other_side_has_its_say_after_each_round() {
        let pace = Pace::default();
        let heard = RefCell::new(Vec::new());
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        let turns = 3 * ROUND + 1;
        let talk = async {
            join_all((0..turns).map(|number| {
                let (pace, sender) = (&pace, sender.clone());
                async move {
                    pace.turn().await;
                    sender.send(number).unwrap();
                }
            }))
            .await;
            drop(sender);
        };
        let listen = async {
            let mut together = Vec::new();
            while receiver.recv_many(&mut together, turns).await > 0 {
                heard.borrow_mut().push(together.len());
                together.clear();
            }
        };
        pace.alternate(talk, listen).await;
        assert_eq!(heard.into_inner(), [ROUND, ROUND, ROUND, 1]);
    }
}
