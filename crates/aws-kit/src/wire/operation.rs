//! What a request asks for.

use std::borrow::Cow;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::scope::Scope;

/// An operation of a service, as far as it decides which token buckets are taken from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Operation {
    /// Its name, such as `DescribeVpcs`.
    pub(super) name: String,
    /// Whether it asks neither for a page nor with a filter.
    pub(super) is_unbounded: bool,
}

impl Operation {
    /// Returns what a request asks for.
    pub(super) fn of(request: &HttpRequest, scope: &Scope) -> Self {
        let body = request.body().bytes().and_then(|it| str::from_utf8(it).ok()).unwrap_or_default();
        let target = target(request.uri(), scope);
        let header = request.headers().get("x-amz-target");
        Self {
            name: rinfra_throttling::name_of(&scope.service, request.method(), &target, header, body),
            is_unbounded: rinfra_throttling::is_unbounded(body),
        }
    }
}

/// Returns path and query of a URI, with the bucket in the path also where it stands in the name of the host.
fn target<'u>(uri: &'u str, scope: &Scope) -> Cow<'u, str> {
    let address = uri.split_once("://").map_or(uri, |(_, it)| it);
    let end = address.find(['/', '?']).unwrap_or(address.len());
    let (host, target) = address.split_at(end);
    match host.split_once(".s3") {
        Some((bucket, _)) if scope.service == "s3" => format!("/{bucket}{target}").into(),
        _ => target.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Operation, Scope};
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;

    #[test]
    fn a_request_tells_what_it_asks_for() {
        let bounded = "Action=DescribeVpcs&MaxResults=5";
        let cases = [
            (
                "POST",
                "ec2",
                "https://ec2.eu-west-1.amazonaws.com/",
                "Action=DescribeVpcs",
                "DescribeVpcs",
                true,
            ),
            ("POST", "ec2", "https://ec2.eu-west-1.amazonaws.com/", bounded, "DescribeVpcs", false),
            ("POST", "logs", "http://127.0.0.1:1/", "{}", "CreateLogGroup", true),
            ("GET", "s3", "https://b.s3.amazonaws.com/key?x-id=GetObject", "", "GetObject", true),
            (
                "GET",
                "s3",
                "https://b.s3.eu-west-1.amazonaws.com/?versioning",
                "",
                "GetBucketVersioning",
                true,
            ),
            ("PUT", "s3", "http://127.0.0.1:1/b?publicAccessBlock=", "", "PutBucketPublicAccessBlock", true),
            ("PUT", "s3", "https://b.s3.amazonaws.com/", "", "CreateBucket", true),
            ("GET", "s3", "https://s3.amazonaws.com/", "", "ListBuckets", true),
            ("GET", "169", "http://169.254.169.254/latest/meta-data", "", "GET /latest/meta-data", true),
        ];
        for (method, service, uri, body, name, is_unbounded) in cases {
            let mut request = HttpRequest::new(SdkBody::from(body));
            request.set_uri(uri).expect("a URI");
            request.set_method(method).expect("a method");
            if service == "logs" {
                request.headers_mut().insert("x-amz-target", "Logs_20140328.CreateLogGroup");
            }
            let scope = Scope { service: service.to_owned(), region: String::new() };
            let expected = Operation { name: name.to_owned(), is_unbounded };
            assert_eq!(Operation::of(&request, &scope), expected, "{method} {uri}");
        }
    }
}
