/// How large what comes from elsewhere may be. Modules are text: whatever reaches these is no module.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of an archive.
    pub download: u64,
    /// Bytes of all files in a package.
    pub unpacked: u64,
    /// Files, directories and links in a package.
    pub entries: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { download: 1 << 30, unpacked: 4 << 30, entries: 200_000 }
    }
}
