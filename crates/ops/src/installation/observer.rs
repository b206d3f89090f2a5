/// Whoever wants to know what is being installed.
pub trait InstallObserver {
    /// A package is about to be fetched for a module: its address, with the version if it has one.
    fn downloading(&self, package: &str, module: &str);

    /// A module is in its place.
    fn installed(&self, module: &str, version: Option<&str>, directory: &str);
}
