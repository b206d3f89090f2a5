//! A bucket of the local AWS, looked at and changed behind everybody's back.

use std::io::{self, BufReader};
use std::net::TcpStream;
use std::time::Duration;

use crate::account::Account;
use crate::proxy::Message;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A bucket of an account.
#[derive(Clone, Debug)]
pub struct Bucket {
    account: Account,
    name: String,
}

impl Bucket {
    /// Makes a bucket of this account.
    ///
    /// # Errors
    /// When the local AWS refuses.
    pub fn make(account: Account) -> io::Result<Self> {
        let name = format!("states-{}", account.id());
        let bucket = Self { account, name };
        bucket.ask("PUT", "", "")?;
        Ok(bucket)
    }

    /// Returns the account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Returns the bucket's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Keeps versions of all objects from now on.
    ///
    /// # Errors
    /// When the local AWS refuses.
    pub fn keep_versions(&self) -> io::Result<()> {
        let on = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
        self.ask("PUT", "?versioning", on).map(drop)
    }

    /// Returns a configuration that keeps a state in this bucket, with the account's own credentials.
    pub fn backend(&self, key: &str) -> String {
        format!(
            "terraform {{\n  backend \"s3\" {{\n    bucket = {:?}\n    key = {key:?}\n    region = \"us-east-1\"\n    \
             use_lockfile = true\n    use_path_style = true\n    access_key = {:?}\n    secret_key = \"test\"\n    \
             skip_credentials_validation = true\n    skip_requesting_account_id = true\n    \
             skip_metadata_api_check = true\n  }}\n}}\n",
            self.name,
            self.account.id()
        )
    }

    /// Returns the keys of all objects.
    ///
    /// # Errors
    /// When the local AWS refuses.
    pub fn keys(&self) -> io::Result<Vec<String>> {
        let text = self.ask("GET", "?list-type=2", "")?.text();
        let keys = text.split("<Key>").skip(1).filter_map(|it| Some(it.split_once("</Key>")?.0.to_owned()));
        Ok(keys.collect())
    }

    /// Returns an object, or nothing when there is none.
    ///
    /// # Errors
    /// When the local AWS refuses.
    pub fn read(&self, key: &str) -> io::Result<Option<String>> {
        let answer = self.exchange("GET", &format!("/{key}"), "")?;
        match answer.status() {
            404 => Ok(None),
            _ => accepted(answer).map(|it| Some(it.text())),
        }
    }

    /// Writes an object.
    ///
    /// # Errors
    /// When the local AWS refuses.
    pub fn write(&self, key: &str, text: &str) -> io::Result<()> {
        self.ask("PUT", &format!("/{key}"), text).map(drop)
    }

    /// Deletes an object.
    ///
    /// # Errors
    /// When the local AWS refuses.
    pub fn delete(&self, key: &str) -> io::Result<()> {
        self.ask("DELETE", &format!("/{key}"), "").map(drop)
    }

    fn ask(&self, method: &str, target: &str, body: &str) -> io::Result<Message> {
        self.exchange(method, target, body).and_then(accepted)
    }

    fn exchange(&self, method: &str, target: &str, body: &str) -> io::Result<Message> {
        let host = self.account.endpoint().trim_start_matches("http://");
        // The local AWS looks at whose signature it is, and not whether it is right.
        let scope = format!("Credential={}/20260101/us-east-1/s3/aws4_request", self.account.id());
        let headers = [
            ("Host", host),
            ("Connection", "close"),
            ("Content-Length", &body.len().to_string()),
            ("Authorization", &format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0")),
        ];
        let request = Message {
            start: format!("{method} /{}{target} HTTP/1.1", self.name),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: body.as_bytes().to_vec(),
        };
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        request.write(&mut stream)?;
        let mut from = BufReader::new(stream);
        let mut answer = Message::read(&mut from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        answer.read_answer_body(&mut from, false)?;
        Ok(answer)
    }
}

fn accepted(answer: Message) -> io::Result<Message> {
    match answer.status() {
        200..=299 => Ok(answer),
        _ => Err(io::Error::other(format!("{}: {}", answer.start, answer.text()))),
    }
}
