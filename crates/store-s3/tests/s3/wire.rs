//! What is really sent: a listener before the local AWS that passes everything on and remembers it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/// A listener before the local AWS.
pub(crate) struct Wire {
    pub(crate) endpoint: String,
    /// What was sent, by connection.
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// A request without its body.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    headers: BTreeMap<String, String>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

impl Wire {
    /// Listens, and passes on what comes to this endpoint.
    pub(crate) fn before(endpoint: &str) -> Self {
        let upstream = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let sent: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let all = Arc::clone(&sent);
        thread::spawn(move || {
            for (number, client) in listener.incoming().enumerate() {
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(&upstream)) else { return };
                all.lock().unwrap().push(Vec::new());
                let (answers, requests) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let all = Arc::clone(&all);
                thread::spawn(move || {
                    pass(client, requests, |bytes| all.lock().unwrap()[number].extend_from_slice(bytes));
                });
                thread::spawn(move || pass(server, answers, |_| ()));
            }
        });
        Self { endpoint, sent }
    }

    /// Returns the requests since this was asked before, those of a connection in their order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let mut requests = Vec::new();
        for bytes in self.sent.lock().unwrap().iter_mut() {
            let text = String::from_utf8_lossy(&std::mem::take(bytes)).into_owned();
            let mut lines = text.split("\r\n");
            while let Some(line) = lines.next() {
                // The first line of a request may follow a body without a break.
                let mut words = line.trim_end_matches(" HTTP/1.1").rsplitn(2, ' ');
                let (target, before) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                let method = METHODS.iter().find(|it| before.ends_with(**it));
                let (true, Some(method)) = (line.ends_with(" HTTP/1.1"), method) else { continue };
                let head = lines.by_ref().take_while(|it| !it.is_empty());
                let headers = head.filter_map(|it| it.split_once(": "));
                let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
                requests.push(Request { method: (*method).to_owned(), target: target.to_owned(), headers });
            }
        }
        requests
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut see: impl FnMut(&[u8])) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        see(&bytes[..length]);
        if to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Write));
}
