//! The guard: the one way from a browser to its shop, a forward proxy inside the daemon.
//!
//! Chromium sends a request again, a POST too, when a kept-alive connection dies before the
//! answer, and it sends a request that was held when its driver dies; `WebDriver` shows neither
//! (measured with Chromium 156). What happens then is decided here:
//!
//! | gate | what goes to the shop |
//! |---|---|
//! | open | every connection |
//! | shut | nothing; what was connected is cut |
//! | one | one connection, for the released order, until its time is over |
//!
//! Whoever is not one of the site's hosts is refused before the gate is asked: Chromium also calls
//! its maker's hosts, and such a call must not take the order's one connection. The guard lives in
//! the process that commits the intent, so a dead process lets nothing out.
//!
//! **Invariant:** after `Guard::shut` no byte of the browser leaves, except by the connection of
//! the one permit of a guard's life, and by that not after its time.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};
use url::Url;

mod connection;
mod head;
#[cfg(test)]
mod tests;

/// After an error of accepting, such as too many open files.
const BREATH: Duration = Duration::from_millis(50);

/// Time since the machine started. A stopped process and a sleeping machine do not stop it.
pub fn boot_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanos)
}

/// Where a connection goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Authority {
    /// In small letters; an IPv6 address without brackets.
    host: String,
    port: u16,
}

impl Authority {
    pub(crate) fn of(url: &Url) -> Option<Self> {
        Some(Self::new(url.host_str()?, url.port_or_known_default()?))
    }

    /// `HOST:PORT`, or `HOST` for the default port.
    pub(crate) fn parse(text: &str, default_port: u16) -> Option<Self> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            Some(_) | None => (text, default_port),
        };
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._:[]".contains(letter);
        (!host.is_empty() && host.chars().all(plain)).then(|| Self::new(host, port))
    }

    pub(crate) fn new(host: &str, port: u16) -> Self {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Self {
            host: host.to_ascii_lowercase(),
            port,
        }
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// What one client connection asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// `CONNECT`: what is said inside is not seen.
    Tunnel(Authority),
    /// One plain request, in the words of its request line.
    Plain {
        to: Authority,
        method: String,
        url: String,
    },
}

impl Asked {
    /// What the browser will ask for to send this request.
    pub(crate) fn for_request(method: &str, url: &Url) -> Option<Self> {
        let to = Authority::of(url)?;
        Some(if url.scheme() == "https" {
            Self::Tunnel(to)
        } else {
            let mut url = url.clone();
            url.set_fragment(None);
            Self::Plain {
                to,
                method: method.to_owned(),
                url: url.into(),
            }
        })
    }

    fn to(&self) -> &Authority {
        match self {
            Self::Tunnel(to) | Self::Plain { to, .. } => to,
        }
    }
}

enum Gate {
    Open,
    Shut,
    One { asked: Asked, before: Duration },
}

/// A guard gives one permit in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Permit {
    Unused,
    Given,
    Taken,
}

struct State {
    /// The shop's; nobody until [`Guard::serve`].
    hosts: BTreeSet<Authority>,
    gate: Gate,
    permit: Permit,
    /// Counts the times that the gate was shut: older connections may send no more.
    era: u64,
    live: HashMap<u64, AbortHandle>,
    accepted: u64,
    /// Hosts that were refused, each told once.
    strangers: BTreeSet<Authority>,
}

struct Shared(Mutex<State>);

/// The right of one connection to send.
#[derive(Clone, Copy, Debug)]
struct Pass {
    era: u64,
    /// Set for the order's connection: nothing is sent later, unless the gate was opened.
    before: Option<Duration>,
}

