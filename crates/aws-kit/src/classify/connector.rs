//! Calls without an answer.

use std::error::Error;
use std::io;

use aws_smithy_runtime_api::client::result::ConnectorError;

use super::Trouble;

/// What became of a call without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    /// What the call needs.
    pub(crate) trouble: Trouble,
    /// Whether the service may have acted.
    pub(crate) was_sent: bool,
}

/// Tells why there was no answer.
pub(crate) fn failed(error: &ConnectorError) -> Failed {
    let was_sent = !is_about_connecting(error);
    let trouble = if error.is_user() {
        Trouble::Fatal
    } else if !was_sent || error.is_io() {
        Trouble::Connection
    } else if error.is_timeout() || error.as_other().is_some() {
        Trouble::Transient
    } else {
        Trouble::Fatal
    };
    Failed { trouble, was_sent }
}

/// Tells whether a call failed before anything was sent.
fn is_about_connecting(error: &ConnectorError) -> bool {
    let refused = [
        io::ErrorKind::ConnectionRefused,
        io::ErrorKind::HostUnreachable,
        io::ErrorKind::NetworkUnreachable,
        io::ErrorKind::AddrNotAvailable,
    ];
    let mut source: Option<&dyn Error> = Some(error);
    while let Some(it) = source {
        if it.downcast_ref::<io::Error>().is_some_and(|it| refused.contains(&it.kind())) {
            return true;
        }
        let text = it.to_string();
        let signs = ["dns error", "failed to lookup address", "HTTP connect timeout"];
        if signs.iter().any(|it| text.contains(it)) {
            return true;
        }
        source = it.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::io;

    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_types::retry::ErrorKind;

    use super::{Failed, Trouble, failed};

    #[test]
    fn a_broken_connection_may_have_carried_the_call_and_a_refused_one_not() {
        let io = |kind: io::ErrorKind| ConnectorError::io(io::Error::from(kind).into());
        let cases = [
            (io(io::ErrorKind::ConnectionRefused), Trouble::Connection, false),
            (io(io::ErrorKind::NetworkUnreachable), Trouble::Connection, false),
            (ConnectorError::io("dns error: no such host".into()), Trouble::Connection, false),
            (ConnectorError::timeout("HTTP connect timeout after 3 s".into()), Trouble::Connection, false),
            (io(io::ErrorKind::ConnectionReset), Trouble::Connection, true),
            (io(io::ErrorKind::UnexpectedEof), Trouble::Connection, true),
            (ConnectorError::timeout("HTTP read timeout after 120 s".into()), Trouble::Transient, true),
            (ConnectorError::other("x".into(), Some(ErrorKind::TransientError)), Trouble::Transient, true),
            (ConnectorError::other("x".into(), None), Trouble::Fatal, true),
            (ConnectorError::user("x".into()), Trouble::Fatal, true),
        ];
        for (error, trouble, was_sent) in cases {
            assert_eq!(failed(&error), Failed { trouble, was_sent }, "{error:?}");
        }
    }
}
