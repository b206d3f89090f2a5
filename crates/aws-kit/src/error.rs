//! From the SDK's errors to the engine's: one class for each, and the way out where there is one.

use std::error::Error as StdError;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::error::operation::BuildError;
use rinfra_provider::ErrorClass;

use crate::classify::Refusal;
use crate::wire::{Exhausted, Unreachable, Unwarranted};

/// A failed step of a resource. Every error of the SDK converts into it with `?`.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<rinfra_provider::Error>);

/// The result of a step of a resource.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Returns an error of a class with a message.
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self(Box::new(rinfra_provider::Error::new(class, message)))
    }

    /// Returns an error about arguments that cannot work.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Validation, message)
    }

    /// Returns an error about an answer without a field it must have.
    pub fn missing(field: &str) -> Self {
        Self::new(ErrorClass::Internal, format!("the service's answer has no {field}"))
    }

    /// Returns the class.
    pub fn class(&self) -> ErrorClass {
        self.0.class
    }

    /// Returns the service's error code.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Returns the service's words.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the way out, where one is known.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Tells whether the service said that something does not exist.
    pub fn is_not_found(&self) -> bool {
        self.class() == ErrorClass::NotFound
    }

    /// Returns the error with the way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }
}

/// Returns a field of an answer that must be there.
///
/// *Errors*: the field is absent.
pub fn required<T>(field: Option<T>, name: &str) -> Result<T> {
    field.ok_or_else(|| Error::missing(name))
}

/// Returns a text, empty where the service says nothing: what Terraform's provider stores for most types.
pub fn or_empty(text: Option<String>) -> Option<String> {
    Some(text.unwrap_or_default())
}