/// Why a connection is not let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Stranger,
    Gate,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, asked: &Asked) -> Result<Pass, Refusal> {
        let mut state = self.state();
        if !state.hosts.contains(asked.to()) {
            if state.strangers.insert(asked.to().clone()) {
                tracing::info!(host = %asked.to(), "the browser asked for a host that is not the shop's");
            }
            return Err(Refusal::Stranger);
        }
        let era = state.era;
        match &state.gate {
            Gate::Open => Ok(Pass { era, before: None }),
            Gate::One {
                asked: wanted,
                before,
            } if wanted == asked && state.permit == Permit::Given && boot_time() < *before => {
                let before = Some(*before);
                state.permit = Permit::Taken;
                Ok(Pass { era, before })
            }
            Gate::One { .. } | Gate::Shut => Err(Refusal::Gate),
        }
    }

    fn may_send(&self, pass: &Pass) -> bool {
        let state = self.state();
        state.era == pass.era
            && match &state.gate {
                Gate::Open => true,
                Gate::One { .. } => pass.before.is_some_and(|before| boot_time() < before),
                Gate::Shut => false,
            }
    }

    fn shut(&self) {
        let mut state = self.state();
        state.gate = Gate::Shut;
        state.era += 1;
        for (_, connection) in state.live.drain() {
            connection.abort();
        }
    }
}

/// One browser's way out; gone with this value.
pub(crate) struct Guard {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guard({})", self.address)
    }
}

impl Guard {
    /// Listens on a free port of `host`, open, for a shop that is not named yet.
    pub(crate) async fn start(host: &str) -> io::Result<Self> {
        let listener = TcpListener::bind((host, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared(Mutex::new(State {
            hosts: BTreeSet::new(),
            gate: Gate::Open,
            permit: Permit::Unused,
            era: 0,
            live: HashMap::new(),
            accepted: 0,
            strangers: BTreeSet::new(),
        })));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            shared,
            address,
            accepting,
        })
    }

    /// Chromium's `--proxy-server`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Names the hosts of the shop; all others are refused.
    pub(crate) fn serve(&self, hosts: impl IntoIterator<Item = Authority>) {
        self.shared.state().hosts = hosts.into_iter().collect();
    }

    /// From here on nothing goes out; every connection is cut.
    pub(crate) fn shut(&self) {
        self.shared.shut();
    }

    /// Lets one connection through a shut gate, until `before` of [`boot_time`]. Once in a
    /// guard's life; false: the gate is as it was.
    #[must_use]
    pub(crate) fn allow_one(&self, asked: Asked, before: Duration) -> bool {
        let mut state = self.shared.state();
        let may = matches!(state.gate, Gate::Shut)
            && state.permit == Permit::Unused
            && state.hosts.contains(asked.to())
            && boot_time() < before;
        if may {
            state.permit = Permit::Given;
            state.gate = Gate::One { asked, before };
        }
        may
    }

    /// Opens the gate again after the order's answer has begun. A gate that was shut after the
    /// permit stays shut.
    pub(crate) fn open(&self) {
        let mut state = self.shared.state();
        if matches!(state.gate, Gate::One { .. }) {
            state.gate = Gate::Open;
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.accepting.abort();
        self.shared.shut();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((client, _)) => take(client, &shared),
            Err(error) => {
                tracing::warn!(%error, "the guard could not take a connection");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Serves the connection in a task that [`Shared::shut`] can end.
fn take(client: TcpStream, shared: &Arc<Shared>) {
    let mut state = shared.state();
    state.accepted += 1;
    let number = state.accepted;
    let leave = Leave {
        number,
        shared: Arc::clone(shared),
    };
    let task = tokio::spawn(async move {
        if let Err(error) = connection::serve(client, &leave.shared).await {
            tracing::debug!(%error, "a connection through the guard ended");
        }
    });
    state.live.insert(number, task.abort_handle());
}

/// Takes the connection off the list when its task is over.
struct Leave {
    number: u64,
    shared: Arc<Shared>,
}

impl Drop for Leave {
    fn drop(&mut self) {
        self.shared.state().live.remove(&self.number);
    }
}
