//! One connection of the browser: refused, or carried to the shop and back.
//!
//! **Invariant:** every piece that the browser sends is let through by the gate at that moment.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::head::{self, Head};
use super::{Asked, Pass, Refusal, Shared};

/// How long the shop may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(20);
const PIECE: usize = 16 * 1024;

pub(super) async fn serve(mut client: TcpStream, shared: &Shared) -> io::Result<()> {
    client.set_nodelay(true)?;
    let Some(head) = head::read(&mut client).await? else {
        return Ok(());
    };
    let is_tunnel = matches!(head.asked, Asked::Tunnel(_));
    let pass = match shared.admit(&head.asked) {
        Ok(pass) => pass,
        Err(Refusal::Stranger) => return answer(&mut client, "403 Not the shop").await,
        Err(Refusal::Gate) if is_tunnel => {
            return answer(&mut client, "503 The gate is shut").await;
        }
        // An answer would be taken for the shop's.
        Err(Refusal::Gate) => return Ok(()),
    };
    let Some(shop) = connect(&head.asked, &pass, shared).await? else {
        return if is_tunnel {
            answer(&mut client, "502 The shop does not answer").await
        } else {
            Ok(())
        };
    };
    if is_tunnel {
        tunnel(client, shop, &head.rest, &pass, shared).await
    } else {
        plain(client, shop, &head, &pass, shared).await
    }
}

async fn answer(client: &mut TcpStream, status: &str) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    client.write_all(head.as_bytes()).await?;
    client.shutdown().await
}

async fn connect(asked: &Asked, pass: &Pass, shared: &Shared) -> io::Result<Option<TcpStream>> {
    let to = asked.to();
    let connecting = TcpStream::connect((to.host.as_str(), to.port));
    let Ok(Ok(shop)) = timeout(CONNECT, connecting).await else {
        return Ok(None);
    };
    shop.set_nodelay(true)?;
    // Connecting takes its time.
    if shared.may_send(pass) {
        Ok(Some(shop))
    } else {
        Err(late())
    }
}

fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "its time to send is over")
}

async fn tunnel(
    mut client: TcpStream,
    mut shop: TcpStream,
    rest: &[u8],
    pass: &Pass,
    shared: &Shared,
) -> io::Result<()> {
    client
        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await?;
    let (mut from_browser, mut to_browser) = client.split();
    let (mut from_shop, mut to_shop) = shop.split();
    let up = async {
        send(rest, &mut to_shop, pass, shared).await?;
        forward(&mut from_browser, &mut to_shop, None, pass, shared).await
    };
    // The end of either side ends the tunnel.
    tokio::select! {
        done = up => done,
        done = copy(&mut from_shop, &mut to_browser) => done.map(drop),
    }
}

async fn plain(
    mut client: TcpStream,
    mut shop: TcpStream,
    head: &Head,
    pass: &Pass,
    shared: &Shared,
) -> io::Result<()> {
    let (mut from_browser, mut to_browser) = client.split();
    let (mut from_shop, mut to_shop) = shop.split();
    let Some(left) = head.body.checked_sub(head.rest.len() as u64) else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a request after the request",
        ));
    };
    let up = async {
        let mut first = head.forward.clone();
        first.extend_from_slice(&head.rest);
        send(&first, &mut to_shop, pass, shared).await?;
        forward(&mut from_browser, &mut to_shop, Some(left), pass, shared).await?;
        // The browser leaves, or begins a second request here, which it then sends again elsewhere.
        from_browser.read(&mut [0]).await.map(drop)
    };
    let down = async {
        copy(&mut from_shop, &mut to_browser).await?;
        to_browser.shutdown().await
    };
    tokio::select! {
        done = down => done,
        done = up => done,
    }
}

/// Carries `count` bytes, or all there are.
async fn forward(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    count: Option<u64>,
    pass: &Pass,
    shared: &Shared,
) -> io::Result<()> {
    let mut left = count;
    let mut piece = vec![0; PIECE];
    while left != Some(0) {
        let most = left.map_or(PIECE, |left| {
            usize::try_from(left).unwrap_or(PIECE).min(PIECE)
        });
        let read = from.read(&mut piece[..most]).await?;
        if read == 0 {
            return match left {
                None => Ok(()),
                Some(_) => Err(io::ErrorKind::UnexpectedEof.into()),
            };
        }
        send(&piece[..read], to, pass, shared).await?;
        left = left.map(|left| left - read as u64);
    }
    Ok(())
}

async fn send(
    piece: &[u8],
    to: &mut (impl AsyncWrite + Unpin),
    pass: &Pass,
    shared: &Shared,
) -> io::Result<()> {
    if !shared.may_send(pass) {
        return Err(late());
    }
    to.write_all(piece).await
}
