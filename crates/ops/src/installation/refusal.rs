//! What is said of modules that cannot be installed.

use rinfra_addr::{ModulePath, RegistryModule};
use rinfra_config::{ModuleCall, ModuleManifest};
use rinfra_diag::Diagnostic;
use rinfra_modules::{FetchError, FetchErrorKind};

/// A call that could not be satisfied.
pub(super) struct Refusal<'r> {
    pub(super) path: &'r ModulePath,
    pub(super) call: &'r ModuleCall,
}

impl Refusal<'_> {
    /// The registry did not say which versions there are.
    pub(super) fn no_answer(&self, module: &RegistryModule, error: &FetchError) -> Diagnostic {
        let subject = self.subject();
        let host = &module.host;
        match error.kind {
            FetchErrorKind::Missing => {
                let package = module.short_package();
                let detail = format!(
                    "{subject} cannot be found in the module registry at {host}: it has no module {package:?}."
                );
                self.error("Module not found", &detail)
            }
            kind => {
                let detail =
                    format!("Failed to retrieve available versions for {subject} from {host}: {error}.");
                let diagnostic = self.error("Error accessing remote module registry", &detail);
                if kind == FetchErrorKind::Unauthorized {
                    let name = host.replace('-', "__").replace('.', "_");
                    diagnostic
                        .hint(format!("give the token for this registry in the variable TF_TOKEN_{name}"))
                } else {
                    diagnostic
                }
            }
        }
    }

    /// The registry has the module, but no version of it.
    pub(super) fn no_versions(&self, module: &RegistryModule) -> Diagnostic {
        let detail = format!("{} has no versions available on {}.", self.subject(), module.host);
        self.error("Module has no versions", &detail)
    }

    /// No version fulfils the constraint.
    pub(super) fn no_version(&self, newest: &str) -> Diagnostic {
        let wanted = self.call.version.as_ref().map(|it| &*it.text).unwrap_or_default();
        let detail = format!(
            "There is no available version of {} which matches the given version constraint {wanted:?}. The \
             newest available version is {newest}.",
            self.subject()
        );
        self.error("Unresolvable module version constraint", &detail)
    }

    /// The package could not be fetched.
    pub(super) fn no_package(&self, address: &str, error: &FetchError) -> Diagnostic {
        let detail = format!("Could not download {} source code from {address:?}: {error}.", self.subject());
        let diagnostic = self.error("Failed to download module", &detail);
        if address.starts_with("s3::") || address.starts_with("gcs::") {
            return diagnostic.hint(
                "use a git repository, an archive over HTTPS or a registry, or install this module with \
                 \"terraform init\": what it installs works here as well",
            );
        }
        diagnostic
    }

    /// The package has no such directory.
    pub(super) fn no_directory(&self, error: &FetchError) -> Diagnostic {
        let detail = format!("The package of {} was fetched, but {error}.", self.subject());
        self.error("Failed to expand subdir globs", &detail)
    }

    fn subject(&self) -> String {
        let header = &self.call.header;
        format!("module \"{}\" ({}:{})", ModuleManifest::key(self.path), header.file, header.start.line)
    }

    fn error(&self, summary: &str, detail: &str) -> Diagnostic {
        let mut letters = detail.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let detail: String = first.chain(letters).collect();
        Diagnostic::error(summary, detail).at(self.call.header.clone())
    }
}
