//! What the services' error codes mean. This is the only place that knows them.

use rinfra_provider::ErrorClass;

/// A refusal as every AWS protocol words it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The error code, such as `DependencyViolation`.
    pub(crate) code: String,
    /// The service's words.
    pub(crate) message: String,
}

const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

const TRANSIENT: &[&str] = &[
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServerException",
    "InternalServiceError",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceFailure",
    "ServiceFailureException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Unavailable",
];

/// Somebody else is changing the same thing right now; a moment later the same call succeeds.
const CONTENDED: &[&str] = &[
    "ConcurrentModification",
    "ConcurrentModificationException",
    "ConcurrentUpdateException",
    "OperationAborted",
    "OperationAbortedException",
    "PriorRequestNotComplete",
    "TransactionInProgressException",
];

const DEPENDENCY: &[&str] = &[
    "DeleteConflict",
    "DeleteConflictException",
    "DependencyViolation",
    "InvalidGroup.InUse",
    "InvalidIPAddress.InUse",
    "ResourceInUse",
    "ResourceInUseException",
    "ResourceInUseFault",
];

const ACCESS_DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Client.UnauthorizedOperation",
    "UnauthorizedAccess",
    "UnauthorizedException",
    "UnauthorizedOperation",
];

const CREDENTIALS: &[&str] = &[
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSecurity",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];

const CONFLICT: &[&str] = &[
    "BucketAlreadyExists",
    "BucketAlreadyOwnedByYou",
    "BucketNotEmpty",
    "ConflictException",
    "EntityAlreadyExists",
    "IncorrectInstanceState",
    "IncorrectState",
    "OperationConflict",
    "ResourceConflictException",
    "RouteAlreadyExists",
];

/// What the services say while a role or user that IAM knows already has not reached them.
const PROPAGATING: &[&str] = &[
    "cannot be assumed",
    "could not assume",
    "does not have permission to assume",
    "invalid iam instance profile",
    "invalid principal in policy",
    "invalid principals",
    "is not authorized to assume",
    "unable to assume",
    "unable to validate the following destination configurations",
];

impl Refusal {
    /// Returns the class of the refusal.
    pub(crate) fn class(&self) -> ErrorClass {
        let code = self.code.as_str();
        let listed = |codes: &[&str]| codes.contains(&code);
        if listed(THROTTLED) {
            ErrorClass::Throttled
        } else if listed(EXPIRED) {
            ErrorClass::Expired
        } else if listed(DEPENDENCY) {
            ErrorClass::Dependency
        } else if self.is_contended() || listed(CONFLICT) || says_exists(code) {
            ErrorClass::Conflict
        } else if listed(ACCESS_DENIED) {
            ErrorClass::AccessDenied
        } else if listed(CREDENTIALS) {
            // EC2 says AuthFailure also when a shared resource belongs to somebody else.
            let credentials = code != "AuthFailure" || self.message.contains("credentials");
            if credentials { ErrorClass::Credentials } else { ErrorClass::AccessDenied }
        } else if says_not_found(code) {
            ErrorClass::NotFound
        } else if listed(TRANSIENT) {
            ErrorClass::Transient
        } else {
            self.class_by_status()
        }
    }

    fn class_by_status(&self) -> ErrorClass {
        match self.status {
            403 => ErrorClass::AccessDenied,
            404 => ErrorClass::NotFound,
            409 => ErrorClass::Conflict,
            429 => ErrorClass::Throttled,
            500.. => ErrorClass::Transient,
            _ => ErrorClass::Validation,
        }
    }

    /// Tells whether the refusal passes as soon as another call in progress is done.
    pub(crate) fn is_contended(&self) -> bool {
        CONTENDED.contains(&self.code.as_str())
    }

    /// Tells whether the refusal passes as soon as IAM's changes have reached the service.
    pub(crate) fn is_propagating(&self) -> bool {
        let message = self.message.to_lowercase();
        self.status < 500 && PROPAGATING.iter().any(|it| message.contains(it))
    }
}

fn says_not_found(code: &str) -> bool {
    code.contains("NotFound") || code.starts_with("NoSuch") || code.ends_with("DoesNotExist")
}

fn says_exists(code: &str) -> bool {
    code.contains("AlreadyExist") || code.ends_with(".Duplicate") || code.ends_with("AlreadyExistsFault")
}

#[cfg(test)]
mod tests {
    use super::Refusal;
    use rinfra_provider::ErrorClass;

    fn refusal(status: u16, code: &str, message: &str) -> Refusal {
        Refusal { status, code: code.to_owned(), message: message.to_owned() }
    }

    #[test]
    fn codes_have_classes() {
        let cases = [
            (503, "RequestLimitExceeded", ErrorClass::Throttled),
            (400, "Throttling", ErrorClass::Throttled),
            (400, "InvalidSubnetID.NotFound", ErrorClass::NotFound),
            (404, "NoSuchEntity", ErrorClass::NotFound),
            (404, "", ErrorClass::NotFound),
            (400, "ResourceNotFoundException", ErrorClass::NotFound),
            (400, "DependencyViolation", ErrorClass::Dependency),
            (409, "DeleteConflict", ErrorClass::Dependency),
            (409, "BucketNotEmpty", ErrorClass::Conflict),
            (409, "EntityAlreadyExists", ErrorClass::Conflict),
            (400, "InvalidPermission.Duplicate", ErrorClass::Conflict),
            (409, "ConcurrentModification", ErrorClass::Conflict),
            (403, "UnauthorizedOperation", ErrorClass::AccessDenied),
            (403, "SomethingElse", ErrorClass::AccessDenied),
            (403, "InvalidClientTokenId", ErrorClass::Credentials),
            (403, "ExpiredToken", ErrorClass::Expired),
            (500, "InternalError", ErrorClass::Transient),
            (502, "", ErrorClass::Transient),
            (400, "InvalidParameterValue", ErrorClass::Validation),
        ];
        for (status, code, expected) in cases {
            assert_eq!(refusal(status, code, "").class(), expected, "{status} {code}");
        }
    }

    #[test]
    fn auth_failure_is_about_credentials_only_when_it_says_so() {
        let validate = "AWS was not able to validate the provided access credentials";
        assert_eq!(refusal(401, "AuthFailure", validate).class(), ErrorClass::Credentials);
        let other = "You do not have permission to access the specified resource.";
        assert_eq!(refusal(401, "AuthFailure", other).class(), ErrorClass::AccessDenied);
    }

    #[test]
    fn propagation_is_told_by_the_message() {
        let cases = [
            (
                "InvalidParameterValueException",
                "The role defined for the function cannot be assumed by Lambda.",
                true,
            ),
            (
                "MalformedPolicyDocument",
                "Invalid principal in policy: \"AWS\":\"arn:aws:iam::1:role/a\"",
                true,
            ),
            (
                "InvalidParameterValue",
                "Value (a) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
                true,
            ),
            ("MalformedPolicyDocument", "Syntax errors in policy.", false),
        ];
        for (code, message, expected) in cases {
            assert_eq!(refusal(400, code, message).is_propagating(), expected, "{message}");
        }
    }
}
