//! How much memory this process has, as Linux counts it.

use std::fs;

/// The memory of a process, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// What it has now.
    pub resident: u64,
    /// The most it ever had, or since [`Memory::forget_peak`].
    pub peak: u64,
}

impl Memory {
    /// Returns the memory of this process; `None` where the system does not tell.
    pub fn now() -> Option<Self> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let line = |name: &str| status.lines().find_map(|it| it.strip_prefix(name)?.strip_suffix(" kB"));
        let bytes = |name: &str| line(name)?.trim().parse::<u64>().ok().map(|it| it * 1024);
        Some(Self { resident: bytes("VmRSS:")?, peak: bytes("VmHWM:")? })
    }

    /// Begins a new peak, where the system lets it.
    pub fn forget_peak() {
        // Where it does not, the peak is that of the whole process, which is never too little.
        let _ = fs::write("/proc/self/clear_refs", "5");
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    #[cfg(target_os = "linux")]
    fn grows_with_what_is_held() {
        let before = Memory::now().expect("Linux tells");
        let held = vec![1_u8; 64 << 20];
        let now = Memory::now().expect("Linux tells");
        assert!(now.resident >= before.resident + (48 << 20), "{before:?} {now:?} for {}", held.len());
        assert!(now.peak >= now.resident);
    }
}
