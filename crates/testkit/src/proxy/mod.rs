//! A proxy before the local AWS that makes things go wrong.
//!
//! It knows of every request which [`Call`] it is, counts and logs it, and does to it what a [`Script`] says: refuses
//! in the service's own words, breaks the connection before or after the service acted, denies what is new, takes its
//! time. A [`Trap`] stops the world at one request, so that whoever set it can kill the process that sent it.
//!
//! Messages are read and written byte by byte, with no HTTP library between: what is to go wrong is exactly what such
//! libraries are there to prevent. One thread serves one connection.

mod buckets;
mod call;
mod chain;
mod decision;
mod message;
mod profiles;
mod refusal;
mod script;
mod serving;
mod trap;
mod visibility;

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::Account;
pub use call::{Call, Protocol, STORE};
pub use chain::longest_chain;
use decision::Desk;
pub(crate) use message::Message;
pub use profiles::{PROFILES, Profile, STORE_PROFILES};
pub use script::{Calls, Fault, Rule, Script, When};
pub use trap::{Caught, Side, Trap, Victim};

/// A request that came.
#[derive(Clone, Debug)]
pub struct Logged {
    /// The service.
    pub service: String,
    /// The Region it was signed for.
    pub region: String,
    /// The operation.
    pub operation: String,
    /// Whether it changes something.
    pub mutates: bool,
    /// Whether it was one of the store that keeps the state.
    pub is_of_store: bool,
    /// What was done to it.
    pub fault: Option<&'static str>,
    /// The status of the service's answer; 0 where there was none.
    pub status: u16,
    /// When it had arrived.
    pub began: Instant,
    /// How long the service and the script took.
    pub took: Duration,
    /// The number of the connection it came on.
    pub connection: usize,
}

/// A proxy on a free port of the loopback interface; it ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    shared: Arc<Shared>,
    address: SocketAddr,
}

#[derive(Debug)]
struct Shared {
    upstream: String,
    desk: Mutex<Desk>,
    /// Told when a request is done.
    done: Condvar,
    closed: AtomicBool,
    /// How many connections there were.
    connections: AtomicUsize,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Proxy {
    /// Starts a proxy before what answers at this URL.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(upstream: &str, script: Script) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let upstream = upstream.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let desk = Mutex::new(Desk::new(script));
        let shared = Arc::new(Shared {
            upstream,
            desk,
            done: Condvar::new(),
            closed: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
        });
        let within = Arc::clone(&shared);
        thread::spawn(move || {
            for connection in listener.incoming() {
                if within.closed.load(Ordering::Relaxed) {
                    break;
                }
                let Ok(connection) = connection else { continue };
                let shared = Arc::clone(&within);
                // A connection that broke is the other side's affair.
                thread::spawn(move || drop(serving::serve(&shared, &connection)));
            }
        });
        Ok(Self { shared, address })
    }

    /// Returns the proxy's URL, for `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes the requests of this account, which has nothing else, for those of the store that keeps the state.
    pub fn store_of(&self, account: &Account) {
        self.shared.desk().store = Some(account.id().to_owned());
    }

    /// Goes on with another script, and forgets what was counted and what is new. The log stays.
    pub fn play(&self, script: Script) {
        self.shared.desk().play(script);
    }

    /// Returns the script that is played.
    pub fn script(&self) -> Script {
        self.shared.desk().script().clone()
    }

    /// Sets a trap. What was caught before is let go.
    pub fn set(&self, victim: Victim) -> Trap {
        let (trap, spring) = trap::pair();
        self.shared.desk().set(victim, spring);
        trap
    }

    /// Returns how many requests that change something were passed on so far.
    pub fn passed(&self) -> usize {
        self.shared.desk().passed
    }

    /// From now on passes nothing on any more: whoever sends it is dead.
    pub fn end(&self) {
        self.shared.desk().end();
    }

    /// Lets all requests go their way again after a trap has closed, or an end.
    pub fn release(&self) {
        self.shared.desk().release();
    }

    /// Waits until no request is on its way; tells whether that came to be in time.
    pub fn quiet(&self, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        let mut desk = self.shared.desk();
        while desk.on_their_way > 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            desk = self.shared.done.wait_timeout(desk, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Returns everything that came so far, and forgets it.
    pub fn take_log(&self) -> Vec<Logged> {
        std::mem::take(&mut self.shared.desk().log)
    }

    /// Returns how long the token buckets need at least for the requests that were let through since the script began.
    pub fn floor(&self) -> Duration {
        self.shared.desk().floor()
    }

    /// Returns how many requests of each operation are in a log, by service and operation.
    pub fn count(log: &[Logged]) -> BTreeMap<(String, String), usize> {
        let mut counts = BTreeMap::new();
        for it in log {
            *counts.entry((it.service.clone(), it.operation.clone())).or_default() += 1;
        }
        counts
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        // The listener sees that it is closed when it is woken.
        drop(TcpStream::connect(self.address));
    }
}
