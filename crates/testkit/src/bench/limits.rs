//! What the local AWS and the proxy can do at most: figures below which no program under test is measured.

use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Moto;
use crate::proxy::{Message, Proxy, Script};

/// How many requests are in flight while a limit is measured.
const IN_FLIGHT: usize = 16;

/// How many requests of an operation make a measurement.
const REQUESTS: usize = 400;

/// The requests a second of one operation.
#[derive(Clone, Debug)]
pub struct Throughput {
    /// The service and the operation.
    pub what: String,
    /// How many requests a second, sixteen of them in flight.
    pub a_second: f64,
}

/// A request as a program would send it, but for its signature, which the local AWS does not look at.
struct Request {
    service: &'static str,
    operation: &'static str,
    /// What follows the operation; `#` is a number of its own for each request.
    body: &'static str,
}

const fn request(service: &'static str, operation: &'static str, body: &'static str) -> Request {
    Request { service, operation, body }
}

/// What is asked while limits are measured: each lists or looks for what the one before has made.
const ASKED: [Request; 9] = [
    request("ec2", "CreateSecurityGroup", "&GroupName=g#&GroupDescription=a"),
    request("ec2", "DescribeSecurityGroups", "&Filter.1.Name=group-name&Filter.1.Value.1=g#"),
    request("ec2", "DescribeVpcs", ""),
    request("iam", "CreateRole", "&RoleName=r#&AssumeRolePolicyDocument=%7B%7D"),
    request("iam", "GetRole", "&RoleName=r#"),
    request(
        "iam",
        "PutRolePolicy",
        concat!(
            "&RoleName=r#&PolicyName=p&PolicyDocument=",
            "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%2",
            "2Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D"
        ),
    ),
    request("logs", "CreateLogGroup", r#"{"logGroupName":"l#"}"#),
    request("logs", "DescribeLogGroups", r#"{"logGroupNamePrefix":"l#"}"#),
    request("sts", "GetCallerIdentity", ""),
];

impl Request {
    fn send(&self, host: &str, account: &str, number: usize) -> io::Result<u16> {
        let body = self.body.replace('#', &number.to_string());
        let (kind, target, body) = if self.service == "logs" {
            let target = format!("X-Amz-Target: Logs_20140328.{}\r\n", self.operation);
            ("application/x-amz-json-1.1", target, body)
        } else {
            let version = match self.service {
                "ec2" => "2016-11-15",
                "iam" => "2010-05-08",
                _ => "2011-06-15",
            };
            let form = format!("Action={}&Version={version}{body}", self.operation);
            ("application/x-www-form-urlencoded", String::new(), form)
        };
        let mut stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: {kind}\r\n{target}Authorization: \
             AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, \
             Signature=0\r\nContent-Length: {}\r\n\r\n{body}",
            self.service,
            body.len()
        )?;
        let mut from = BufReader::new(stream);
        let mut answer = Message::read(&mut from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        answer.read_answer_body(&mut from, false)?;
        Ok(answer.status())
    }
}

/// Lets an account of the local AWS answer once in every service, since its first answers take as long as hundreds.
pub(super) fn wake(endpoint: &str, account: &str) -> io::Result<()> {
    let host = endpoint.trim_start_matches("http://");
    for (service, operation) in [
        ("ec2", "DescribeVpcs"),
        ("iam", "ListRoles"),
        ("logs", "DescribeLogGroups"),
        ("sts", "GetCallerIdentity"),
    ] {
        let body = if service == "logs" { "{}" } else { "" };
        let status = Request { service, operation, body }.send(host, account, 0)?;
        if status != 200 {
            return Err(io::Error::other(format!("{service} {operation}: the local AWS answers {status}")));
        }
    }
    Ok(())
}

/// Measures the proxy before something that answers at once, and then operations of the local AWS without a proxy.
///
/// # Errors
/// When a port cannot be had, or something does not answer.
pub fn measure_limits(moto: &Moto) -> io::Result<Vec<Throughput>> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let upstream = format!("http://{}", listener.local_addr()?);
    // It ends with this process.
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || drop(answer_at_once(&stream)));
        }
    });
    let nothing = request("ec2", "DescribeVpcs", "");
    let direct = measured("something that answers at once", &nothing, &upstream, "1")?;
    let proxy = Proxy::start(&upstream, Script::default())?;
    let through = measured("the same through the proxy", &nothing, &proxy.endpoint(), "1")?;
    let mut all = vec![direct, through];
    let account = moto.account();
    wake(moto.endpoint(), account.id())?;
    for asked in &ASKED {
        let what = format!("{} {}", asked.service, asked.operation);
        all.push(measured(&what, asked, moto.endpoint(), account.id())?);
    }
    Ok(all)
}

fn answer_at_once(stream: &TcpStream) -> io::Result<()> {
    let mut from = BufReader::new(stream.try_clone()?);
    if let Some(mut request) = Message::read(&mut from)? {
        request.read_request_body(&mut from)?;
        let answer = Message { start: "HTTP/1.1 200 OK".to_owned(), ..Message::default() };
        answer.with_body(b"<none/>".to_vec()).write(&mut &*stream)?;
    }
    Ok(())
}

fn measured(what: &str, request: &Request, endpoint: &str, account: &str) -> io::Result<Throughput> {
    let host = endpoint.trim_start_matches("http://");
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    thread::scope(|scope| {
        let work = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= REQUESTS {
                    return Ok(());
                }
                let status = request.send(host, account, number)?;
                if status != 200 {
                    return Err(io::Error::other(format!("{what} is answered with {status}")));
                }
            }
        };
        let workers: Vec<_> = (0..IN_FLIGHT).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|it| it.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())))
    })?;
    #[expect(clippy::cast_precision_loss, reason = "it is a few hundred")]
    let a_second = REQUESTS as f64 / began.elapsed().as_secs_f64();
    Ok(Throughput { what: what.to_owned(), a_second })
}
