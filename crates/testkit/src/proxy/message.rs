//! HTTP messages as they go over the wire, kept byte for byte.

use std::io::{self, BufRead, Read, Write};

/// No head of a message is longer.
const LONGEST_HEAD: usize = 256 * 1024;

/// A request or an answer.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The first line, without its end.
    pub start: String,
    /// The headers as they were written.
    pub headers: Vec<(String, String)>,
    /// What follows them, put together where it came in chunks.
    pub body: Vec<u8>,
}

impl Message {
    /// Reads the next message, or nothing where the other side has hung up.
    ///
    /// # Errors
    /// When the connection breaks, or what comes is not HTTP/1.1.
    pub fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(start) = line(from)? else { return Ok(None) };
        let mut message = Self { start, ..Self::default() };
        while let Some(header) = line(from)?.filter(|it| !it.is_empty()) {
            let (name, value) = header.split_once(':').ok_or_else(|| invalid("a header without a colon"))?;
            message.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        Ok(Some(message))
    }

    /// Reads the body of a request, which has one only where a header says so.
    ///
    /// # Errors
    /// When the connection breaks, or the body is not what the headers say.
    pub fn read_request_body(&mut self, from: &mut impl BufRead) -> io::Result<()> {
        self.read_body(from, 0)
    }

    /// Reads the body of an answer, which lasts until the connection ends where no header says how long it is.
    ///
    /// # Errors
    /// When the connection breaks, or the body is not what the headers say.
    pub fn read_answer_body(&mut self, from: &mut impl BufRead, to_head: bool) -> io::Result<()> {
        let status = self.status();
        if to_head || status == 204 || status == 304 { Ok(()) } else { self.read_body(from, u64::MAX) }
    }

    fn read_body(&mut self, from: &mut impl BufRead, otherwise: u64) -> io::Result<()> {
        if self.header("transfer-encoding").is_some_and(|it| it.eq_ignore_ascii_case("chunked")) {
            self.read_chunks(from)?;
            self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("transfer-encoding"));
            self.headers.push(("Content-Length".to_owned(), self.body.len().to_string()));
            return Ok(());
        }
        let announced = self.header("content-length").map(str::parse::<u64>);
        let length = announced.transpose().map_err(|_| invalid("a length that is no number"))?;
        from.take(length.unwrap_or(otherwise)).read_to_end(&mut self.body)?;
        match length {
            Some(length) if length != self.body.len() as u64 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    fn read_chunks(&mut self, from: &mut impl BufRead) -> io::Result<()> {
        loop {
            let size = line(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            let digits = size.split(';').next().unwrap_or_default().trim();
            let length =
                u64::from_str_radix(digits, 16).map_err(|_| invalid("a chunk whose length is no number"))?;
            from.take(length).read_to_end(&mut self.body)?;
            let end = line(from)?;
            if length == 0 {
                return Ok(());
            }
            if end.as_deref() != Some("") {
                return Err(invalid("a chunk that is longer than it says"));
            }
        }
    }

    /// Returns the first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the status of an answer; 0 where there is none.
    pub fn status(&self) -> u16 {
        self.start.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_default()
    }

    /// Replaces the body.
    #[must_use]
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
        self.headers.push(("Content-Length".to_owned(), body.len().to_string()));
        self.body = body;
        self
    }

    /// Writes the message.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let mut bytes = format!("{}\r\n", self.start).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        to.write_all(&bytes)?;
        to.flush()
    }
}

/// Returns the next line without its end, or nothing at the end of what comes.
fn line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    from.take(LONGEST_HEAD as u64).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.pop() != Some(b'\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    String::from_utf8(bytes).map(Some).map_err(|_| invalid("a line that is no text"))
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::Message;

    fn read(text: &str, is_answer: bool) -> Result<Message, String> {
        let mut bytes = text.as_bytes();
        let mut message = Message::read(&mut bytes).map_err(|it| it.to_string())?.ok_or("nothing")?;
        let body = match is_answer {
            true => message.read_answer_body(&mut bytes, false),
            false => message.read_request_body(&mut bytes),
        };
        body.map(|()| message).map_err(|it| it.to_string())
    }

    #[test]
    fn bodies_are_as_long_as_the_headers_say() {
        for (text, is_answer, expected) in [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\nnext", false, Ok("")),
            ("POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcd", false, Ok("abc")),
            (
                "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
                false,
                Ok("abcd"),
            ),
            ("HTTP/1.0 200 OK\r\n\r\nto the end", true, Ok("to the end")),
            ("HTTP/1.1 204 No Content\r\n\r\n", true, Ok("")),
            ("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabcd", false, Err("unexpected end of file")),
            ("POST / HTTP/1.1\r\nnonsense\r\n\r\n", false, Err("a header without a colon")),
        ] {
            let found = read(text, is_answer).map(|it| it.text());
            assert_eq!(found.as_deref(), expected.map_err(str::to_owned).as_ref().copied(), "{text}");
        }
    }

    #[test]
    fn what_was_chunked_is_written_whole() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
        let mut written = Vec::new();
        read(text, true).unwrap().write(&mut written).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab");
    }
}
