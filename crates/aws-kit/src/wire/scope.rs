use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

/// Whom a request is for: a service in a Region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Scope {
    /// The name the service signs with, such as `ec2` or `logs`.
    pub(crate) service: String,
    /// The Region the request is signed for.
    pub(crate) region: String,
}

impl Scope {
    /// Returns the scope of a request: the one it is signed for, else the first part of its host name.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let signed = request.headers().get("authorization").and_then(Self::of_authorization);
        signed
            .unwrap_or_else(|| Self { service: first_label(request.uri()).to_owned(), region: String::new() })
    }

    /// Tells whether the request is signed: those that are not are for what issues credentials.
    pub(crate) fn is_signed(&self) -> bool {
        !self.region.is_empty()
    }

    /// Reads `AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/ec2/aws4_request, SignedHeaders=…`.
    fn of_authorization(text: &str) -> Option<Self> {
        let (_, credential) = text.split_once("Credential=")?;
        let credential = credential.split(',').next()?;
        // An access key may contain slashes, the rest may not: read from the end.
        let mut parts = credential.rsplit('/').skip(1);
        let (service, region) = (parts.next()?, parts.next()?);
        Some(Self { service: service.to_owned(), region: region.to_owned() })
    }
}

/// Tells whether a request may change something, as far as it shows from outside: services that take forms ask for
/// everything with POST.
pub(super) fn may_change(request: &HttpRequest, scope: &Scope) -> bool {
    !matches!(request.method(), "GET" | "HEAD") && scope.service != "sts"
}

fn first_label(uri: &str) -> &str {
    let host = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    host.split(['.', '/', ':', '?']).next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::Scope;
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

    #[test]
    fn a_scope_is_what_the_request_is_signed_for() {
        let signed =
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host";
        let cases = [
            ("https://ec2.eu-west-1.amazonaws.com/", Some(signed), "ec2", "eu-west-1"),
            ("http://127.0.0.1:5000/", Some(signed), "ec2", "eu-west-1"),
            ("https://portal.sso.us-east-1.amazonaws.com/x", None, "portal", ""),
            ("https://sts.amazonaws.com/", Some("Bearer x"), "sts", ""),
        ];
        for (uri, authorization, service, region) in cases {
            let mut request = HttpRequest::get(uri).expect("a request");
            if let Some(text) = authorization {
                request.headers_mut().insert("authorization", text.to_owned());
            }
            let expected = Scope { service: service.to_owned(), region: region.to_owned() };
            assert_eq!(Scope::of(&request), expected, "{uri}");
        }
    }
}
