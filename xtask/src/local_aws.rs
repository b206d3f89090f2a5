//! The local AWS that the commands of this program use.

use rinfra_testkit::Moto;

use crate::supervise;

/// Starts a local AWS and says so.
///
/// # Errors
/// What is missing on this machine, or that the developer interrupts.
pub(crate) fn start() -> Result<Moto, String> {
    println!("Starting a local AWS (moto) on the loopback interface.");
    let moto = Moto::start(&mut |line| println!("{line}")).map_err(|error| {
        // What fails after an interruption fails because of it.
        if supervise::interrupted() { supervise::INTERRUPTED.to_owned() } else { error.to_string() }
    })?;
    if supervise::interrupted() {
        return Err(supervise::INTERRUPTED.to_owned());
    }
    println!("It answers at {}. Credentials are made up; nothing reaches the real AWS.", moto.endpoint());
    Ok(moto)
}
