//! The services' codes and words, by what they mean.

pub(super) const THROTTLED: &[&str] = &[
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

pub(super) const TRANSIENT: &[&str] = &[
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
pub(super) const CONTENDED: &[&str] = &[
    "ConcurrentModification",
    "ConcurrentModificationException",
    "ConcurrentUpdateException",
    "OperationAborted",
    "OperationAbortedException",
    "PriorRequestNotComplete",
    "TransactionInProgressException",
];

pub(super) const DEPENDENCY: &[&str] = &[
    "DeleteConflict",
    "DeleteConflictException",
    "DependencyViolation",
    "InvalidGroup.InUse",
    "InvalidIPAddress.InUse",
    "ResourceInUse",
    "ResourceInUseException",
    "ResourceInUseFault",
];

pub(super) const ACCESS_DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Client.UnauthorizedOperation",
    "UnauthorizedAccess",
    "UnauthorizedException",
    "UnauthorizedOperation",
];

pub(super) const CREDENTIALS: &[&str] = &[
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

pub(super) const EXPIRED: &[&str] =
    &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];

pub(super) const CONFLICT: &[&str] = &[
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
pub(super) const PROPAGATING: &[&str] = &[
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
