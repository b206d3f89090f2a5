//! Objects in buckets, written as anybody might write them.

use std::io::{Read, Write};
use std::net::TcpStream;

use rinfra_testkit::world::World;

/// Sends a request to S3 and returns the answer.
pub(crate) fn send(world: &World, method: &str, path: &str, body: &str) -> String {
    let host = world.account().endpoint().trim_start_matches("http://").to_owned();
    let account = world.account().id();
    let mut stream = TcpStream::connect(&host).expect("the local AWS");
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: AWS4-HMAC-SHA256 \
         Credential={account}/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=x\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// Writes an object.
pub(crate) fn put(world: &World, bucket: &str, key: &str) {
    let answer = send(world, "PUT", &format!("/{bucket}/{key}"), "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
