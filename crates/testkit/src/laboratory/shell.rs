use std::cell::RefCell;
use std::rc::Rc;

use async_trait::async_trait;
use rinfra_apply::{Command, Failure, Interrupt, Shell};
use tokio::sync::watch;

/// A shell that only writes down what it was to run. Commands with `fail` in them fail; `hang` runs until the run is
/// being stopped.
#[derive(Clone, Debug, Default)]
pub struct MemoryShell(Rc<RefCell<Vec<String>>>);

impl MemoryShell {
    /// Takes what was to be run so far, a command a line.
    pub fn take(&self) -> Vec<String> {
        self.0.take()
    }

    /// Waits until something runs.
    pub async fn begun(&self) {
        while self.0.borrow().is_empty() {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait(?Send)]
impl Shell for MemoryShell {
    async fn run(
        &self,
        command: &Command,
        line: &dyn for<'line> Fn(&'line str),
        mut interrupt: watch::Receiver<Interrupt>,
    ) -> Result<(), Failure> {
        let text = command.arguments.last().cloned().unwrap_or_default();
        self.0.borrow_mut().push(text.clone());
        line(&format!("running {text}"));
        if text.contains("hang") {
            // The sender lives as long as the run.
            let _ = interrupt.wait_for(|it| *it != Interrupt::None).await;
        }
        if text.contains("fail") || text.contains("hang") {
            return Err(Failure { reason: "exit status 1".to_owned(), output: "no\n".to_owned() });
        }
        Ok(())
    }
}
