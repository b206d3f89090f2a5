//! Providers and their configurations.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::module::read_prefix;
use crate::parse::from_str;
use crate::{AddressError, InstanceKey, ModuleInstance};

const DEFAULT_HOST: &str = "registry.terraform.io";
const DEFAULT_NAMESPACE: &str = "hashicorp";

/// Where a provider comes from, such as `registry.terraform.io/hashicorp/aws`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ProviderSource {
    /// The host of the registry.
    pub host: Arc<str>,
    /// The organisation within the registry.
    pub namespace: Arc<str>,
    /// The name of the provider.
    pub kind: Arc<str>,
}

impl ProviderSource {
    /// Returns the provider that is built into the engine, with `terraform_data`.
    pub fn builtin_terraform() -> Self {
        Self { host: "terraform.io".into(), namespace: "builtin".into(), kind: "terraform".into() }
    }

    /// Returns the source of a provider that a configuration uses without saying where it comes from.
    ///
    /// The local name `terraform` means the built-in provider, every other one a provider of HashiCorp's.
    pub fn default_for(kind: &str) -> Self {
        if kind == "terraform" {
            return Self::builtin_terraform();
        }
        Self::of_hashicorp(kind)
    }

    /// Returns the source of the provider of HashiCorp's with a name.
    pub fn of_hashicorp(kind: &str) -> Self {
        Self { host: DEFAULT_HOST.into(), namespace: DEFAULT_NAMESPACE.into(), kind: kind.into() }
    }

    /// Returns true for a provider of HashiCorp's, which a name means without saying where it comes from.
    pub fn is_default(&self) -> bool {
        &*self.host == DEFAULT_HOST && &*self.namespace == DEFAULT_NAMESPACE
    }

    /// Returns the source as users write it: without the parts that are the default.
    pub fn short(&self) -> String {
        if &*self.host == DEFAULT_HOST {
            format!("{}/{}", self.namespace, self.kind)
        } else {
            self.to_string()
        }
    }
}

/// `registry.terraform.io/hashicorp/aws`.
impl fmt::Display for ProviderSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.host, self.namespace, self.kind)
    }
}

/// Which part of a text keeps it from being the source of a provider, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ProviderSourceError {
    /// There are too many parts, or an empty one.
    Form(String),
    /// The host.
    Host(String),
    /// The namespace.
    Namespace(String),
    /// The name of the provider.
    Kind(String),
}

impl ProviderSourceError {
    /// Returns the reason, as a fragment.
    pub fn reason(&self) -> &str {
        match self {
            Self::Form(reason) | Self::Host(reason) | Self::Namespace(reason) | Self::Kind(reason) => reason,
        }
    }
}

impl ProviderSource {
    /// Reads `aws`, `hashicorp/aws` or `registry.terraform.io/hashicorp/aws`; letters are lowered.
    ///
    /// # Errors
    /// Which part is wrong, and why.
    pub fn parse(text: &str) -> Result<Self, ProviderSourceError> {
        let lowered = text.to_lowercase();
        let parts: Vec<&str> = lowered.split('/').collect();
        let (host, namespace, kind) = match parts[..] {
            [kind] => (DEFAULT_HOST, DEFAULT_NAMESPACE, kind),
            [namespace, kind] => (DEFAULT_HOST, namespace, kind),
            [host, namespace, kind] => (host, namespace, kind),
            _ => return Err(ProviderSourceError::Form("expected [HOST/][NAMESPACE/]TYPE".to_owned())),
        };
        if parts.iter().any(|it| it.is_empty()) {
            return Err(ProviderSourceError::Form("a part is empty".to_owned()));
        }
        if !is_part(kind) {
            return Err(ProviderSourceError::Kind(format!("{kind:?} is not a provider name")));
        }
        // State files of very old versions carry the namespace "-".
        let is_legacy = namespace == "-" && host == DEFAULT_HOST;
        if !is_legacy && !is_part(namespace) {
            return Err(ProviderSourceError::Namespace(format!("{namespace:?} is not a provider namespace")));
        }
        if !is_host(host) {
            return Err(ProviderSourceError::Host(format!("{host:?} is not a host name")));
        }
        let repository = ["terraform-provider-", "terraform-"].iter().find_map(|it| kind.strip_prefix(it));
        if let Some(name) = repository.filter(|_| parts.len() > 1) {
            let reason =
                format!("{kind:?} is the name of a repository: the provider in it is called {name:?}");
            return Err(ProviderSourceError::Kind(reason));
        }
        Ok(Self { host: host.into(), namespace: namespace.into(), kind: kind.into() })
    }
}

