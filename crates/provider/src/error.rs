use std::fmt;

use rinfra_diag::Diagnostic;

/// What kind of failure a call met. Each class has one policy, decided in one place of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorClass {
    /// The service asked to slow down, and slowing down did not help in time.
    Throttled,
    /// A failure of the service or the network that a later run may not meet.
    Transient,
    /// What the call named does not exist (or is not visible yet).
    NotFound,
    /// Something still depends on the object.
    Dependency,
    /// The credentials are valid but not allowed to make the call.
    AccessDenied,
    /// No usable credentials.
    Credentials,
    /// Credentials that were valid and are no longer.
    Expired,
    /// The endpoint could not be reached.
    Unreachable,
    /// The service refused the arguments.
    Validation,
    /// The object exists already, or is in a state that forbids the call.
    Conflict,
    /// A wait ended before the object reached its final state.
    TimedOut,
    /// A broken promise between the service, the provider and the engine.
    Internal,
}

/// A failed call, with what the service said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The kind of failure.
    pub class: ErrorClass,
    /// The service's identifier, such as `ec2`.
    pub service: Option<String>,
    /// The API operation, such as `CreateVpc`.
    pub operation: Option<String>,
    /// The service's error code, such as `VpcLimitExceeded`.
    pub code: Option<String>,
    /// The message, as the service worded it.
    pub message: String,
    /// The service's identifier of the request, for its support.
    pub request_id: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The kind of failure in a few words, where the provider has better ones than the engine.
    pub summary: Option<&'static str>,
    /// The attribute of the configuration that the failure is about.
    pub attribute: Option<&'static str>,
}

impl Error {
    /// Returns an error of a class with a message and nothing else known.
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self {
            class,
            service: None,
            operation: None,
            code: None,
            message: message.into(),
            request_id: None,
            hint: None,
            summary: None,
            attribute: None,
        }
    }

    /// Returns an error about a broken promise inside rinfra or of a service.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Internal, message)
    }

    /// Returns the error with the way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns the error with the provider's own words for this kind of failure.
    #[must_use]
    pub fn with_summary(mut self, summary: &'static str) -> Self {
        self.summary = Some(summary);
        self
    }

    /// Returns the error as one about an attribute of the configuration.
    #[must_use]
    pub fn about(mut self, attribute: &'static str) -> Self {
        self.attribute = Some(attribute);
        self
    }

    /// Returns the error as a diagnostic: its hint is kept, its facts are the detail. The summary stands where the
    /// error has none of its own.
    pub fn to_diagnostic(&self, summary: impl Into<String>) -> Diagnostic {
        let summary = self.summary.map_or_else(|| summary.into(), str::to_owned);
        let diagnostic = Diagnostic::error(summary, self.to_string());
        match &self.hint {
            Some(hint) => diagnostic.hint(hint.clone()),
            None => diagnostic,
        }
    }

    /// Tells whether the error says nothing of the object, only that it could not be observed.
    pub fn is_unobservable(&self) -> bool {
        matches!(
            self.class,
            ErrorClass::Throttled | ErrorClass::Transient | ErrorClass::Unreachable | ErrorClass::TimedOut
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.service, &self.operation) {
            (Some(service), Some(operation)) => write!(f, "{service} {operation}: ")?,
            (Some(service), None) => write!(f, "{service}: ")?,
            (None, Some(operation)) => write!(f, "{operation}: ")?,
            (None, None) => {}
        }
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(request_id) = &self.request_id {
            write!(f, " (request id {request_id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::{Error, ErrorClass};

    #[test]
    fn display_names_the_service_operation_code_and_request() {
        let mut error = Error::new(ErrorClass::Validation, "The CIDR '10.0.0.0/8' is invalid.");
        assert_eq!(error.to_string(), "The CIDR '10.0.0.0/8' is invalid.");
        error.service = Some("ec2".to_owned());
        error.operation = Some("CreateVpc".to_owned());
        error.code = Some("InvalidVpc.Range".to_owned());
        error.request_id = Some("r-1".to_owned());
        assert_eq!(
            error.to_string(),
            "ec2 CreateVpc: InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid. (request id r-1)"
        );
    }
}
