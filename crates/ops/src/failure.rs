use rinfra_diag::{Diagnostic, Diagnostics, Sources};

/// Why a use case could not be carried out, with the texts its diagnostics point into.
#[derive(Clone, Debug, Default)]
pub struct Failure {
    /// What is wrong.
    pub diagnostics: Diagnostics,
    /// The files that were read.
    pub sources: Sources,
}

/// The result of a use case.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// Returns a failure with these diagnostics.
    pub fn new(diagnostics: impl Into<Diagnostics>, sources: &Sources) -> Self {
        Self { diagnostics: diagnostics.into(), sources: sources.clone() }
    }

    /// Returns a failure with something to say that has no place in any file.
    pub fn said(diagnostics: impl Into<Diagnostics>) -> Self {
        Self { diagnostics: diagnostics.into(), sources: Sources::default() }
    }

    /// Returns a failure of something outside the configuration, told with all its causes.
    pub(crate) fn of(summary: &str, error: &dyn std::error::Error) -> Self {
        Self { diagnostics: Diagnostic::error(summary, chain(error)).into(), sources: Sources::default() }
    }
}

/// Returns an error's message followed by those of its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
