//! The local AWS server.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use thiserror::Error;

use crate::account::Account;
use crate::proxy::Message;
use crate::python::{self, MOTO, PythonError};

/// The program that serves moto; it explains itself.
const SERVE: &str = include_str!("../moto/serve.py");

/// How long one of the server's own answers may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why the local AWS does not run.
#[derive(Debug, Error)]
pub enum MotoError {
    /// There is no environment to run it in.
    #[error(transparent)]
    Python(#[from] PythonError),
    /// The server did not start.
    #[error("the local AWS did not start: {0}")]
    Start(String),
    /// The server does not answer.
    #[error("the local AWS does not answer: {0}")]
    Answer(#[from] io::Error),
}

/// A running local AWS on a free port of the loopback interface.
///
/// # Guarantees
/// The server ends when this value is dropped, and also when the process that holds it ends in any way, a kill
/// included: the server watches a pipe that only this process holds open.
///
/// # What to know of it
/// * Any credentials do. A twelve-digit access key id is an account of that number, see [`Moto::account`];
///   every other key is the account 123456789012.
/// * All Regions are there, each empty but for a default VPC with its subnets, security group, route table,
///   internet gateway and network ACL. IAM and bucket names belong to no Region; bucket names are unique across
///   all accounts.
/// * Nothing takes time: what is created is available at once.
/// * A security group rule that refers to another group loses its description.
#[derive(Debug)]
pub struct Moto {
    server: Child,
    endpoint: String,
    accounts: AtomicU64,
}

impl Moto {
    /// Starts a server of its own. Most tests want the shared one of [`moto`].
    ///
    /// `announce` is called with one line before something slow happens.
    ///
    /// # Errors
    /// When Python or moto is missing and cannot be installed, or the server does not start.
    pub fn start(announce: &mut dyn FnMut(&str)) -> Result<Self, MotoError> {
        let directory = python::environment_directory(MOTO);
        let interpreter = python::prepare_environment(MOTO, &directory, announce)?;
        Self::start_with(&interpreter)
    }

    fn start_with(interpreter: &Path) -> Result<Self, MotoError> {
        let mut server = Command::new(interpreter)
            .args(["-c", SERVE])
            .env_remove("PYTHONHOME")
            .env_remove("PYTHONPATH")
            .env_remove("MOTO_ACCOUNT_ID")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| MotoError::Start(error.to_string()))?;
        match read_port(&mut server) {
            Some(port) => {
                drain_errors(&mut server);
                Ok(Self { server, endpoint: format!("http://127.0.0.1:{port}"), accounts: AtomicU64::new(1) })
            }
            None => Err(MotoError::Start(last_words(server))),
        }
    }

    /// Returns the server's URL, for `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the number of the server's process.
    pub fn process(&self) -> u32 {
        self.server.id()
    }

    /// Returns the environment of a command that is to use the account 123456789012.
    pub fn env(&self) -> Vec<(String, String)> {
        Account::new("test", &self.endpoint).env()
    }

    /// Returns an account that no other test uses: the way for tests of one process to run side by side.
    pub fn account(&self) -> Account {
        let number = self.accounts.fetch_add(1, Ordering::Relaxed);
        Account::new(&format!("{:012}", 100_000_000_000 + number), &self.endpoint)
    }

    /// Empties all accounts. A test that shares the server asks for an [`account`](Self::account) instead.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn reset(&self) -> Result<(), MotoError> {
        let status = post(&self.endpoint, "/moto-api/reset")?;
        if status.contains(" 200 ") { Ok(()) } else { Err(MotoError::Start(status)) }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Closing standard input is the whole request to stop; the kill is for a server that hangs.
        drop(self.server.stdin.take());
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Returns the local AWS of this process, started on first use.
///
/// # Panics
/// With one clear sentence, when the server cannot be had: a test that needs it has failed then.
pub fn moto() -> &'static Moto {
    static SHARED: OnceLock<Moto> = OnceLock::new();
    SHARED.get_or_init(|| {
        let mut announce = |line: &str| {
            let _ = writeln!(io::stderr(), "{line}");
        };
        Moto::start(&mut announce).unwrap_or_else(|error| panic!("{error}"))
    })
}

fn read_port(server: &mut Child) -> Option<u16> {
    let mut line = String::new();
    BufReader::new(server.stdout.take()?).read_line(&mut line).ok()?;
    line.trim().parse().ok()
}

/// Keeps reading what the server reports, so that it never blocks on a full pipe.
fn drain_errors(server: &mut Child) {
    if let Some(mut errors) = server.stderr.take() {
        std::thread::spawn(move || io::copy(&mut errors, &mut io::sink()));
    }
}

fn last_words(mut server: Child) -> String {
    drop(server.stdin.take());
    let mut text = String::new();
    if let Some(mut errors) = server.stderr.take() {
        let _ = errors.read_to_string(&mut text);
    }
    let _ = server.wait();
    text.lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("it ended without a word")
        .trim()
        .to_owned()
}

/// Returns the body of the answer to a GET request.
pub(crate) fn get(endpoint: &str, path: &str) -> io::Result<String> {
    let host = endpoint.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut from = BufReader::new(stream);
    let mut answer = Message::read(&mut from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    answer.read_answer_body(&mut from, false)?;
    if answer.status() == 200 { Ok(answer.text()) } else { Err(io::Error::other(answer.start)) }
}

/// Sends an empty POST request and returns the status line of the answer.
fn post(endpoint: &str, path: &str) -> io::Result<String> {
    let host = endpoint.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status)?;
    Ok(status.trim().to_owned())
}
