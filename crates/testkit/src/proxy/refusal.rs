//! Errors in the words of each service.

use super::call::{Call, Protocol};
use super::message::Message;

/// Returns the answer of a service that refuses.
pub(super) fn answer(call: &Call, status: u16, code: &str, text: &str) -> Message {
    let (kind, body) = match call.protocol {
        Protocol::Ec2 => (
            "text/xml",
            format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>{text}</Message></Error></Errors>\
                 <RequestID>0</RequestID></Response>"
            ),
        ),
        Protocol::Query => (
            "text/xml",
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>\
                 <RequestId>0</RequestId></ErrorResponse>"
            ),
        ),
        Protocol::S3 => (
            "application/xml",
            format!("<Error><Code>{code}</Code><Message>{text}</Message><RequestId>0</RequestId></Error>"),
        ),
        Protocol::Json | Protocol::RestJson => {
            ("application/x-amz-json-1.1", serde_json::json!({"__type": code, "message": text}).to_string())
        }
    };
    let body = if call.is_head { String::new() } else { body };
    let headers = [("Content-Type", kind), ("x-amzn-ErrorType", code), ("x-amzn-RequestId", "0")];
    Message {
        start: format!("HTTP/1.1 {status} Refused"),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: Vec::new(),
    }
    .with_body(body.into_bytes())
}

/// Returns what a service says of too many requests.
pub(super) fn throttling(call: &Call) -> Message {
    let (status, code) = match call.protocol {
        Protocol::Ec2 => (503, "RequestLimitExceeded"),
        Protocol::Query => (400, "Throttling"),
        Protocol::S3 => (503, "SlowDown"),
        Protocol::Json => (400, "ThrottlingException"),
        Protocol::RestJson => (429, "TooManyRequestsException"),
    };
    answer(call, status, code, "Request limit exceeded.")
}

/// Returns what a service says of its own troubles.
pub(super) fn trouble(call: &Call, status: u16) -> Message {
    let code = match (call.protocol, status) {
        (Protocol::Ec2 | Protocol::S3, 500) => "InternalError",
        (Protocol::Ec2, _) => "Unavailable",
        (Protocol::S3, _) | (_, 503) => "ServiceUnavailable",
        _ => "InternalFailure",
    };
    answer(call, status, code, "An internal error has occurred.")
}

/// Returns what a service says to who may not ask.
pub(super) fn denied(call: &Call) -> Message {
    let code = if call.protocol == Protocol::Ec2 { "UnauthorizedOperation" } else { "AccessDenied" };
    answer(call, 403, code, "Access Denied")
}

/// Returns what a service says of a thing it does not know (yet).
pub(super) fn not_found(call: &Call, identity: &str) -> Message {
    let text = format!("The ID '{identity}' does not exist");
    let prefix = identity.split('-').next().unwrap_or_default();
    match call.protocol {
        Protocol::Ec2 => answer(call, 400, ec2_code(prefix), &text),
        Protocol::Query => {
            answer(call, 404, "NoSuchEntity", &format!("The entity with name {identity} cannot be found."))
        }
        Protocol::S3 => answer(call, 404, "NoSuchBucket", "The specified bucket does not exist"),
        Protocol::Json | Protocol::RestJson => answer(call, 400, "ResourceNotFoundException", &text),
    }
}

fn ec2_code(prefix: &str) -> &'static str {
    match prefix {
        "vpc" => "InvalidVpcID.NotFound",
        "subnet" => "InvalidSubnetID.NotFound",
        "sg" => "InvalidGroup.NotFound",
        "sgr" => "InvalidSecurityGroupRuleId.NotFound",
        "igw" => "InvalidInternetGatewayID.NotFound",
        "nat" => "NatGatewayNotFound",
        "eipalloc" => "InvalidAllocationID.NotFound",
        "rtb" => "InvalidRouteTableID.NotFound",
        "rtbassoc" => "InvalidAssociationID.NotFound",
        _ => "InvalidParameterValue.NotFound",
    }
}