impl FromStr for ProviderSource {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
            .map_err(|error| AddressError { text: text.to_owned(), reason: error.reason().to_owned() })
    }
}

fn is_part(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
        && text.chars().all(|it| it == '-' || it.is_alphanumeric())
}

fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, "443"));
    port.parse::<u16>().is_ok() && name.split('.').all(is_part)
}

/// A configuration of a provider, in one module instance.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ProviderConfig {
    /// The module instance whose `provider` block it is.
    pub module: ModuleInstance,
    /// The provider.
    pub source: ProviderSource,
    /// The alias, for all but the default configuration.
    pub alias: Option<Arc<str>>,
    /// The key, when the block has `for_each`.
    pub key: InstanceKey,
}

impl ProviderConfig {
    /// Returns the default configuration of a provider in the root module.
    pub fn root_default(source: ProviderSource) -> Self {
        Self { module: ModuleInstance::root(), source, alias: None, key: InstanceKey::None }
    }
}

/// As in state files: `module.m.provider["registry.terraform.io/hashicorp/aws"].west`, then the instance key.
impl fmt::Display for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.module.is_root() { "" } else { "." };
        write!(f, "{}{dot}provider[\"{}\"]", self.module, self.source)?;
        if let Some(alias) = &self.alias {
            write!(f, ".{alias}")?;
        }
        write!(f, "{}", self.key)
    }
}

from_str!(ProviderConfig, |cursor| {
    let module = read_prefix(cursor)?;
    cursor.expect("provider[")?;
    let source = cursor.quoted()?;
    cursor.expect("]")?;
    let source = source.parse().map_err(|error: AddressError| cursor.error(error.reason))?;
    let alias = if cursor.accept(".") { Some(cursor.identifier("a provider alias")?) } else { None };
    Ok(ProviderConfig { module, source, alias, key: cursor.key()? })
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_have_short_forms() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<ProviderSource>().unwrap().to_string(), expected);
        };
        check("aws", "registry.terraform.io/hashicorp/aws");
        check("Acme/Thing", "registry.terraform.io/acme/thing");
        check("example.com:8443/acme/thing", "example.com:8443/acme/thing");
        check("terraform.io/builtin/terraform", "terraform.io/builtin/terraform");
        check("registry.terraform.io/-/aws", "registry.terraform.io/-/aws");
        assert_eq!(ProviderSource::default_for("terraform"), ProviderSource::builtin_terraform());
        assert_eq!(ProviderSource::default_for("aws").short(), "hashicorp/aws");
    }

    #[test]
    fn other_sources_are_refused() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<ProviderSource>().unwrap_err().reason, expected, "{text}");
        };
        check("a/b/c/d", "expected [HOST/][NAMESPACE/]TYPE");
        check("", "a part is empty");
        check("ho_st/b/c", "\"ho_st\" is not a host name");
        check("b c/d", "\"b c\" is not a provider namespace");
        check("hashicorp/aws-", "\"aws-\" is not a provider name");
    }

    #[test]
    fn configurations_read_as_in_state_files() {
        for text in [
            r#"provider["registry.terraform.io/hashicorp/aws"]"#,
            r#"provider["registry.terraform.io/hashicorp/aws"].west"#,
            r#"module.m.provider["registry.terraform.io/hashicorp/aws"].west"#,
            r#"provider["registry.terraform.io/hashicorp/aws"].by_region["eu-west-1"]"#,
        ] {
            assert_eq!(text.parse::<ProviderConfig>().unwrap().to_string(), text);
        }
        let error = r#"provider["a b"]"#.parse::<ProviderConfig>().unwrap_err();
        assert_eq!(error.to_string(), r#"invalid address "provider[\"a b\"]": "a b" is not a provider name"#);
    }
}
