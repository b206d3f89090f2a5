//! One connection from its beginning to its end.

use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::call::Call;
use super::decision::Decision;
use super::message::Message;
use super::refusal;
use super::script::Fault;
use super::trap::Caught;
use super::{Logged, Shared, Side};

/// How long the service may take for one answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Serves requests until one side hangs up.
pub(super) fn serve(shared: &Shared, connection: &TcpStream) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let number = shared.connections.fetch_add(1, Ordering::Relaxed) + 1;
    let mut from = BufReader::new(connection.try_clone()?);
    while let Some(mut request) = Message::read(&mut from)? {
        if request.header("expect").is_some() {
            (&mut &*connection).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        request.read_request_body(&mut from)?;
        let call = {
            let mut desk = shared.desk();
            desk.on_their_way += 1;
            desk.attributed(Call::of(&request))
        };
        let outcome = Serving { shared, connection, number, call, began: Instant::now() }.answer(&request);
        shared.desk().on_their_way -= 1;
        shared.done.notify_all();
        if !outcome? {
            break;
        }
    }
    Ok(())
}

/// A request that is being answered.
struct Serving<'s> {
    shared: &'s Shared,
    connection: &'s TcpStream,
    /// Which connection it is.
    number: usize,
    call: Call,
    began: Instant,
}

impl Serving<'_> {
    /// Does with a request what is decided; tells whether the connection lives on.
    fn answer(self, request: &Message) -> io::Result<bool> {
        let decision = self.shared.desk().decide(&self.call);
        match decision {
            Decision::HangUp => Ok(false),
            Decision::Catch(side, spring) => {
                if side == Side::After {
                    let answer = self.ask(request)?;
                    self.shared.desk().end();
                    self.log(Some("killed after"), answer.status());
                } else {
                    self.log(Some("killed before"), 0);
                }
                let Call { service, operation, .. } = self.call;
                spring.close(Caught { service, operation });
                Ok(false)
            }
            Decision::Answer(answer, name) => {
                self.log(Some(name), answer.status());
                self.deliver(&answer)
            }
            Decision::Pass(fault) => self.pass(request, fault),
        }
    }

    fn pass(&self, request: &Message, fault: Option<Fault>) -> io::Result<bool> {
        let latency = self.shared.desk().script().latency;
        thread::sleep(latency);
        let name = fault.map(Fault::name);
        let refused = match fault {
            Some(Fault::Throttle) => Some(refusal::throttling(&self.call)),
            Some(Fault::Trouble(status)) => Some(refusal::trouble(&self.call, status)),
            Some(Fault::Deny) => Some(refusal::denied(&self.call)),
            _ => None,
        };
        if let Some(answer) = refused {
            self.log(name, answer.status());
            return self.deliver(&answer);
        }
        let answer = if fault.is_none_or(Fault::reaches) { Some(self.ask(request)?) } else { None };
        self.log(name, answer.as_ref().map_or(0, Message::status));
        match (fault, answer) {
            (Some(Fault::SilenceBefore(time) | Fault::SilenceAfter(time)), _) => {
                thread::sleep(time);
                Ok(false)
            }
            (Some(Fault::ResetWithin), Some(answer)) => {
                let mut bytes = Vec::new();
                answer.write(&mut bytes)?;
                let cut = bytes.len() - answer.body.len() / 2 - 1;
                let mut connection = self.connection;
                connection.write_all(&bytes[..cut])?;
                Ok(false)
            }
            (Some(Fault::Slow(time)), Some(answer)) => {
                thread::sleep(time);
                self.deliver(&answer)
            }
            (None, Some(answer)) => self.deliver(&answer),
            _ => {
                // Without lingering, closing says "reset" rather than "done".
                SockRef::from(self.connection).set_linger(Some(Duration::ZERO))?;
                Ok(false)
            }
        }
    }

    /// Passes the request on and returns the answer.
    fn ask(&self, request: &Message) -> io::Result<Message> {
        let mut upstream = TcpStream::connect(&self.shared.upstream)?;
        upstream.set_nodelay(true)?;
        upstream.set_read_timeout(Some(PATIENCE))?;
        let mut request = request.clone();
        request.headers.retain(|(name, _)| !["connection", "expect"].contains(&name.to_lowercase().as_str()));
        request.headers.push(("Connection".to_owned(), "close".to_owned()));
        request.write(&mut upstream)?;
        let mut from = BufReader::new(upstream);
        let mut answer = Message::read(&mut from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        answer.read_answer_body(&mut from, self.call.is_head)?;
        answer.start = answer.start.replacen("HTTP/1.0", "HTTP/1.1", 1);
        answer.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("connection"));
        if !self.call.is_head && answer.status() != 204 {
            let body = std::mem::take(&mut answer.body);
            answer = answer.with_body(body);
        }
        Ok(self.shared.desk().seen(&self.call, answer))
    }

    fn deliver(&self, answer: &Message) -> io::Result<bool> {
        let mut connection = self.connection;
        answer.write(&mut connection)?;
        Ok(true)
    }

    fn log(&self, fault: Option<&'static str>, status: u16) {
        let Call { service, region, operation, mutates, is_of_store, .. } = self.call.clone();
        let took = self.began.elapsed();
        self.shared.desk().log(Logged {
            service,
            region,
            operation,
            mutates,
            is_of_store,
            fault,
            status,
            began: self.began,
            took,
            connection: self.number,
        });
    }
}
