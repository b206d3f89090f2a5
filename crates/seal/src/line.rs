//! Lines of journals, each sealed for itself.
//!
//! A line is `{"encrypted":1,"crc32":"89abcdef","line":{"meta":{…},"data":"…"}}`. The checksum tells a line that a crash
//! cut short from one that somebody changed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::sealer::Sealed;
use crate::{Metadata, SealError, Sealer};

const BEGINNING: &str = "{\"encrypted\":";
const VERSION: &str = "1";
const BEFORE_CHECKSUM: &str = "\"crc32\":\"";
const BEFORE_BODY: &str = "\",\"line\":";

#[derive(Serialize, Deserialize)]
struct Body {
    meta: Metadata,
    data: String,
}

/// Tells whether a line of a journal is encrypted.
pub fn is_encrypted_line(kept: &[u8]) -> bool {
    kept.starts_with(BEGINNING.as_bytes())
}

impl Sealer {
    /// Returns a line of a journal as it is kept at a place: it is opened there only. Neither has a newline.
    ///
    /// *Errors*: that there is no key.
    pub fn seal_line(&self, place: &str, plain: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let Some(Sealed { metadata, data }) = self.seal(place, &plain)? else { return Ok(plain) };
        let body = Body { meta: metadata, data: STANDARD.encode(data) };
        let body = serde_json::to_string(&body).map_err(|_error| SealError::Form)?;
        let checksum = crc32fast::hash(body.as_bytes());
        Ok(format!("{BEGINNING}{VERSION},{BEFORE_CHECKSUM}{checksum:08x}{BEFORE_BODY}{body}}}").into_bytes())
    }

    /// Returns the line of a journal in what was kept at a place.
    ///
    /// *Errors*: [`SealError::Torn`] for what is not whole; what no method opens, or was not to be kept like that.
    pub async fn open_line(&self, place: &str, kept: &[u8]) -> Result<Vec<u8>, SealError> {
        if !is_encrypted_line(kept) {
            // What a crash left of a line tells nothing, so it does not matter how it was to be kept.
            let is_whole = serde_json::from_slice::<serde::de::IgnoredAny>(kept).is_ok();
            return if is_whole {
                self.plain(kept.to_vec()).map(|it| it.plain)
            } else {
                Err(SealError::Torn)
            };
        }
        let body = body(kept)?;
        let body: Body = serde_json::from_str(body).map_err(|_error| SealError::Form)?;
        let data = STANDARD.decode(body.data).map_err(|_error| SealError::Form)?;
        self.open(place, Sealed { metadata: body.meta, data }).await.map(|it| it.plain)
    }
}

/// Returns the body of a line that is whole.
fn body(kept: &[u8]) -> Result<&str, SealError> {
    let rest = str::from_utf8(kept).ok().and_then(|it| it.strip_prefix(BEGINNING)).ok_or(SealError::Torn)?;
    let (version, rest) = rest.split_once(',').ok_or(SealError::Torn)?;
    if version != VERSION {
        return Err(SealError::Newer(version.to_owned()));
    }
    let checked = || {
        let (checksum, rest) = rest.strip_prefix(BEFORE_CHECKSUM)?.split_once(BEFORE_BODY)?;
        let body = rest.strip_suffix('}')?;
        (checksum == format!("{:08x}", crc32fast::hash(body.as_bytes()))).then_some(body)
    };
    checked().ok_or(SealError::Torn)
}
