//! Asking until there is an answer.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{FetchError, FetchErrorKind};
use crate::transport::{HttpTransport, Request, Response, Transport};
use crate::url::redacted;

/// HTTP with the patience that unreliable networks and servers need.
#[derive(Clone)]
pub struct Web {
    transport: Arc<dyn Transport>,
    first_pause: Duration,
}

const ATTEMPTS: u32 = 3;

/// Documents of registries are small; what is larger is something else.
const LARGEST_DOCUMENT: u64 = 16 << 20;

impl Web {
    /// Returns the web as the product uses it.
    pub fn new() -> Self {
        Self::over(Arc::new(HttpTransport::new()), Duration::from_millis(500))
    }

    /// Returns the web behind a transport; the pause before asking again doubles each time.
    pub fn over(transport: Arc<dyn Transport>, first_pause: Duration) -> Self {
        Self { transport, first_pause }
    }

    /// Asks for a URL, and again when the network or the server fails.
    ///
    /// # Errors
    /// As [`Web::ask`].
    pub(crate) fn get(&self, request: &Request) -> Result<Response, FetchError> {
        self.patiently(|| self.ask(request))
    }

    /// Asks for a URL once.
    ///
    /// # Errors
    /// When nobody answered, or with a status that is no success.
    pub(crate) fn ask(&self, request: &Request) -> Result<Response, FetchError> {
        let response = self.transport.get(request).map_err(|error| {
            let reason = format!("GET {}: {error}", redacted(&request.url));
            if error.may_pass { FetchError::unreachable(reason) } else { FetchError::unusable(reason) }
        })?;
        let status = response.status;
        let reason = format!("GET {}: status {status}", redacted(&request.url));
        match status {
            200..=299 => Ok(response),
            401 | 403 => Err(FetchError::unauthorized(reason)),
            404 | 410 => Err(FetchError::missing(reason)),
            // The server may have recovered in a moment, and until then nobody is there.
            429 | 500.. => Err(FetchError::unreachable(reason)),
            _ => Err(FetchError::unusable(reason)),
        }
    }

    /// Does something that asks, and does it again when it failed in a way that may pass.
    pub(crate) fn patiently<T>(&self, ask: impl Fn() -> Result<T, FetchError>) -> Result<T, FetchError> {
        let mut pause = self.first_pause;
        for _ in 1..ATTEMPTS {
            match ask() {
                Err(error) if error.kind == FetchErrorKind::Unreachable => {
                    tracing::debug!(%error, "asking again");
                    std::thread::sleep(pause);
                    pause *= 2;
                }
                result => return result,
            }
        }
        ask()
    }
}

impl Default for Web {
    fn default() -> Self {
        Self::new()
    }
}

impl Response {
    /// Returns the body as text.
    ///
    /// # Errors
    /// When it breaks off, is too large or is no text.
    pub(crate) fn text(self) -> Result<String, FetchError> {
        let mut bytes = Vec::new();
        let url = redacted(&self.url);
        let read = self.body.take(LARGEST_DOCUMENT + 1).read_to_end(&mut bytes);
        read.map_err(|error| FetchError::unreachable(format!("GET {url}: {error}")))?;
        if bytes.len() as u64 > LARGEST_DOCUMENT {
            return Err(FetchError::unusable(format!("GET {url}: the answer is too large")));
        }
        String::from_utf8(bytes)
            .map_err(|_| FetchError::unusable(format!("GET {url}: the answer is no text")))
    }

    /// Returns the body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn json(self) -> Result<serde_json::Value, FetchError> {
        let url = redacted(&self.url);
        let text = self.text()?;
        serde_json::from_str(&text)
            .map_err(|error| FetchError::unusable(format!("GET {url}: the answer is no JSON: {error}")))
    }
}
