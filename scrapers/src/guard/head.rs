//! The head of a request to the guard: read, understood strictly, written anew for the shop.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use url::Url;

use super::{Asked, Authority};

/// Chromium's own limit for answers is 256 KiB; requests stay far below.
const LONGEST: usize = 64 * 1024;
/// Headers between browser and proxy only.
const HOP: [&str; 5] = [
    "proxy-connection",
    "connection",
    "keep-alive",
    "proxy-authorization",
    "host",
];

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) asked: Asked,
    /// What a plain request's head is for the shop; empty for a tunnel.
    pub(super) forward: Vec<u8>,
    /// Bytes of the body that follow.
    pub(super) body: u64,
    /// What of it was read together with the head.
    pub(super) rest: Vec<u8>,
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Reads one head; `None` when the browser closes without one.
pub(super) async fn read(client: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Head>> {
    let mut bytes = Vec::with_capacity(2048);
    loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return parse(&bytes[..end], rest).map(Some);
        }
        if bytes.len() > LONGEST {
            return Err(bad("a request head that does not end"));
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return if bytes.is_empty() {
                Ok(None)
            } else {
                Err(bad("a request head that breaks off"))
            };
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn parse(head: &[u8], rest: Vec<u8>) -> io::Result<Head> {
    let text = std::str::from_utf8(head).map_err(|_| bad("a request head that is no text"))?;
    let mut lines = text.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some("HTTP/1.1"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(bad("a request line that is none"));
    };
    if method == "CONNECT" {
        let to = Authority::parse(target, 443).ok_or_else(|| bad("a tunnel to nowhere"))?;
        return Ok(Head {
            asked: Asked::Tunnel(to),
            forward: Vec::new(),
            body: 0,
            rest,
        });
    }
    let url = Url::parse(target).map_err(|_| bad("a request without a whole address"))?;
    let to = Authority::of(&url)
        .filter(|_| url.scheme() == "http")
        .ok_or_else(|| bad("a request that is not plain HTTP"))?;
    let path = &target[target.find("://").map_or(0, |at| at + 3)..];
    let path = path
        .find(['/', '?'])
        .map_or("/", |at| &path[at..])
        .to_owned();
    let slash = if path.starts_with('/') { "" } else { "/" };
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    // One request a connection: what could follow would not be looked at.
    let mut forward =
        format!("{method} {slash}{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    let mut body = None;
    for line in lines {
        let (name, value) = line
            .split_once(':')
            .filter(|(name, _)| !name.is_empty() && !name.contains([' ', '\t']))
            .ok_or_else(|| bad("a header line that is none"))?;
        let name_is = |other: &str| name.eq_ignore_ascii_case(other);
        if name_is("transfer-encoding") || name_is("upgrade") {
            return Err(bad("a request of a kind that browsers do not send here"));
        }
        if name_is("content-length") {
            let length = value.trim().parse::<u64>();
            let length = length.map_err(|_| bad("a body length that is none"))?;
            if body.replace(length).is_some() {
                return Err(bad("two body lengths"));
            }
        }
        if !HOP.iter().any(|hop| name_is(hop)) {
            forward.push_str(line);
            forward.push_str("\r\n");
        }
    }
    forward.push_str("\r\n");
    Ok(Head {
        asked: Asked::Plain {
            to,
            method: method.to_owned(),
            url: url.into(),
        },
        forward: forward.into_bytes(),
        body: body.unwrap_or(0),
        rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn head(text: &str) -> io::Result<Option<Head>> {
        read(&mut text.as_bytes()).await
    }

    #[tokio::test]
    async fn a_plain_request_is_written_for_the_shop() {
        let text = "POST http://Shop.test:8090/place?x=1 HTTP/1.1\r\nHost: evil\r\n\
            Proxy-Connection: keep-alive\r\nContent-Length: 5\r\nCookie: a=b\r\n\r\nto";
        let head = head(text).await.unwrap().unwrap();
        assert_eq!(
            String::from_utf8(head.forward).unwrap(),
            "POST /place?x=1 HTTP/1.1\r\nHost: shop.test:8090\r\nConnection: close\r\n\
             Content-Length: 5\r\nCookie: a=b\r\n\r\n"
        );
        assert_eq!((head.body, head.rest.as_slice()), (5, b"to".as_slice()));
        let url = Url::parse("http://shop.test:8090/place?x=1#top").unwrap();
        assert_eq!(Some(head.asked), Asked::for_request("POST", &url));
    }

    #[tokio::test]
    async fn a_tunnel_is_read() {
        let head = head("CONNECT [::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let url = Url::parse("https://[::1]/pay").unwrap();
        let asked = head.unwrap().unwrap().asked;
        assert_eq!(Some(asked), Asked::for_request("POST", &url));
    }

    #[tokio::test]
    async fn what_is_not_understood_is_refused() {
        for text in [
            "GET /only/a/path HTTP/1.1\r\n\r\n",
            "GET https://shop.test/ HTTP/1.1\r\n\r\n",
            "GET http://shop.test/ HTTP/1.0\r\n\r\n",
            "GET http://shop.test/ a HTTP/1.1\r\n\r\n",
            "POST http://shop.test/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST http://shop.test/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST http://shop.test/ HTTP/1.1\r\nContent-Length : 1\r\n\r\n",
            "CONNECT shop.test:port HTTP/1.1\r\n\r\n",
            "GET http://shop.test/ HTTP/1.1\r\nCookie",
        ] {
            assert!(head(text).await.is_err(), "{text}");
        }
        assert_eq!(head("").await.unwrap(), None);
    }
}
