//! The local AWS as a fixture: it starts, keeps accounts apart, and does not outlive its process.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rinfra_testkit::{Account, Moto, moto};

/// Environment variable that turns the second test's own process into one that holds a server and waits
/// until it is killed.
const HOLD: &str = "TESTKIT_HOLD_A_SERVER";

fn create_bucket(account: &Account, name: &str) -> io::Result<String> {
    request(account, &format!("PUT /{name} HTTP/1.1"))
}

fn list_buckets(account: &Account) -> io::Result<String> {
    request(account, "GET / HTTP/1.1")
}

fn request(account: &Account, line: &str) -> io::Result<String> {
    let host = account.endpoint().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "{line}\r\nHost: {host}\r\nAuthorization: AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/s3/aws4_request, \
         SignedHeaders=host, Signature=0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        account.id()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn accounts_see_only_their_own_and_a_reset_empties_them() {
    let server = Moto::start(&mut |_| {}).unwrap();
    let (one, other) = (server.account(), server.account());
    assert!(create_bucket(&one, "only-in-one").unwrap().starts_with("HTTP/1.1 200"));
    assert!(list_buckets(&one).unwrap().contains("only-in-one"));
    assert!(!list_buckets(&other).unwrap().contains("only-in-one"));
    server.reset().unwrap();
    assert!(!list_buckets(&one).unwrap().contains("only-in-one"));
}

#[test]
fn the_server_ends_with_a_process_that_is_killed() {
    if std::env::var_os(HOLD).is_some() {
        let _ = writeln!(io::stdout(), "endpoint {}", moto().endpoint());
        let _ = io::stdin().read_to_end(&mut Vec::new());
        return;
    }
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "the_server_ends_with_a_process_that_is_killed"])
        .env(HOLD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    // The harness prints the test's name before the line without ending its own.
    let endpoint = lines
        .map_while(Result::ok)
        .find_map(|line| line.split("endpoint ").nth(1).map(str::to_owned))
        .expect("the holder names its server");
    let host = endpoint.trim_start_matches("http://").to_owned();
    assert!(TcpStream::connect(&host).is_ok(), "{host} answers while its process lives");

    holder.kill().unwrap();
    holder.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(&host).is_ok() {
        assert!(Instant::now() < deadline, "{host} still answers after its process was killed");
        std::thread::sleep(Duration::from_millis(50));
    }
}
