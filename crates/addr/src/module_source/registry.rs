//! Addresses of modules in registries.

use std::fmt;
use std::sync::Arc;

use super::{ModuleSourceError, subdirectory};

const DEFAULT_HOST: &str = "registry.terraform.io";

/// Hosts that `host/a/b` means something else with: a repository to be cloned.
const VERSION_CONTROL_HOSTS: [&str; 2] = ["github.com", "bitbucket.org"];

/// A module of a registry, such as `registry.terraform.io/terraform-aws-modules/vpc/aws`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RegistryModule {
    /// The host of the registry, with its port unless that is the usual one.
    pub host: Arc<str>,
    /// The organisation within the registry.
    pub namespace: Arc<str>,
    /// The name of the module.
    pub name: Arc<str>,
    /// The system it is for, such as `aws`.
    pub target_system: Arc<str>,
    /// The directory within the package; empty for its top.
    pub subdirectory: Arc<str>,
}

impl RegistryModule {
    /// Reads `[HOST/]NAMESPACE/NAME/SYSTEM[//DIRECTORY]`.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, ModuleSourceError> {
        let (package, subdirectory) = subdirectory::split(text);
        let subdirectory = subdirectory::inside(subdirectory)?;
        let parts: Vec<&str> = package.split('/').collect();
        let (given_host, namespace, name, target_system) = match parts[..] {
            [host, ..] if parts.len() < 4 && VERSION_CONTROL_HOSTS.contains(&host) => {
                return refuse(
                    "source address must have three more components after the hostname: the namespace, the \
                     name, and the target system",
                );
            }
            [namespace, name, target_system] => (None, namespace, name, target_system),
            [host, namespace, name, target_system] => (Some(host), namespace, name, target_system),
            _ => {
                return refuse(
                    "a module registry source address must have either three or four slash-separated \
                     components",
                );
            }
        };
        let host = given_host.map_or(Ok(DEFAULT_HOST.to_owned()), host)?;
        if VERSION_CONTROL_HOSTS.contains(&&*host) {
            return refuse(&format!(
                "can't use {host:?} as a module registry host, because it's reserved for installing directly \
                 from version control repositories"
            ));
        }
        for (what, part) in [("namespace", namespace), ("module name", name)] {
            if !is_name(part) {
                return refuse(&format!(
                    "invalid {what} {part:?}: must be between one and 64 characters, including ASCII letters, \
                     digits, dashes, and underscores, where dashes and underscores may not be the prefix or \
                     suffix"
                ));
            }
        }
        if target_system.contains('?') {
            return refuse("module registry addresses may not include a query string portion");
        }
        if !is_target_system(target_system) {
            return refuse(&format!(
                "invalid target system {target_system:?}: must be between one and 64 ASCII letters or digits"
            ));
        }
        Ok(Self {
            host: host.into(),
            namespace: namespace.into(),
            name: name.into(),
            target_system: target_system.into(),
            subdirectory: subdirectory.into(),
        })
    }

    /// Returns the address of the package the module is in, with its host.
    pub fn package(&self) -> String {
        format!("{}/{}/{}/{}", self.host, self.namespace, self.name, self.target_system)
    }

    /// Returns the address of the package as users write it: without the host that is the default.
    pub fn short_package(&self) -> String {
        let package = self.package();
        package.strip_prefix(&format!("{DEFAULT_HOST}/")).map_or(package.clone(), str::to_owned)
    }
}

impl fmt::Display for RegistryModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.package())?;
        if self.subdirectory.is_empty() { Ok(()) } else { write!(f, "//{}", self.subdirectory) }
    }
}

fn refuse<T>(reason: &str) -> Result<T, ModuleSourceError> {
    Err(ModuleSourceError::Invalid(reason.to_owned()))
}

/// Returns a host in lower case and without the port that is understood anyway.
fn host(given: &str) -> Result<String, ModuleSourceError> {
    let lowered = given.to_lowercase();
    let (name, port) = lowered.split_once(':').map_or((&*lowered, None), |(name, port)| (name, Some(port)));
    let labels: Vec<&str> = name.split('.').collect();
    if labels.iter().any(|it| it.starts_with("xn--")) {
        return refuse(&format!(
            "invalid module registry hostname {given:?}; internationalized domain names must be given as \
             direct unicode characters, not in punycode"
        ));
    }
    let port = port.map(str::parse::<u16>).transpose();
    let (true, Ok(port)) = (name.is_empty() || labels.iter().all(|it| is_label(it)), port) else {
        return refuse(&format!("invalid module registry hostname {given:?}"));
    };
    if name.is_empty() {
        return refuse("invalid module registry hostname \"\"");
    }
    if labels.len() < 2 {
        return refuse("invalid module registry hostname: must contain at least one dot");
    }
    Ok(match port {
        None | Some(443) => name.to_owned(),
        Some(port) => format!("{name}:{port}"),
    })
}

fn is_label(text: &str) -> bool {
    let is_edge = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
    text.len() <= 63
        && is_edge(text.chars().next())
        && is_edge(text.chars().next_back())
        && text.chars().all(|it| it == '-' || it.is_alphanumeric())
}

fn is_name(text: &str) -> bool {
    let edges = [text.chars().next(), text.chars().next_back()];
    text.len() <= 64
        && edges.iter().all(|it| it.is_some_and(|it| it.is_ascii_alphanumeric()))
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_'))
}

fn is_target_system(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
}
