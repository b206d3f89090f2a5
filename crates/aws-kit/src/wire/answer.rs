//! Reads the code and the message of a refusal, whatever the service's protocol.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use crate::classify::Refusal;

/// Reads a failed response to its end and returns it with what it says.
///
/// The body is put back, so that the SDK can read it too.
pub(super) async fn refusal(mut response: HttpResponse) -> (HttpResponse, Refusal) {
    let status = response.status().as_u16();
    let header = response.headers().get("x-amzn-errortype").map(short_code);
    let text = if let Some(bytes) = response.body().bytes() {
        Some(bytes.to_vec())
    } else {
        let body = std::mem::replace(response.body_mut(), SdkBody::empty());
        let bytes = ByteStream::new(body).collect().await.ok().map(|it| it.to_vec());
        *response.body_mut() = SdkBody::from(bytes.clone().unwrap_or_default());
        bytes
    };
    let mut refusal = match text {
        Some(text) => read(&String::from_utf8_lossy(&text)),
        None => Refusal { is_torn: true, ..Refusal::default() },
    };
    refusal.status = status;
    if let Some(code) = header {
        // What is missing then is words only.
        (refusal.code, refusal.is_torn) = (code, false);
    }
    (response, refusal)
}

/// Reads a response to its end, and puts its body back.
///
/// *Errors*: bodies that are cut short.
pub(super) async fn whole(mut response: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    if response.body().bytes().is_none() {
        let body = std::mem::replace(response.body_mut(), SdkBody::empty());
        let read = ByteStream::new(body).collect().await;
        let bytes = read.map_err(|error| ConnectorError::io(Box::new(error)))?;
        *response.body_mut() = SdkBody::from(bytes.to_vec());
    }
    Ok(response)
}

fn read(text: &str) -> Refusal {
    let trimmed = text.trim_start();
    if trimmed.starts_with('{') {
        return read_json(trimmed);
    }
    let (code, message) = (element(trimmed, "Code"), element(trimmed, "Message"));
    // What others than the services answer, such as a proxy, is whole without a code.
    let is_theirs =
        ["<?xml", "<Response", "<ErrorResponse", "<Error"].iter().any(|it| trimmed.starts_with(it));
    Refusal { status: 0, is_torn: code.is_empty() && is_theirs, code, message }
}

fn read_json(text: &str) -> Refusal {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
        return Refusal { is_torn: true, ..Refusal::default() };
    };
    let field = |names: &[&str]| {
        names.iter().find_map(|it| value.get(it).and_then(|it| it.as_str())).unwrap_or_default().to_owned()
    };
    Refusal {
        status: 0,
        code: short_code(&field(&["__type", "code", "Code"])),
        message: field(&["message", "Message", "errorMessage"]),
        is_torn: false,
    }
}

/// Strips the namespace and the address of `com.amazonaws.x#CodeException:http://…`.
fn short_code(text: &str) -> String {
    let code = text.rsplit('#').next().unwrap_or(text);
    code.split(':').next().unwrap_or(code).trim().to_owned()
}

/// Returns the text of the first element of this name.
fn element(text: &str, name: &str) -> String {
    let open = format!("<{name}>");
    let close = format!("</{name}>");
    let content = text
        .split_once(&open)
        .and_then(|(_, rest)| rest.split_once(&close))
        .map(|(content, _)| content)
        .unwrap_or_default();
    content
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::{Refusal, read};

    #[test]
    fn every_protocol_names_a_code_and_a_message() {
        let cases = [
            (
                "<?xml version=\"1.0\"?><Response><Errors><Error><Code>InvalidVpcID.NotFound</Code>\
                 <Message>The vpc ID &apos;vpc-1&apos; does not exist</Message></Error></Errors></Response>",
                ("InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist", false),
            ),
            (
                r#"{"__type":"com.amazonaws.logs#ResourceNotFoundException","message":"no group"}"#,
                ("ResourceNotFoundException", "no group", false),
            ),
            (r#"{"Message":"gone"}"#, ("", "gone", false)),
            (r#"{"__type":"#, ("", "", true)),
            ("<?xml version=\"1.0\"?><Response><Errors><Error><Code>Depend", ("", "", true)),
            ("<ErrorResponse><Error><Code>Throttling</Code><Mess", ("Throttling", "", false)),
            ("<html>Bad gateway</html>", ("", "", false)),
            ("", ("", "", false)),
        ];
        for (text, expected) in cases {
            let Refusal { code, message, is_torn, .. } = read(text);
            assert_eq!((&*code, &*message, is_torn), expected, "{text}");
        }
    }
}
