//! One request over HTTP.

use std::fmt;
use std::io::Read;
use std::time::Duration;

use ureq::ResponseExt as _;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// What to ask for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The URL, with `https` or `http`.
    pub url: String,
    /// Headers beside the usual ones.
    pub headers: Vec<(&'static str, String)>,
}

/// What was answered.
pub struct Response {
    /// The URL that answered in the end.
    pub url: String,
    /// The status.
    pub status: u16,
    /// The headers, in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, which may still be on its way.
    pub body: Box<dyn Read + Send>,
}

impl Response {
    /// Returns the first header of a name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| &**value)
    }
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub struct TransportError {
    /// The reason, as a fragment.
    pub reason: String,
    /// Whether asking again may help.
    pub may_pass: bool,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// Whoever carries requests. The product has [`HttpTransport`]; tests put a server of their own behind each host.
pub trait Transport: Send + Sync {
    /// Asks once, and follows where the answer leads.
    ///
    /// # Errors
    /// When there is no answer. Every answer is one, whatever its status.
    fn get(&self, request: &Request) -> Result<Response, TransportError>;
}

/// HTTP as the rest of the world has it: TLS with the system's certificates, proxies from the environment.
#[derive(Debug)]
pub struct HttpTransport {
    agent: ureq::Agent,
}

/// Nobody waits longer than this for an answer to begin, or for its next piece.
const PATIENCE: Duration = Duration::from_secs(30);

impl HttpTransport {
    /// Returns a transport that gives up when nothing has come for a while.
    pub fn new() -> Self {
        Self::with_patience(PATIENCE)
    }

    /// Returns a transport that gives up when nothing has come for this long.
    pub fn with_patience(patience: Duration) -> Self {
        let certificates = rustls_native_certs::load_native_certs().certs;
        let certificates = certificates.iter().map(|it| Certificate::from_der(it).to_owned());
        let certificates: Vec<_> = certificates.collect();
        // A machine without certificates of its own trusts what browsers trust.
        let roots = if certificates.is_empty() {
            RootCerts::WebPki
        } else {
            RootCerts::Specific(std::sync::Arc::new(certificates))
        };
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_resolve(Some(patience))
            .timeout_connect(Some(patience))
            .timeout_recv_response(Some(patience))
            .timeout_per_read(Some(patience))
            .user_agent(concat!("rinfra/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        Self { agent: config.new_agent() }
    }
}

impl Default for HttpTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for HttpTransport {
    fn get(&self, request: &Request) -> Result<Response, TransportError> {
        let mut builder = self.agent.get(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let response = builder.call().map_err(|error| {
            let may_pass = matches!(
                error,
                ureq::Error::Io(_)
                    | ureq::Error::Timeout(_)
                    | ureq::Error::HostNotFound
                    | ureq::Error::ConnectionFailed
                    | ureq::Error::Protocol(_)
            );
            TransportError { reason: error.to_string(), may_pass }
        })?;
        let text = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        Ok(Response {
            url: response.get_uri().to_string(),
            status: response.status().as_u16(),
            headers: response.headers().iter().filter_map(text).collect(),
            body: Box::new(response.into_body().into_reader()),
        })
    }
}
