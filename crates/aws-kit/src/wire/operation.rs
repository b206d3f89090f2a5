//! What a request asks for, as far as it shows from outside.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::scope::Scope;

/// Returns the name of the operation: `DescribeVpcs`.
///
/// Services that take forms or JSON say it themselves, and so does S3 in the query where it is about objects. About a
/// bucket it is the method and the query that tell; anything else is called by its method and its path.
pub(super) fn operation(request: &HttpRequest, scope: &Scope) -> String {
    if let Some(target) = request.headers().get("x-amz-target") {
        return target.rsplit('.').next().unwrap_or(target).to_owned();
    }
    let (path, query) = parts(request.uri());
    if let Some(name) = parameter(query, "x-id").or_else(|| parameter(query, "Action")) {
        return name.to_owned();
    }
    let body = request.body().bytes().and_then(|it| str::from_utf8(it).ok()).unwrap_or_default();
    match parameter(body, "Action") {
        Some(action) => action.to_owned(),
        None => by_path(request.method(), path, query, scope),
    }
}

/// Returns the path and the query of a URI.
fn parts(uri: &str) -> (&str, &str) {
    let (address, query) = uri.split_once('?').unwrap_or((uri, ""));
    let behind = address.split_once("://").map_or(address, |(_, it)| it);
    (behind.split_once('/').map_or("", |(_, it)| it), query)
}

fn parameter<'a>(form: &'a str, name: &str) -> Option<&'a str> {
    form.split('&').filter_map(|it| it.split_once('=')).find(|(it, _)| *it == name).map(|(_, it)| it)
}

/// Returns what S3 calls an operation, by the sub-resource that the query names: `GET /?versioning` is
/// `GetBucketVersioning`.
fn by_path(method: &str, path: &str, query: &str, scope: &Scope) -> String {
    if scope.service != "s3" {
        return format!("{method} /{path}");
    }
    let is_subresource =
        |it: &&str| !it.is_empty() && (!it.contains('=') || it.ends_with('=')) && !it.starts_with("x-");
    let subresource = query.split('&').find(is_subresource).unwrap_or_default().trim_end_matches('=');
    let verb = match (method, subresource) {
        ("PUT", "") => "Create",
        ("PUT" | "POST", _) => "Put",
        ("DELETE", _) => "Delete",
        ("HEAD", _) => "Head",
        _ => "Get",
    };
    let name: String = subresource.split('-').map(capitalized).collect();
    format!("{verb}Bucket{name}")
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Scope, operation};
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;

    #[test]
    fn every_protocol_tells_what_is_asked_for() {
        let cases = [
            (
                "POST",
                "ec2",
                "https://ec2.eu-west-1.amazonaws.com/",
                "Action=DescribeVpcs&Version=1",
                "DescribeVpcs",
            ),
            ("POST", "iam", "https://iam.amazonaws.com/", "Version=1&Action=GetRole", "GetRole"),
            ("POST", "logs", "http://127.0.0.1:1/", "{}", "CreateLogGroup"),
            ("GET", "s3", "https://b.s3.amazonaws.com/key?x-id=GetObject", "", "GetObject"),
            ("GET", "s3", "https://b.s3.amazonaws.com/?versioning", "", "GetBucketVersioning"),
            ("PUT", "s3", "http://127.0.0.1:1/b?publicAccessBlock=", "", "PutBucketPublicAccessBlock"),
            ("PUT", "s3", "https://b.s3.amazonaws.com/", "", "CreateBucket"),
            ("GET", "169", "http://169.254.169.254/latest/meta-data", "", "GET /latest/meta-data"),
        ];
        for (method, service, uri, body, expected) in cases {
            let mut request = HttpRequest::new(SdkBody::from(body));
            request.set_uri(uri).expect("a URI");
            request.set_method(method).expect("a method");
            if service == "logs" {
                request.headers_mut().insert("x-amz-target", "Logs_20140328.CreateLogGroup");
            }
            let scope = Scope { service: service.to_owned(), region: String::new() };
            assert_eq!(operation(&request, &scope), expected, "{method} {uri}");
        }
    }
}
