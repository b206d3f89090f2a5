//! What a request asks for, as far as it shows from outside.

/// How the names of operations begin that only look.
const LOOKING: [&str; 16] = [
    "Describe", "Get", "List", "Head", "Lookup", "Search", "Query", "Scan", "BatchGet", "Filter", "Test",
    "Simulate", "Validate", "Decode", "Assume", "Select",
];

/// What makes a request of EC2 ask for a page, or with a filter.
const BOUNDS: [&str; 3] = ["Filter.1.Name", "MaxResults", "NextToken"];

/// Tells whether an operation only looks, by its name; also those that are known by method and path alone.
pub fn looks(operation: &str) -> bool {
    LOOKING.iter().any(|it| operation.starts_with(it))
        || ["GET ", "HEAD "].iter().any(|it| operation.starts_with(it))
}

/// Tells whether a form asks neither for a page nor with a filter.
pub fn is_unbounded(form: &str) -> bool {
    let names = form.split('&').map(|it| it.split('=').next().unwrap_or_default());
    !names.into_iter().any(|it| BOUNDS.contains(&it))
}

/// Returns the operation a request asks a service for: as a header names it (`X-Amz-Target`), else as a form does,
/// else what S3 calls it; else the method and the path.
///
/// `target` is path and query.
pub fn name_of(service: &str, method: &str, target: &str, header: Option<&str>, body: &str) -> String {
    let of_header = header.and_then(|it| it.rsplit('.').next());
    match of_header.or_else(|| action(body)).or_else(|| action(target)) {
        Some(operation) => operation.to_owned(),
        None if service == "s3" => storage_operation(method, target),
        None => format!("{method} {}", path(target)),
    }
}

/// Returns what a form or a query names as the action. No name of an operation has to be decoded.
fn action(form: &str) -> Option<&str> {
    form.split(['&', '?']).find_map(|it| it.strip_prefix("Action="))
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

/// Returns S3's name of an operation: it is said by the method, the depth of the path and a word of the query.
fn storage_operation(method: &str, target: &str) -> String {
    let thing = match path(target).trim_matches('/') {
        "" => return "ListBuckets".to_owned(),
        path if path.contains('/') => "Object",
        _ => "Bucket",
    };
    let query = target.split_once('?').map(|(_, it)| it).unwrap_or_default();
    let is_subresource =
        |it: &&str| !it.is_empty() && (!it.contains('=') || it.ends_with('=')) && !it.starts_with("x-");
    let subresource: String = query
        .split('&')
        .find(is_subresource)
        .map(|it| it.trim_end_matches('=').split('-').map(capitalized).collect())
        .unwrap_or_default();
    let verb = match (method, thing, subresource.as_str()) {
        ("PUT", "Bucket", "") => "Create",
        ("GET", "Bucket", "") => return "ListObjects".to_owned(),
        ("PUT" | "POST", ..) => "Put",
        ("DELETE", ..) => "Delete",
        ("HEAD", ..) => "Head",
        _ => "Get",
    };
    format!("{verb}{thing}{subresource}")
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{is_unbounded, looks, name_of};

    #[test]
    fn operations_are_told_in_every_protocol() {
        let logs = Some("Logs_20140328.CreateLogGroup");
        for (service, method, target, header, body, expected, changes) in [
            ("ec2", "POST", "/", None, "Action=CreateVpc&CidrBlock=10.0.0.0%2F16", "CreateVpc", true),
            ("ec2", "POST", "/", None, "Action=DescribeVpcs", "DescribeVpcs", false),
            ("iam", "POST", "/", None, "Version=1&Action=PutRolePolicy", "PutRolePolicy", true),
            ("sts", "GET", "/?Action=GetCallerIdentity&Version=1", None, "", "GetCallerIdentity", false),
            ("logs", "POST", "/", logs, "{}", "CreateLogGroup", true),
            ("s3", "PUT", "/b/", None, "", "CreateBucket", true),
            ("s3", "PUT", "/b?publicAccessBlock", None, "", "PutBucketPublicAccessBlock", true),
            ("s3", "GET", "/b/?versioning=", None, "", "GetBucketVersioning", false),
            ("s3", "GET", "/b/k?x-id=GetObject", None, "", "GetObject", false),
            ("s3", "PUT", "/b/k/l?x-id=PutObject", None, "", "PutObject", true),
            ("s3", "DELETE", "/b", None, "", "DeleteBucket", true),
            ("s3", "HEAD", "/b", None, "", "HeadBucket", false),
            ("s3", "GET", "/", None, "", "ListBuckets", false),
            ("lambda", "POST", "/2015-03-31/functions", None, "{}", "POST /2015-03-31/functions", true),
            ("lambda", "GET", "/2015-03-31/functions?a=b", None, "", "GET /2015-03-31/functions", false),
        ] {
            let found = name_of(service, method, target, header, body);
            assert_eq!((found.as_str(), !looks(&found)), (expected, changes), "{method} {target} {body}");
        }
    }

    #[test]
    fn pages_and_filters_are_bounds() {
        for (form, expected) in [
            ("Action=DescribeSecurityGroups&Version=1", true),
            ("Action=DescribeSecurityGroups&GroupId.1=sg-1", true),
            ("Action=DescribeSecurityGroups&MaxResults=1000", false),
            ("Action=DescribeSecurityGroups&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1", false),
            ("Action=DescribeSecurityGroups&NextToken=a", false),
        ] {
            assert_eq!(is_unbounded(form), expected, "{form}");
        }
    }
}
