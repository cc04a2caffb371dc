//! The other end: 32 kept-alive connections that post prepared webhooks, from a thread of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

pub(crate) const CONNECTIONS: usize = 32;

/// When the requests are sent.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// Each connection sends the next one when it has its answer.
    Closed { until: Duration },
    /// So many a second, whether or not the answers are there; latency counts from the planned time.
    Open { per_second: u32 },
}

/// What became of them.
pub(crate) struct Outcome {
    pub(crate) sent: usize,
    pub(crate) not_2xx: usize,
    pub(crate) elapsed: Duration,
    /// In milliseconds, sorted.
    pub(crate) latencies: Vec<f64>,
}

impl Outcome {
    pub(crate) fn per_second(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let sent = self.sent as f64;
        sent / self.elapsed.as_secs_f64()
    }
}

/// Posts whole HTTP requests to a server, until the time is over or none is left.
pub(crate) async fn post(
    address: std::net::SocketAddr,
    requests: Vec<Vec<u8>>,
    pace: Pace,
) -> anyhow::Result<Outcome> {
    let generator = move || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(run(address, requests, pace))
    };
    tokio::task::spawn_blocking(generator).await?
}

async fn run(
    address: std::net::SocketAddr,
    requests: Vec<Vec<u8>>,
    pace: Pace,
) -> anyhow::Result<Outcome> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        connections.push(stream);
    }
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for stream in connections {
        tasks.spawn(one_connection(
            stream,
            requests.clone(),
            next.clone(),
            pace,
            began,
        ));
    }
    let (mut latencies, mut not_2xx) = (Vec::new(), 0);
    while let Some(done) = tasks.join_next().await {
        let (of_one, bad) = done??;
        latencies.extend(of_one);
        not_2xx += bad;
    }
    let elapsed = began.elapsed();
    Ok(Outcome {
        sent: latencies.len(),
        not_2xx,
        elapsed,
        latencies: super::table::sorted(latencies),
    })
}

async fn one_connection(
    mut stream: TcpStream,
    requests: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicUsize>,
    pace: Pace,
    began: Instant,
) -> anyhow::Result<(Vec<f64>, usize)> {
    let (mut latencies, mut not_2xx) = (Vec::new(), 0);
    let mut buffer = Vec::with_capacity(1024);
    loop {
        if let Pace::Closed { until } = pace
            && began.elapsed() >= until
        {
            break;
        }
        let n = next.fetch_add(1, Ordering::Relaxed);
        let Some(request) = requests.get(n) else {
            break;
        };
        let planned = match pace {
            Pace::Closed { .. } => Instant::now(),
            Pace::Open { per_second } => {
                let n = u32::try_from(n).context("too many requests")?;
                let planned = began + Duration::from_secs(1) * n / per_second;
                tokio::time::sleep_until(planned.into()).await;
                planned
            }
        };
        let status = exchange(&mut stream, request, &mut buffer).await?;
        latencies.push(planned.elapsed().as_secs_f64() * 1000.0);
        if !(200..300).contains(&status) {
            not_2xx += 1;
        }
    }
    Ok((latencies, not_2xx))
}

/// Sends one request and reads its whole answer; gives the status.
async fn exchange(
    stream: &mut TcpStream,
    request: &[u8],
    buffer: &mut Vec<u8>,
) -> anyhow::Result<u16> {
    stream.write_all(request).await?;
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        let Some(head) = buffer.windows(4).position(|w| w == b"\r\n\r\n") else {
            continue;
        };
        let text = std::str::from_utf8(&buffer[..head])?;
        let status = text.split(' ').nth(1).context("no status line")?.parse()?;
        let length: usize = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(Ok(0), |(_, value)| value.trim().parse())?;
        while buffer.len() < head + 4 + length {
            if stream.read_buf(buffer).await? == 0 {
                bail!("the server closed the connection in an answer");
            }
        }
        return Ok(status);
    }
}
