//! What failures of the services mean. This is the only place that knows their error codes.

mod codes;
mod connector;

use rinfra_provider::ErrorClass;

use codes::{
    ACCESS_DENIED, CONFLICT, CONTENDED, CREDENTIALS, DEPENDENCY, EXPIRED, PROPAGATING, THROTTLED, TRANSIENT,
};

pub(crate) use connector::{Failed, failed};

/// What a failed call needs in order to succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Fewer calls: the service has too many.
    Throttle,
    /// Another try: the service failed, or its answer cannot be read.
    Transient,
    /// Another try, as long as anybody gets through at all: the connection failed.
    Connection,
    /// The end of another call that changes the same thing.
    Contention,
    /// Time, until the service knows what another call did.
    Propagation,
    /// The end of what depends on the object.
    Dependency,
    /// Something else than time.
    Fatal,
}

/// A refusal as every AWS protocol words it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The error code, such as `DependencyViolation`.
    pub(crate) code: String,
    /// The service's words.
    pub(crate) message: String,
    /// Whether its end is missing, and its code with it.
    pub(crate) is_torn: bool,
}

impl Refusal {
    /// Returns what the call needs.
    pub(crate) fn trouble(&self) -> Trouble {
        if self.is_contended() {
            return Trouble::Contention;
        }
        if self.is_propagating() {
            return Trouble::Propagation;
        }
        match self.class() {
            ErrorClass::Throttled => Trouble::Throttle,
            ErrorClass::Transient => Trouble::Transient,
            ErrorClass::Dependency => Trouble::Dependency,
            _ => Trouble::Fatal,
        }
    }

    /// Returns the class of the refusal.
    pub(crate) fn class(&self) -> ErrorClass {
        if self.is_torn {
            return ErrorClass::Transient;
        }
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
    fn is_contended(&self) -> bool {
        CONTENDED.contains(&self.code.as_str())
    }

    /// Tells whether the refusal passes as soon as IAM's changes have reached the service.
    fn is_propagating(&self) -> bool {
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
    use super::{Refusal, Trouble};
    use rinfra_provider::ErrorClass;

    fn refusal(status: u16, code: &str, message: &str) -> Refusal {
        Refusal { status, code: code.to_owned(), message: message.to_owned(), is_torn: false }
    }

    #[test]
    fn each_refusal_needs_one_thing() {
        let cases = [
            (503, "RequestLimitExceeded", "", Trouble::Throttle),
            (503, "SlowDown", "", Trouble::Throttle),
            (429, "", "", Trouble::Throttle),
            (503, "ServiceUnavailable", "", Trouble::Transient),
            (500, "", "", Trouble::Transient),
            (400, "PriorRequestNotComplete", "", Trouble::Contention),
            (409, "OperationAborted", "", Trouble::Contention),
            (
                400,
                "InvalidParameterValueException",
                "The role cannot be assumed by Lambda.",
                Trouble::Propagation,
            ),
            (400, "DependencyViolation", "", Trouble::Dependency),
            (409, "DeleteConflict", "", Trouble::Dependency),
            (404, "NoSuchEntity", "", Trouble::Fatal),
            (403, "AccessDenied", "", Trouble::Fatal),
            (400, "LimitExceededException", "", Trouble::Fatal),
            (400, "InvalidParameterValue", "", Trouble::Fatal),
        ];
        for (status, code, message, expected) in cases {
            assert_eq!(refusal(status, code, message).trouble(), expected, "{status} {code}");
        }
        for status in [400, 404, 500] {
            let torn = Refusal { is_torn: true, ..refusal(status, "", "") };
            assert_eq!(torn.trouble(), Trouble::Transient, "{status}");
        }
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
