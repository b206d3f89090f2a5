//! Modules that were installed from elsewhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rinfra_addr::ModulePath;
use rinfra_diag::{Diagnostic, Diagnostics};

use super::directory::Reader;
use super::path::join;
use crate::blocks::module_call::ModuleCall;

/// Where installed modules lie, as the manifest in `.terraform/modules` says.
#[derive(Default)]
pub(super) struct Installed {
    entries: BTreeMap<String, Entry>,
}

struct Entry {
    source: String,
    directory: PathBuf,
}

const MANIFEST: &str = ".terraform/modules/modules.json";

impl Installed {
    pub(super) fn read(reader: &Reader<'_>, found: &mut Diagnostics) -> Self {
        let Some(bytes) = reader.read_other(MANIFEST) else { return Self::default() };
        match bytes.map_err(|it| it.to_string()).and_then(|it| parse(&it)) {
            Ok(entries) => Self { entries },
            Err(reason) => {
                let detail =
                    format!("The list of installed modules in {MANIFEST} could not be read: {reason}.");
                found.push(Diagnostic::error("Failed to read module manifest", detail));
                Self::default()
            }
        }
    }

    /// Returns the directory of an installed module.
    pub(super) fn directory(&self, path: &ModulePath, call: &ModuleCall) -> rinfra_diag::Result<&Path> {
        let source = call.source.to_string();
        let Some(entry) = self.entries.get(&path.names().join(".")) else {
            let detail = format!(
                "The module source {source:?} is not a local directory, and no installed copy of it is \
                 recorded in {MANIFEST}. Modules in local directories (\"./…\" and \"../…\") are read in \
                 place; others must be installed first, for example by \"terraform init\"."
            );
            return Err(Diagnostic::error("Module not installed", detail)
                .at(call.source_span.clone())
                .into());
        };
        // The manifest spells registry sources with their host.
        if entry.source != source && !entry.source.ends_with(&format!("/{source}")) {
            let detail = format!(
                "The module was installed from {:?}, but the configuration says {source:?} now. Install it \
                 again, for example by \"terraform init\".",
                entry.source
            );
            return Err(Diagnostic::error("Module source has changed", detail)
                .at(call.source_span.clone())
                .into());
        }
        Ok(&entry.directory)
    }
}

fn parse(bytes: &[u8]) -> Result<BTreeMap<String, Entry>, String> {
    let manifest: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let modules = manifest.get("Modules").and_then(|it| it.as_array()).ok_or("it has no list \"Modules\"")?;
    let text = |module: &serde_json::Value, name: &str| {
        let text = module.get(name).and_then(|it| it.as_str()).map(str::to_owned);
        text.ok_or_else(|| format!("a module lacks {name:?}"))
    };
    let entry = |module: &serde_json::Value| {
        let directory = join(Path::new("."), &text(module, "Dir")?);
        Ok((text(module, "Key")?, Entry { source: text(module, "Source")?, directory }))
    };
    modules.iter().map(entry).collect()
}
