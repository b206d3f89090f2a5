use std::error::Error;
use std::fmt;
use std::io;

use aws_smithy_runtime_api::client::result::ConnectorError;

/// An endpoint nobody answered at, even after a few attempts.
#[derive(Debug)]
pub(crate) struct Unreachable {
    endpoint: String,
    source: ConnectorError,
}

impl Unreachable {
    pub(super) fn new(uri: &str, source: ConnectorError) -> Self {
        let end = uri.find("://").map_or(0, |it| it + 3);
        let path = uri[end..].find(['/', '?']).map_or(uri.len(), |it| end + it);
        Self { endpoint: uri[..path].to_owned(), source }
    }

    /// Returns the error in the form that keeps the SDK from trying again.
    pub(super) fn into_connector_error(self) -> ConnectorError {
        ConnectorError::user(Box::new(self))
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be reached", self.endpoint)?;
        let mut source: Option<&dyn Error> = Some(&self.source);
        let mut last = None;
        while let Some(error) = source {
            last = Some(error.to_string());
            source = error.source();
        }
        last.map_or(Ok(()), |it| write!(f, ": {it}"))
    }
}

impl Error for Unreachable {}

/// Tells whether a request failed before anything was sent.
pub(super) fn is_about_connecting(error: &ConnectorError) -> bool {
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
        if text.contains("dns error")
            || text.contains("failed to lookup address")
            || is_connect_timeout(&text)
        {
            return true;
        }
        source = it.source();
    }
    false
}

fn is_connect_timeout(text: &str) -> bool {
    text.contains("HTTP connect timeout")
}

#[cfg(test)]
mod tests {
    use super::{Unreachable, is_about_connecting};
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use std::io;

    #[test]
    fn a_refused_connection_is_about_connecting_and_a_broken_one_is_not() {
        let refused = ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionRefused).into());
        assert!(is_about_connecting(&refused));
        let broken = ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into());
        assert!(!is_about_connecting(&broken));
        let text = Unreachable::new("http://127.0.0.1:1/?Action=x", refused).to_string();
        assert_eq!(text, "http://127.0.0.1:1 cannot be reached: connection refused");
    }
}
