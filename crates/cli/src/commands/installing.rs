//! Installing modules, for the commands that do, and what is told of it.

use rinfra_diag::{Diagnostics, Sources};
use rinfra_modules::{Cache, Credentials, Fetcher, Freshness, Limits, Web};
use rinfra_ops::{Environment, InstallObserver, Installed, Outcome};
use serde_json::{Value, json};

use crate::terminal::Terminal;

/// What is told, in text or as Terraform's stream of JSON messages.
#[derive(Clone, Copy)]
pub(super) struct Report {
    pub(super) terminal: Terminal,
    pub(super) is_json: bool,
}

impl Report {
    /// Begins the stream.
    pub(super) fn begin(self) {
        if self.is_json {
            let version = env!("CARGO_PKG_VERSION");
            let language = rinfra_state::State::TERRAFORM_VERSION;
            let fields = json!({"terraform": language, "rinfra": version, "ui": "1.2"});
            self.message("info", &format!("rinfra {version}"), "version", fields);
        }
    }

    /// Tells of a step.
    pub(super) fn step(self, text: &str, code: &str) {
        if self.is_json {
            self.message("info", text.trim(), "init_output", json!({"message_code": code}));
        } else {
            self.terminal.print(&format!("{text}\n"));
        }
    }

    /// Tells of something within a step.
    pub(super) fn detail(self, text: &str) {
        if self.is_json {
            self.message("info", text, "log", json!({}));
        } else {
            self.terminal.print(&format!("{text}\n"));
        }
    }

    /// Shows diagnostics.
    pub(super) fn diagnostics(self, diagnostics: &Diagnostics, sources: &Sources) {
        if !self.is_json {
            self.terminal.diagnostics(diagnostics, sources);
            return;
        }
        for diagnostic in rinfra_view::diagnostics_json(diagnostics, sources) {
            let is_error = diagnostic["severity"] == "error";
            let (level, name) = if is_error { ("error", "Error") } else { ("warn", "Warning") };
            let text = format!("{name}: {}", diagnostic["summary"].as_str().unwrap_or_default());
            self.message(level, &text, "diagnostic", json!({"diagnostic": diagnostic}));
        }
    }

    fn message(self, level: &str, text: &str, kind: &str, fields: Value) {
        let mut message = json!({
            "@level": level,
            "@message": text,
            "@module": "terraform.ui",
            "@timestamp": rinfra_ops::timestamp(),
            "type": kind,
        });
        if let (Value::Object(message), Value::Object(fields)) = (&mut message, fields) {
            message.extend(fields);
        }
        self.terminal.json(&message);
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
