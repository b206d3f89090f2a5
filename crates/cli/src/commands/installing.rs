//! Installing modules, for the commands that do, and what is told of it.

use rinfra_modules::{Cache, Credentials, Fetcher, Freshness, Limits, Web};
use rinfra_ops::{Environment, InstallObserver, Installed, Outcome};
use rinfra_view::Message;

use crate::terminal::Terminal;

/// Tells of the steps of an installation.
#[derive(Clone, Copy)]
pub(super) struct Report(pub(super) Terminal);

impl Report {
    /// Tells of a step.
    pub(super) fn step(self, text: &str, code: &str) {
        self.0.tell(&format!("{text}\n"));
        self.0.message(|| Some(Message::info("init_output", text.trim()).with("message_code", code.into())));
    }

    /// Tells of something within a step.
    pub(super) fn detail(self, text: &str) {
        self.0.tell(&format!("{text}\n"));
        self.0.message(|| Some(Message::info("log", text)));
    }
}

impl InstallObserver for Report {
    fn downloading(&self, package: &str, module: &str) {
        self.detail(&format!("Downloading {package} for {module}..."));
    }

    fn installed(&self, module: &str, _version: Option<&str>, directory: &str) {
        self.detail(&format!("- {module} in {directory}"));
    }
}

/// Returns whoever fetches modules for this user.
pub(super) fn fetcher() -> Fetcher {
    Fetcher::new(Web::new(), Credentials::from_environment(), Cache::of_user(), Limits::default())
}

/// Installs the modules of the root module, and says so.
///
/// *Errors*: what keeps them from being installed.
pub(super) fn install(environment: &Environment, upgrade: bool, report: Report) -> Outcome<Installed> {
    let freshness = if upgrade { Freshness::Latest } else { Freshness::Known };
    rinfra_ops::install_modules(environment, &fetcher(), freshness, &report)
}
