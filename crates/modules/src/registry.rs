//! The protocol of module registries.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rinfra_addr::{RegistryModule, RemotePackage};
use rinfra_config::Version;
use serde_json::Value;

use crate::credentials::Credentials;
use crate::error::{FetchError, FetchErrorKind};
use crate::transport::{Request, Response};
use crate::url::{Url, resolve};
use crate::web::Web;

/// A version that a registry offers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OfferedVersion {
    /// What it is compared by.
    pub version: Version,
    /// How the registry writes it.
    pub text: String,
}

/// Registries, wherever they are.
pub(crate) struct Registries {
    web: Web,
    credentials: Credentials,
    /// Where the module registry of each host was found.
    services: Mutex<HashMap<String, String>>,
}

impl Registries {
    pub(crate) fn new(web: Web, credentials: Credentials) -> Self {
        Self { web, credentials, services: Mutex::default() }
    }

    /// Returns the versions of a module, in the order the registry lists them.
    ///
    /// # Errors
    /// When the registry cannot be asked, or does not have the module.
    pub(crate) fn versions(&self, module: &RegistryModule) -> Result<Vec<OfferedVersion>, FetchError> {
        let url = format!("{}{}/versions", self.service(&module.host)?, path(module));
        let answer = self.get(&module.host, &url)?.json()?;
        let versions = answer.pointer("/modules/0/versions").and_then(Value::as_array);
        let versions = versions.ok_or_else(|| {
            FetchError::unusable(format!("{url} lists no versions in the way registries do"))
        })?;
        let offered = |it: &Value| {
            let text = it.get("version")?.as_str()?;
            // What is no version cannot be chosen.
            Some(OfferedVersion { version: text.parse().ok()?, text: text.to_owned() })
        };
        Ok(versions.iter().filter_map(offered).collect())
    }

    /// Returns where the registry says that a version of a module lies.
    ///
    /// # Errors
    /// When the registry cannot be asked, or says nothing that can be fetched.
    pub(crate) fn location(
        &self,
        module: &RegistryModule,
        version: &str,
    ) -> Result<RemotePackage, FetchError> {
        let url = format!("{}{}/{version}/download", self.service(&module.host)?, path(module));
        let response = self.get(&module.host, &url)?;
        let location = response.header("x-terraform-get").unwrap_or_default().to_owned();
        let base = response.url;
        if location.is_empty() {
            return Err(FetchError::unusable(format!("{url} returned no source location (X-Terraform-Get)")));
        }
        let is_relative = ["/", "./", "../"].iter().any(|it| location.starts_with(it));
        let absolute = if is_relative { resolve(&base, &location) } else { location.clone() };
        let package = RemotePackage::parse(&absolute).map_err(|error| {
            FetchError::unusable(format!("{url} returned the invalid source location {location:?}: {error}"))
        })?;
        if package.url.starts_with("file:") {
            return Err(FetchError::unusable(format!("{url} names a file of this machine: {location:?}")));
        }
        Ok(package)
    }

    /// Returns the URL of a host's module registry, with a slash at its end.
    fn service(&self, host: &str) -> Result<String, FetchError> {
        let known = |it: &Self| it.services.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned();
        if let Some(url) = known(self) {
            return Ok(url);
        }
        let url = self.discover(host)?;
        self.services.lock().unwrap_or_else(PoisonError::into_inner).insert(host.to_owned(), url.clone());
        Ok(url)
    }

    fn discover(&self, host: &str) -> Result<String, FetchError> {
        let none = || FetchError::unusable(format!("host {host} does not provide a module registry"));
        let asked = self.get(host, &format!("https://{host}/.well-known/terraform.json"));
        let response = asked.map_err(|error| match error.kind {
            FetchErrorKind::Missing => none(),
            _ => error,
        })?;
        let base = response.url.clone();
        let document = response.json()?;
        let service = document.get("modules.v1").and_then(Value::as_str).ok_or_else(none)?;
        let url = resolve(&base, service);
        // A registry says which code is run: nobody on the way may change what it says.
        if Url::parse(&url).is_none_or(|it| it.scheme != "https") {
            return Err(FetchError::unusable(format!(
                "host {host} has its module registry at {url:?}, without TLS"
            )));
        }
        Ok(if url.ends_with('/') { url } else { format!("{url}/") })
    }

    /// Asks a registry, with the token for its host if there is one.
    fn get(&self, host: &str, url: &str) -> Result<Response, FetchError> {
        let is_at_host = Url::parse(url).is_some_and(|it| it.authority == host);
        let token = self.credentials.token(host).filter(|_| is_at_host || self.is_service(host, url));
        let headers = token.map(|it| ("authorization", format!("Bearer {it}"))).into_iter().collect();
        self.web.get(&Request { url: url.to_owned(), headers })
    }

    /// Tells whether a URL is where a host's discovery document sent us: then its token goes there.
    fn is_service(&self, host: &str, url: &str) -> bool {
        let services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        services.get(host).is_some_and(|it| url.starts_with(it))
    }
}

fn path(module: &RegistryModule) -> String {
    format!("{}/{}/{}", module.namespace, module.name, module.target_system)
}
