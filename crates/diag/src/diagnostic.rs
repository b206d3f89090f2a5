//! One finding.

use std::fmt;

use crate::{Evidence, Span};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// The operation cannot go on.
    Error,
    /// The operation goes on, but the user should look.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "Error",
            Self::Warning => "Warning",
        })
    }
}

/// One finding, for the user to read.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in Terraform's words where Terraform has words for it.
    pub summary: String,
    /// What it means here, in full sentences.
    pub detail: String,
    /// The text that is wrong.
    pub subject: Option<Span>,
    /// The wider text that gives the subject its sense, such as the block around it.
    pub context: Option<Span>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The address of the resource instance it is about.
    pub address: Option<String>,
    /// The path of the attribute it is about, when the subject is a whole body.
    pub attribute: Option<String>,
    /// What the expression it is about had to do with.
    pub evidence: Option<Box<Evidence>>,
    /// Whether an apply of the plan it is about verifies it again, and then says how it really is.
    pub is_provisional: bool,
}

impl Diagnostic {
    /// Returns an error without a place.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary.into(), detail.into())
    }

    /// Returns a warning without a place.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary.into(), detail.into())
    }

    fn new(severity: Severity, summary: String, detail: String) -> Self {
        Self {
            severity,
            summary,
            detail,
            subject: None,
            context: None,
            hint: None,
            address: None,
            attribute: None,
            evidence: None,
            is_provisional: false,
        }
    }

    /// Says which text is wrong.
    #[must_use]
    pub fn at(mut self, subject: Span) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Says which wider text to show around the subject.
    #[must_use]
    pub fn within(mut self, context: Span) -> Self {
        self.context = Some(context);
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says which resource instance it is about.
    #[must_use]
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Says which attribute of a whole body it is about.
    #[must_use]
    pub fn attribute(mut self, path: impl Into<String>) -> Self {
        self.attribute = Some(path.into());
        self
    }

    /// Says what the expression it is about had to do with.
    #[must_use]
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = Some(Box::new(evidence));
        self
    }

    /// Says the same as a warning.
    #[must_use]
    pub fn into_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Says that an apply verifies it again.
    #[must_use]
    pub fn provisional(mut self) -> Self {
        self.is_provisional = true;
        self
    }

    /// Returns true for an error, false for a warning.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Plain text for logs and tests; the fronts render the fields themselves.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity, self.summary)?;
        if let Some(subject) = &self.subject {
            write!(f, " ({subject})")?;
        }
        if let Some(address) = &self.address {
            write!(f, " [{address}]")?;
        }
        if let Some(attribute) = &self.attribute {
            write!(f, " at {attribute}")?;
        }
        if !self.detail.is_empty() {
            write!(f, "\n{}", self.detail)?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nHint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_every_field() {
        let diagnostic = Diagnostic::error("Unsupported argument", "No \"nmae\" here.")
            .at(Span::start_of("main.tf"))
            .address("aws_vpc.a")
            .attribute(".tags")
            .hint("Did you mean \"name\"?");
        assert_eq!(
            diagnostic.to_string(),
            "Error: Unsupported argument (main.tf:1,1-1) [aws_vpc.a] at .tags\n\
             No \"nmae\" here.\n\
             Hint: Did you mean \"name\"?"
        );
        assert_eq!(Diagnostic::warning("Old", "").to_string(), "Warning: Old");
    }
}
