//! What the demo's servers share: serving until dropped, connections that can be cut, a clock.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::SystemTime;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use chrono::{DateTime, Utc};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// The time as a demo server sees it; a supplier's clock is not the daemon's.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The machine's time.
pub fn wall_clock() -> Clock {
    Arc::new(|| SystemTime::now().into())
}

/// A running server; dropping it stops it.
#[derive(Debug)]
pub struct Serving {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Serving {
    /// Serves on the listener; handlers may take [`ConnectInfo`](axum::extract::ConnectInfo) of a [`Wire`].
    pub fn start(listener: TcpListener, router: Router) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let service = router.into_make_service_with_connect_info::<Wire>();
        tokio::spawn(async move {
            let serving =
                axum::serve(Wires(listener), service).with_graceful_shutdown(async move {
                    let _ = stopped.await;
                });
            if let Err(error) = serving.await {
                tracing::error!(%error, "a demo server ended");
            }
        });
        Ok(Self {
            address,
            _stop: stop,
        })
    }

    /// The base URL, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// One connection, as its handlers see it.
#[derive(Clone, Debug, Default)]
pub struct Wire(Arc<AtomicU8>);

const CUT: u8 = 1;
const RESET: u8 = 2;

impl Wire {
    /// Lets no further byte through: the client sees its connection close without an answer.
    pub fn cut(&self) {
        self.0.store(CUT, Ordering::Release);
    }

    /// As [`Wire::cut`], but the client sees a reset.
    pub fn reset(&self) {
        self.0.store(RESET, Ordering::Release);
    }

    fn broken(&self, stream: &TcpStream) -> Option<io::Error> {
        let state = self.0.load(Ordering::Acquire);
        if state == RESET {
            let _gone = stream.set_zero_linger();
        }
        (state != 0).then(|| io::ErrorKind::ConnectionReset.into())
    }
}

impl Connected<IncomingStream<'_, Wires>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Wires>) -> Self {
        stream.io().wire.clone()
    }
}

struct Wires(TcpListener);

impl axum::serve::Listener for Wires {
    type Io = WiredStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (WiredStream, SocketAddr) {
        let (stream, peer) = axum::serve::Listener::accept(&mut self.0).await;
        let wire = Wire::default();
        (WiredStream { stream, wire }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

struct WiredStream {
    stream: TcpStream,
    wire: Wire,
}

impl AsyncRead for WiredStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.wire.broken(&self.stream) {
            Some(error) => Poll::Ready(Err(error)),
            None => Pin::new(&mut self.stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for WiredStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.wire.broken(&self.stream) {
            Some(error) => Poll::Ready(Err(error)),
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
