//! What a request asks for.

use super::message::Message;

/// The ways in which services take requests and say no.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Protocol {
    /// Forms, and XML as only EC2 writes it.
    Ec2,
    /// Forms and XML, such as IAM and STS.
    Query,
    /// JSON with the operation in a header, such as CloudWatch Logs.
    Json,
    /// Paths and JSON, such as Lambda.
    RestJson,
    /// Paths and XML: S3.
    S3,
}

/// A request of an AWS service.
#[derive(Clone, Debug)]
pub struct Call {
    /// The service, as signatures name it.
    pub service: String,
    /// The Region it is signed for.
    pub region: String,
    /// The access key id it is signed with, which is the account's number where the local AWS is concerned.
    pub account: String,
    /// The operation, such as `CreateVpc`.
    pub operation: String,
    /// Whether it changes something.
    pub mutates: bool,
    /// Whether it is one of the store that keeps the state.
    pub is_of_store: bool,
    /// How the service talks.
    pub protocol: Protocol,
    /// Path and query.
    pub target: String,
    /// The body.
    pub body: String,
    pub(super) is_head: bool,
}

/// What the store that keeps the state is called, as if it were a service of its own.
pub const STORE: &str = "store";

impl Call {
    /// Returns what a request asks for.
    pub fn of(request: &Message) -> Self {
        let mut words = request.start.split(' ');
        let method = words.next().unwrap_or_default();
        let target = words.next().unwrap_or_default();
        let body = request.text();
        // Credential=KEY/DATE/REGION/SERVICE/aws4_request
        let scope = request.header("authorization").and_then(|it| it.split_once("Credential="));
        let scope = scope.map(|(_, it)| it.split(',').next().unwrap_or_default()).unwrap_or_default();
        let part = |place| scope.split('/').nth(place).unwrap_or_default().to_owned();
        let service = part(3);
        let header = request.header("x-amz-target");
        let has_action = [body.as_str(), target].iter().any(|it| parameter(it, "Action").is_some());
        let protocol = match (header, has_action) {
            (Some(_), _) => Protocol::Json,
            (None, true) if service == "ec2" => Protocol::Ec2,
            (None, true) => Protocol::Query,
            (None, false) if service == "s3" => Protocol::S3,
            (None, false) => Protocol::RestJson,
        };
        let operation = rinfra_throttling::name_of(&service, method, target, header, &body);
        let mutates = !rinfra_throttling::looks(&operation);
        Self {
            region: part(2),
            account: part(0),
            service,
            operation,
            mutates,
            is_of_store: false,
            protocol,
            target: target.to_owned(),
            body,
            is_head: method == "HEAD",
        }
    }

    /// Returns the request of the store that keeps the state: it says what of the store it is about.
    pub(super) fn of_store(self) -> Self {
        let deletes = self.target.contains("?delete");
        // What is deleted together stands in the body. A lock speaks of a journal there, and is none.
        let (operation, place) =
            if deletes { ("DeleteObjects", &self.body) } else { (&*self.operation, &self.target) };
        let parts = [("journal", ".journal"), ("lock", ".tflock")];
        let part = parts.iter().find(|(_, mark)| place.contains(mark));
        let operation = format!("{operation} {}", part.map_or("state", |(name, _)| name));
        Self { service: STORE.to_owned(), operation, is_of_store: true, ..self }
    }

    /// Returns a parameter of a form, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        parameter(&self.body, name)
    }

    /// Tells whether this stands in the request as a word of its own.
    pub fn names(&self, word: &str) -> bool {
        is_named(&self.target, word) || is_named(&self.body, word)
    }

    /// Returns the name of the bucket, where the request is about one.
    pub fn bucket(&self) -> Option<&str> {
        let bucket = path(&self.target).trim_start_matches('/').split('/').next()?;
        (self.protocol == Protocol::S3 && !bucket.is_empty()).then_some(bucket)
    }
}

