//! HTTP as it really is, with a server on the loopback interface.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rinfra_addr::RemotePackage;
use rinfra_modules::{
    Credentials, FetchErrorKind, Fetcher, Freshness, HttpTransport, Limits, Package, Request, Transport, Web,
};

/// Starts a server that answers each request with what `answer` says to its path, and returns its address.
fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        // Connections that are to hang are held open until the test ends.
        let mut held: Vec<TcpStream> = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            while lines.next().is_some_and(|it| it.is_ok_and(|it| !it.is_empty())) {}
            let path = first.split(' ').nth(1).unwrap().to_owned();
            let bytes = answer(&path);
            if bytes.is_empty() {
                held.push(stream);
            } else {
                stream.write_all(&bytes).unwrap();
            }
        }
    });
    format!("http://{address}")
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn tar() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(9);
    header.set_mode(0o644);
    builder.append_data(&mut header, "main.tf", &b"locals {}"[..]).unwrap();
    builder.into_inner().unwrap()
}

fn fetch(address: &str) -> Result<String, (FetchErrorKind, String)> {
    let transport = HttpTransport::with_patience(Duration::from_millis(300));
    let web = Web::over(Arc::new(transport), Duration::ZERO);
    let fetcher = Fetcher::new(web, Credentials::default(), None, Limits::default());
    let directory = tempfile::tempdir().unwrap();
    let package = Package::Remote(RemotePackage::parse(address).unwrap());
    let into = directory.path().join("package");
    fetcher.obtain(&package, &into, Freshness::Known).map_err(|it| (it.kind, it.to_string()))?;
    Ok(std::fs::read_to_string(into.join("main.tf")).unwrap())
}

#[test]
fn archives_come_over_http() {
    let base = serve(|path| match path {
        "/a.tar" => response("200 OK", "", &tar()),
        "/moved.tar" => response("302 Found", "Location: /a.tar\r\n", b""),
        "/page?terraform-get=1" => response("200 OK", "X-Terraform-Get: ./a.tar\r\n", b""),
        _ => response("404 Not Found", "", b""),
    });
    for path in ["a.tar", "moved.tar", "page"] {
        assert_eq!(fetch(&format!("{base}/{path}")), Ok("locals {}".to_owned()), "{path}");
    }
    let (kind, reason) = fetch(&format!("{base}/gone.tar")).unwrap_err();
    assert_eq!(kind, FetchErrorKind::Missing, "{reason}");
}

#[test]
fn servers_that_break_off_or_fall_silent_are_given_up() {
    let base = serve(|path| match path {
        "/cut.tar" => {
            let whole = response("200 OK", "", &tar());
            whole[..whole.len() - 600].to_vec()
        }
        "/broken.tar" => response("500 Internal Server Error", "", b""),
        _ => Vec::new(),
    });
    for path in ["cut.tar", "broken.tar", "silent.tar"] {
        let (kind, reason) = fetch(&format!("{base}/{path}")).unwrap_err();
        assert_eq!(kind, FetchErrorKind::Unreachable, "{path}: {reason}");
    }
    let nobody = fetch("http://127.0.0.1:1/a.tar").unwrap_err();
    assert_eq!(nobody.0, FetchErrorKind::Unreachable, "{}", nobody.1);
}

#[test]
fn headers_and_bodies_are_handed_on() {
    let base = serve(|_| response("204 No Content", "X-Terraform-Get: ./m.zip\r\n", b""));
    let request =
        Request { url: format!("{base}/download"), headers: vec![("authorization", "Bearer t".to_owned())] };
    let mut response = HttpTransport::new().get(&request).unwrap();
    assert_eq!((response.status, response.header("x-terraform-get")), (204, Some("./m.zip")));
    let mut body = String::new();
    response.body.read_to_string(&mut body).unwrap();
    assert_eq!(body, "");
}
