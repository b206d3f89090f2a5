//! The list of installed modules.

use std::collections::BTreeMap;

use rinfra_addr::ModulePath;
use serde_json::Value;

use crate::blocks::terraform::RequiredVersion;
use crate::config::Config;

/// What is installed for each module of a configuration, as `.terraform/modules/modules.json` says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ModuleManifest {
    modules: BTreeMap<String, InstalledModule>,
}

/// A module that is installed, or read in place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InstalledModule {
    /// Its source, spelled in full.
    pub source: String,
    /// Its version, when it comes from a registry.
    pub version: Option<String>,
    /// Its directory, relative to the root module's or absolute, with forward slashes.
    pub directory: String,
}

impl InstalledModule {
    /// Tells whether the installed version will do.
    pub fn fulfils(&self, required: Option<&RequiredVersion>) -> bool {
        let version = self.version.as_deref().and_then(|it| it.parse().ok());
        match (required, version) {
            (Some(required), Some(version)) => required.constraint.matches(&version),
            // As in Terraform: what has no version was not installed from a registry.
            _ => true,
        }
    }
}

impl ModuleManifest {
    /// The path of the manifest, from the root module's directory.
    pub const PATH: &str = ".terraform/modules/modules.json";

    /// Reads a manifest.
    ///
    /// # Errors
    /// What is wrong with it, as a fragment.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let modules =
            manifest.get("Modules").and_then(Value::as_array).ok_or("it has no list \"Modules\"")?;
        let text = |module: &Value, name: &str| {
            let text = module.get(name).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| format!("a module lacks {name:?}"))
        };
        let entry = |module: &Value| {
            let version = text(module, "Version").ok().filter(|it| !it.is_empty());
            let installed =
                InstalledModule { source: text(module, "Source")?, version, directory: text(module, "Dir")? };
            Ok((text(module, "Key")?, installed))
        };
        let mut modules = modules.iter().map(entry).collect::<Result<BTreeMap<_, _>, String>>()?;
        modules.remove("");
        Ok(Self { modules })
    }

    /// Returns the manifest as Terraform writes it, to the byte.
    pub fn to_json(&self) -> String {
        let root = InstalledModule { source: String::new(), version: None, directory: ".".to_owned() };
        let all = std::iter::once((String::new(), &root))
            .chain(self.modules.iter().map(|(key, it)| (key.clone(), it)));
        let fields = |(key, module): (String, &InstalledModule)| {
            let version = module.version.iter().map(|it| ("Version", it));
            let fields = [("Key", &key), ("Source", &module.source)].into_iter().chain(version);
            let fields = fields.chain([("Dir", &module.directory)]);
            let fields: Vec<String> =
                fields.map(|(name, text)| format!("\"{name}\":{}", quoted(text))).collect();
            format!("{{{}}}", fields.join(","))
        };
        let modules: Vec<String> = all.map(fields).collect();
        format!("{{\"Modules\":[{}]}}", modules.join(","))
    }

    /// Lists the modules of a configuration, all of which are local.
    pub fn of_local(config: &Config) -> Self {
        let mut manifest = Self::default();
        for module in config.modules() {
            let Some(call) = config.call(&module.path) else { continue };
            let directory = module.directory.to_string_lossy().into_owned();
            let source = call.source.to_string();
            manifest.insert(&module.path, InstalledModule { source, version: None, directory });
        }
        manifest
    }

    /// Returns what is installed for a module.
    pub fn module(&self, path: &ModulePath) -> Option<&InstalledModule> {
        self.modules.get(&Self::key(path))
    }

    /// Returns all modules but the root, ordered by their keys.
    pub fn modules(&self) -> impl Iterator<Item = (&str, &InstalledModule)> {
        self.modules.iter().map(|(key, it)| (&**key, it))
    }

    /// Returns the manifest without the modules whose keys are unwanted.
    #[must_use]
    pub fn without(&self, is_unwanted: impl Fn(&str) -> bool) -> Self {
        let kept = self.modules().filter(|(key, _)| !is_unwanted(key));
        Self { modules: kept.map(|(key, module)| (key.to_owned(), module.clone())).collect() }
    }

    /// Lists a module.
    pub fn insert(&mut self, path: &ModulePath, module: InstalledModule) {
        self.modules.insert(Self::key(path), module);
    }

    /// Returns the key of a module: the names of the calls that lead to it.
    pub fn key(path: &ModulePath) -> String {
        path.names().join(".")
    }
}

/// Returns a text in JSON, with the characters escaped that Go escapes for the sake of HTML.
fn quoted(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by Terraform 1.11.4.
    const MANIFEST: &str = concat!(
        r#"{"Modules":[{"Key":"","Source":"","Dir":"."},"#,
        r#"{"Key":"v","Source":"registry.terraform.io/a/b/c//m","Version":"1.2.3","Dir":".terraform/modules/v/m"},"#,
        r#"{"Key":"z.o","Source":"git::file:///r//sub?ref=main\u0026depth=1","Dir":".terraform/modules/z.o/sub"}]}"#
    );

    #[test]
    fn a_manifest_is_read_and_written_as_terraform_does() {
        let manifest = ModuleManifest::parse(MANIFEST.as_bytes()).unwrap();
        assert_eq!(manifest.to_json(), MANIFEST);
        assert_eq!(manifest.modules().count(), 2);
        assert_eq!(ModuleManifest::default().to_json(), r#"{"Modules":[{"Key":"","Source":"","Dir":"."}]}"#);
    }

    #[test]
    fn other_files_are_refused() {
        let check = |text: &str, reason: &str| {
            let error = ModuleManifest::parse(text.as_bytes()).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        };
        check("{", "EOF");
        check("{}", "no list \"Modules\"");
        check(r#"{"Modules":[{"Key":"a","Dir":"."}]}"#, "lacks \"Source\"");
    }
}