/// Tells whether `word` stands in `text` and neither begins nor ends within a longer one.
pub(super) fn is_named(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

/// Returns a parameter of a form or a query, decoded.
fn parameter(form: &str, name: &str) -> Option<String> {
    let pairs = form.split(['&', '?']);
    pairs.filter_map(|it| it.split_once('=')).find(|(it, _)| *it == name).map(|(_, value)| decoded(value))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|it| str::from_utf8(it).ok());
        match code.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(start: &str, service: &str, target: Option<&str>, body: &str) -> Call {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential=100000000001/20260101/eu-west-1/{service}/aws4_request, X=y"
        );
        let mut headers = vec![("Authorization".to_owned(), scope)];
        headers.extend(target.map(|it| ("X-Amz-Target".to_owned(), it.to_owned())));
        Call::of(&Message { start: start.to_owned(), headers, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn requests_say_who_asks_where_for_what_and_how() {
        for (start, service, target, body, operation, mutates, protocol) in [
            ("POST / HTTP/1.1", "ec2", None, "Action=CreateVpc", "CreateVpc", true, Protocol::Ec2),
            ("POST / HTTP/1.1", "iam", None, "Version=1&Action=GetRole", "GetRole", false, Protocol::Query),
            (
                "POST / HTTP/1.1",
                "logs",
                Some("Logs_1.CreateLogGroup"),
                "{}",
                "CreateLogGroup",
                true,
                Protocol::Json,
            ),
            (
                "PUT /b?publicAccessBlock HTTP/1.1",
                "s3",
                None,
                "",
                "PutBucketPublicAccessBlock",
                true,
                Protocol::S3,
            ),
            (
                "POST /1/functions HTTP/1.1",
                "lambda",
                None,
                "{}",
                "POST /1/functions",
                true,
                Protocol::RestJson,
            ),
            (
                "GET /1/functions HTTP/1.1",
                "lambda",
                None,
                "{}",
                "GET /1/functions",
                false,
                Protocol::RestJson,
            ),
        ] {
            let found = call(start, service, target, body);
            let told = (found.operation.as_str(), found.mutates, found.protocol);
            assert_eq!(told, (operation, mutates, protocol), "{start} {body}");
            assert_eq!((found.region.as_str(), found.account.as_str()), ("eu-west-1", "100000000001"));
        }
    }

    #[test]
    fn words_are_whole_and_parameters_decoded() {
        let found = call("POST / HTTP/1.1", "ec2", None, "Action=CreateSubnet&VpcId=vpc-12&Tag=a%20b%2Bc+d");
        assert!(found.names("vpc-12") && !found.names("vpc-1"));
        assert_eq!(found.parameter("Tag").as_deref(), Some("a b+c d"));
        assert_eq!(call("PUT /b/k HTTP/1.1", "s3", None, "").bucket(), Some("b"));
    }

    #[test]
    fn requests_of_the_store_say_what_they_are_about() {
        let delete = "<Delete><Object><Key>k.journal/00000001-r/00000001</Key></Object></Delete>";
        for (start, body, operation, mutates) in [
            ("PUT /b/k?x-id=PutObject HTTP/1.1", "{}", "PutObject state", true),
            ("PUT /b/k.tflock?x-id=PutObject HTTP/1.1", "k.journal/", "PutObject lock", true),
            ("PUT /b/k.journal/00000001-r/00000001?x-id=PutObject HTTP/1.1", "", "PutObject journal", true),
            ("POST /b?delete HTTP/1.1", delete, "DeleteObjects journal", true),
            ("DELETE /b/k.tflock?x-id=DeleteObject HTTP/1.1", "", "DeleteObject lock", true),
            ("GET /b?list-type=2&prefix=k.journal%2F HTTP/1.1", "", "ListObjects journal", false),
        ] {
            let found = call(start, "s3", None, body).of_store();
            let told = (found.service.as_str(), found.operation.as_str(), found.mutates);
            assert_eq!(told, (STORE, operation, mutates), "{start}");
        }
    }
}
