//! An AWS account of the local AWS.

/// An account of the local AWS that starts empty: its number, and how to reach it.
#[derive(Clone, Debug)]
pub struct Account {
    id: String,
    endpoint: String,
}

impl Account {
    pub(crate) fn new(id: &str, endpoint: &str) -> Self {
        Self { id: id.to_owned(), endpoint: endpoint.to_owned() }
    }

    /// Returns the twelve digits of the account, which are also its access key id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the URL that serves every AWS service of the account.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the environment of a command that is to use the account.
    pub fn env(&self) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", self.id.as_str()),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}