/// Turns "does not exist" into nothing, for calls whose purpose is that the thing is gone.
///
/// *Errors*: every other error.
pub fn or_gone<T>(result: std::result::Result<T, impl Into<Error>>) -> Result<Option<T>> {
    match result.map_err(Into::into) {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Error {}

impl From<Error> for rinfra_provider::Error {
    fn from(error: Error) -> Self {
        *error.0
    }
}

impl From<rinfra_provider::Error> for Error {
    fn from(error: rinfra_provider::Error) -> Self {
        Self(Box::new(error))
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl<E> From<SdkError<E, HttpResponse>> for Error
where
    E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let mut converted = match &error {
            SdkError::ServiceError(refused) => service_error(refused.err(), refused.raw()),
            SdkError::ResponseError(_) => {
                Self::new(ErrorClass::Transient, format!("the answer cannot be read: {}", chain(&error)))
            }
            SdkError::TimeoutError(_) => Self::new(ErrorClass::Transient, chain(&error)),
            _ => before_an_answer(&error),
        };
        let (service, operation) = names(std::any::type_name::<E>());
        converted.0.service = service;
        converted.0.operation = operation;
        converted
    }
}

fn service_error(error: &impl ProvideErrorMetadata, response: &HttpResponse) -> Error {
    let said = Refusal {
        status: response.status().as_u16(),
        code: error.code().unwrap_or_default().to_owned(),
        message: error.message().unwrap_or_default().to_owned(),
        is_torn: false,
    };
    let request_id = error
        .meta()
        .extra("aws_request_id")
        .or_else(|| response.headers().get("x-amzn-requestid"))
        .or_else(|| response.headers().get("x-amz-request-id"));
    refusal(&said, request_id.map(str::to_owned))
}

fn refusal(refusal: &Refusal, request_id: Option<String>) -> Error {
    let class = refusal.class();
    let message = match refusal.message.as_str() {
        "" => format!("HTTP status {}", refusal.status),
        words => words.to_owned(),
    };
    let mut converted = Error::new(class, message);
    converted.0.code = Some(refusal.code.clone()).filter(|it| !it.is_empty());
    converted.0.request_id = request_id;
    match class {
        ErrorClass::Expired => converted.with_hint(RENEW),
        ErrorClass::Credentials => {
            converted.with_hint("check which credentials are in use: `aws sts get-caller-identity`")
        }
        _ => converted,
    }
}

const RENEW: &str =
    "log in again (`aws sso login`, or whatever issued these credentials) and repeat the command";

fn before_an_answer(error: &(dyn StdError + 'static)) -> Error {
    let mut source = Some(error);
    while let Some(it) = source {
        if let Some(unreachable) = it.downcast_ref::<Unreachable>() {
            return Error::new(ErrorClass::Unreachable, unreachable.to_string())
                .with_hint("check the network, the proxy and the endpoint settings");
        }
        if let Some(unwarranted) = it.downcast_ref::<Unwarranted>() {
            return Error::new(ErrorClass::AccessDenied, unwarranted.to_string());
        }
        if let Some(exhausted) = it.downcast_ref::<Exhausted>() {
            return refusal(&exhausted.refusal, exhausted.request_id.clone());
        }
        if let Some(credentials) = it.downcast_ref::<CredentialsError>() {
            return no_credentials(credentials);
        }
        source = it.source();
    }
    Error::new(ErrorClass::Transient, chain(error))
}

/// Returns the error of a credential provider.
pub(crate) fn no_credentials(error: &CredentialsError) -> Error {
    let text = chain(error);
    let expired = ["ExpiredToken", "expired", "InvalidGrantException", "UnauthorizedException"];
    if let Some(unreachable) = find::<Unreachable>(error) {
        return Error::new(ErrorClass::Unreachable, unreachable.to_string());
    }
    if expired.iter().any(|it| text.contains(it)) {
        return Error::new(ErrorClass::Expired, format!("the credentials have expired: {text}"))
            .with_hint(RENEW);
    }
    let message = match error {
        CredentialsError::CredentialsNotLoaded(_) => "no AWS credentials were found".to_owned(),
        _ => format!("the AWS credentials cannot be loaded: {text}"),
    };
    Error::new(ErrorClass::Credentials, message)
}

/// Returns the first error of a type in a chain.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut source = Some(error);
    while let Some(it) = source {
        if let Some(found) = it.downcast_ref::<T>() {
            return Some(found);
        }
        source = it.source();
    }
    None
}

/// Returns the text of the last source of an error: what it all began with.
pub(crate) fn root(error: &dyn StdError) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// Returns the texts of an error and its sources, each said once.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut source = Some(error);
    while let Some(it) = source {
        let text = it.to_string();
        if !texts.iter().any(|said| said.contains(&text)) {
            texts.push(text);
        }
        source = it.source();
    }
    texts.join(": ")
}

/// Reads service and operation from `aws_sdk_ec2::operation::create_vpc::CreateVpcError`.
fn names(type_name: &str) -> (Option<String>, Option<String>) {
    let service = type_name.split("::").next().and_then(|it| it.strip_prefix("aws_sdk_"));
    let operation = type_name.rsplit("::").next().and_then(|it| it.strip_suffix("Error"));
    (service.map(str::to_owned), operation.filter(|_| service.is_some()).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::{Error, chain, names};
    use aws_credential_types::provider::error::CredentialsError;
    use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;
    use rinfra_provider::ErrorClass;

    type Failure = SdkError<GetCallerIdentityError, HttpResponse>;

    #[test]
    fn a_refusal_keeps_all_the_service_said() {
        let metadata = ErrorMetadata::builder()
            .code("ExpiredToken")
            .message("The security token included in the request is expired")
            .custom("aws_request_id", "r-1")
            .build();
        let raw = HttpResponse::new(403.try_into().expect("a status"), SdkBody::empty());
        let error = Error::from(Failure::service_error(GetCallerIdentityError::generic(metadata), raw));
        assert_eq!(error.class(), ErrorClass::Expired);
        assert_eq!(
            error.to_string(),
            "sts GetCallerIdentity: ExpiredToken: The security token included in the request is expired \
             (request id r-1)"
        );
    }

    #[test]
    fn failures_before_an_answer_have_their_class() {
        let cases = [
            (
                Failure::construction_failure(CredentialsError::not_loaded_no_source()),
                ErrorClass::Credentials,
            ),
            (
                Failure::dispatch_failure(ConnectorError::other(
                    CredentialsError::provider_error("ExpiredTokenException: the SSO session expired").into(),
                    None,
                )),
                ErrorClass::Expired,
            ),
            (Failure::dispatch_failure(ConnectorError::io("connection reset".into())), ErrorClass::Transient),
            (Failure::timeout_error("too slow"), ErrorClass::Transient),
        ];
        for (failure, expected) in cases {
            let error = Error::from(failure);
            assert_eq!(error.class(), expected, "{error}");
        }
    }

    #[test]
    fn the_type_of_an_error_names_its_operation() {
        let names = |it| {
            let (service, operation) = names(it);
            format!("{service:?} {operation:?}")
        };
        assert_eq!(
            names("aws_sdk_ec2::operation::create_vpc::CreateVpcError"),
            "Some(\"ec2\") Some(\"CreateVpc\")"
        );
        assert_eq!(names("something::Else"), "None None");
    }

    #[test]
    fn a_chain_says_nothing_twice() {
        let error = Failure::construction_failure("no such thing");
        assert_eq!(chain(&error), "failed to construct request: no such thing");
    }
}
