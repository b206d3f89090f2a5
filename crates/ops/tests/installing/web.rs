//! A web in memory.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rinfra_modules::{Request, Response, Transport, TransportError, Web};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What a URL answers.
#[derive(Clone)]
pub(crate) enum Answer {
    Body(Vec<u8>),
    /// A body of which less comes than is announced.
    Cut(Vec<u8>),
    Header(&'static str, String),
    Status(u16),
    Nothing,
}

/// Servers that answer what a test says, and remember what they were asked.
#[derive(Default)]
pub(crate) struct Servers {
    answers: Mutex<BTreeMap<String, Vec<Answer>>>,
    asked: Mutex<Vec<(String, Option<String>)>>,
}

impl Servers {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Answers a URL like this, in turn; the last answer stays.
    pub(crate) fn answer(&self, url: &str, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().insert(url.to_owned(), answers.into_iter().collect());
    }

    pub(crate) fn text(&self, url: &str, text: &str) {
        self.answer(url, [Answer::Body(text.as_bytes().to_vec())]);
    }

    /// Turns everything off.
    pub(crate) fn go_offline(&self) {
        self.answers.lock().unwrap().values_mut().for_each(|it| *it = vec![Answer::Nothing]);
    }

    /// Returns how often a URL was asked for.
    pub(crate) fn count(&self, url: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|(it, _)| it == url).count()
    }

    /// Returns the tokens that came with requests for a URL.
    pub(crate) fn tokens(&self, url: &str) -> Vec<Option<String>> {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .filter(|(it, _)| it == url)
            .map(|(_, token)| token.clone())
            .collect()
    }

    /// Returns the web these servers make up.
    pub(crate) fn web(self: &Arc<Self>) -> Web {
        Web::over(Arc::new(Line(Arc::clone(self))), Duration::ZERO)
    }

    /// Puts up a registry with one module and the archive of each version.
    pub(crate) fn registry(&self, host: &str, module: &str, versions: &[&str], package: &[(&str, &str)]) {
        self.text(&format!("https://{host}/.well-known/terraform.json"), r#"{"modules.v1":"/v1/modules/"}"#);
        let listed: Vec<String> = versions.iter().map(|it| format!(r#"{{"version":"{it}"}}"#)).collect();
        let listed = format!(r#"{{"modules":[{{"versions":[{}]}}]}}"#, listed.join(","));
        self.text(&format!("https://{host}/v1/modules/{module}/versions"), &listed);
        for version in versions {
            let download = format!("https://{host}/v1/modules/{module}/{version}/download");
            self.answer(&download, [Answer::Header("x-terraform-get", format!("./{version}.zip"))]);
            let archive = format!("https://{host}/v1/modules/{module}/{version}/{version}.zip");
            self.answer(&archive, [Answer::Body(zip(package))]);
        }
    }
}

/// The way to the servers.
struct Line(Arc<Servers>);

impl Transport for Line {
    fn get(&self, request: &Request) -> Result<Response, TransportError> {
        let token =
            request.headers.iter().find(|(name, _)| *name == "authorization").map(|(_, it)| it.clone());
        self.0.asked.lock().unwrap().push((request.url.clone(), token));
        let nobody = || TransportError { reason: "nobody there".to_owned(), may_pass: true };
        let mut answers = self.0.answers.lock().unwrap();
        let answers = answers.get_mut(&request.url).ok_or_else(nobody)?;
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers.first().cloned().unwrap() };
        let (status, headers, body) = match answer {
            Answer::Body(body) => (200, vec![("content-length".to_owned(), body.len().to_string())], body),
            Answer::Cut(body) => {
                (200, vec![("content-length".to_owned(), (body.len() * 2).to_string())], body)
            }
            Answer::Header(name, value) => (204, vec![(name.to_owned(), value)], Vec::new()),
            Answer::Status(status) => (status, Vec::new(), Vec::new()),
            Answer::Nothing => return Err(nobody()),
        };
        Ok(Response { url: request.url.clone(), status, headers, body: Box::new(Cursor::new(body)) })
    }
}

/// Returns a zip file.
pub(crate) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        writer.start_file(*path, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
