//! Running a child to its end even when the developer interrupts.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What is said after an interruption.
pub(crate) const INTERRUPTED: &str = "interrupted; everything that was started has been stopped";

/// How long a child may take to finish what it has begun once the developer has interrupted.
const GRACE: Duration = Duration::from_secs(15);

/// How often a child is asked whether it has ended.
const PULSE: Duration = Duration::from_millis(20);

static INTERRUPTIONS: AtomicU32 = AtomicU32::new(0);

/// Keeps this program alive on Ctrl-C, a hang-up and a request to terminate, so that it can clean up.
///
/// # Errors
/// When the operating system refuses.
pub(crate) fn survive_interruptions() -> Result<(), String> {
    ctrlc::set_handler(|| {
        INTERRUPTIONS.fetch_add(1, Ordering::Relaxed);
    })
    .map_err(|error| format!("signals cannot be handled: {error}"))
}

/// Tells whether the developer has asked to stop.
pub(crate) fn interrupted() -> bool {
    INTERRUPTIONS.load(Ordering::Relaxed) > 0
}

/// Runs a command to its end and returns its exit code.
///
/// # Errors
/// When it does not run, or the developer interrupts.
pub(crate) fn run(command: &mut Command) -> Result<Option<i32>, String> {
    let status = command
        .spawn()
        .and_then(|mut child| wait(&mut child))
        .map_err(|error| format!("{} does not run: {error}", command.get_program().display()))?;
    if interrupted() { Err(INTERRUPTED.to_owned()) } else { Ok(status.code()) }
}

/// Waits for a child. After an interruption, which a terminal sends to the child as well, the child has some
/// seconds to end by itself; a second interruption ends it at once.
///
/// # Errors
/// When the operating system has lost the child.
pub(crate) fn wait(child: &mut Child) -> io::Result<ExitStatus> {
    let mut interrupted_at = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        let interruptions = INTERRUPTIONS.load(Ordering::Relaxed);
        if interruptions > 0 {
            let since = interrupted_at.get_or_insert_with(Instant::now);
            if interruptions > 1 || since.elapsed() > GRACE {
                child.kill()?;
                return child.wait();
            }
        }
        sleep(PULSE);
    }
}
