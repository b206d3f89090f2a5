//! The processes that a command consists of, as Linux counts what they need.

use std::fs;
use std::time::Duration;

/// Parts of a second in which Linux tells processor time, on every architecture that Rust knows.
const TICKS: u64 = 100;

/// What a process and its descendants need at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Footprint {
    /// The memory of all of them, in bytes. Pages that two of them share count twice.
    pub(super) resident: u64,
    /// The most that one of them ever had.
    pub(super) largest_peak: u64,
}

/// Returns what a process and all its descendants have of memory now.
pub(super) fn footprint(process: u32) -> Footprint {
    let mut footprint = Footprint::default();
    let mut left = vec![process];
    while let Some(process) = left.pop() {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        footprint.resident += field(&status, "VmRSS:");
        footprint.largest_peak = footprint.largest_peak.max(field(&status, "VmHWM:"));
        left.extend(children(process));
    }
    footprint
}

fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|it| it.strip_prefix(name)?.strip_suffix(" kB"));
    line.and_then(|it| it.trim().parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// Returns the children of all threads of a process.
fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let texts = threads.filter_map(|it| fs::read_to_string(it.path().join("children")).ok());
    texts.flat_map(|it| it.split_whitespace().filter_map(|it| it.parse().ok()).collect::<Vec<_>>()).collect()
}

/// Returns the processor time that a process has used so far, without its children.
pub fn processor_time(process: u32) -> Duration {
    times(&format!("/proc/{process}/stat"), 0)
}

/// Returns the processor time of all children of this process that have ended, with their descendants.
pub(super) fn processor_time_of_ended_children() -> Duration {
    times("/proc/self/stat", 2)
}

/// Returns the processor time that all processes of the machine have used so far.
pub(super) fn processor_time_of_machine() -> Duration {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields = stat.lines().next().unwrap_or_default().split_whitespace().skip(1);
    // User, nice, system, then two kinds of idleness, interrupts and what other virtual machines took.
    let busy = fields.take(8).enumerate().filter(|(place, _)| ![3, 4].contains(place));
    let ticks: u64 = busy.filter_map(|(_, it)| it.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

/// Returns the sum of user and system time, the first of which is so many fields after that of the process itself.
fn times(path: &str, skip: usize) -> Duration {
    let stat = fs::read_to_string(path).unwrap_or_default();
    // The name, in brackets, may contain anything; of what follows it, the twelfth field is the user time.
    let fields = stat.rsplit_once(')').map(|(_, it)| it.split_whitespace().skip(11 + skip));
    let ticks: u64 = fields.into_iter().flatten().take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    #[cfg(target_os = "linux")]
    fn counts_a_process_with_what_it_started() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "sleep 60 & read line; kill $!"]).stdin(Stdio::piped());
        let mut shell = shell.spawn().unwrap();
        let mut seen = Vec::new();
        for _ in 0..500 {
            seen = children(shell.id());
            if !seen.is_empty() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let both = footprint(shell.id());
        let child = footprint(*seen.first().expect("a child"));
        drop(shell.stdin.take());
        shell.wait().unwrap();
        assert!(child.resident > 0 && both.resident > child.resident, "{both:?} {child:?}");
        assert!(both.largest_peak > 0 && both.largest_peak <= both.resident, "{both:?}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn processor_time_is_told() {
        let before = processor_time_of_ended_children();
        let code = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        assert!(Command::new("sh").args(["-c", code]).status().unwrap().success());
        assert!(processor_time_of_ended_children() >= before + Duration::from_millis(20));
        assert_eq!(processor_time(0), Duration::ZERO, "no such process");
        assert!(processor_time_of_machine() >= processor_time(std::process::id()));
    }
}
