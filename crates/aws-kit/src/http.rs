//! The HTTP client: which certificates it trusts, which proxies it uses, how long it waits.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector, http_client_fn};

use crate::settings::AwsProviderConfig;
use crate::{Error, Result};

/// The HTTP clients of a run, with the connections they hold open: provider configurations that ask for the same have
/// the same one.
#[derive(Default)]
pub(crate) struct Clients(Mutex<Vec<(Wishes, SharedHttpClient)>>);

/// What a provider configuration says of its HTTP client.
type Wishes = [Option<String>; 4];

impl Clients {
    /// Returns the HTTP client a provider configuration asks for.
    ///
    /// *Errors*: certificates that cannot be read, proxies that are no URLs, and what cannot be had.
    pub(crate) fn of(&self, config: &AwsProviderConfig) -> Result<SharedHttpClient> {
        let AwsProviderConfig { custom_ca_bundle, http_proxy, https_proxy, no_proxy, .. } = config.clone();
        let wishes = [custom_ca_bundle, http_proxy, https_proxy, no_proxy];
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if config.insecure != Some(true)
            && let Some((_, client)) = clients.iter().find(|(it, _)| *it == wishes)
        {
            return Ok(client.clone());
        }
        let made = client(config)?;
        clients.push((wishes, made.clone()));
        Ok(made)
    }
}

/// Returns the HTTP client a provider configuration asks for.
///
/// *Errors*: certificates that cannot be read, proxies that are no URLs, and what cannot be had.
pub(crate) fn client(config: &AwsProviderConfig) -> Result<SharedHttpClient> {
    if config.insecure == Some(true) {
        return Err(Error::invalid("insecure = true is not supported: certificates are always checked")
            .with_hint("trust the endpoint's own authority with custom_ca_bundle"));
    }
    let provider = Provider::Rustls(CryptoMode::Ring);
    let context = tls_context(config)?;
    let Some(proxy) = proxy(config)? else {
        return Ok(Builder::new().tls_provider(provider).tls_context(context).build_https());
    };
    let connector =
        Connector::builder().proxy_config(proxy).tls_provider(provider).tls_context(context).build();
    let connector = SharedHttpConnector::new(connector);
    Ok(http_client_fn(move |_, _| connector.clone()))
}

fn tls_context(config: &AwsProviderConfig) -> Result<TlsContext> {
    let bundle = config.custom_ca_bundle.clone().or_else(|| std::env::var("AWS_CA_BUNDLE").ok());
    let mut trusted = TrustStore::default();
    if let Some(file) = bundle.filter(|it| !it.is_empty()) {
        let pem = std::fs::read(Path::new(&file)).map_err(|it| {
            Error::invalid(format!("the certificates in custom_ca_bundle {file} cannot be read: {it}"))
        })?;
        trusted = trusted.with_pem_certificate(pem);
    }
    TlsContext::builder()
        .with_trust_store(trusted)
        .build()
        .map_err(|it| Error::invalid(format!("the certificates in custom_ca_bundle cannot be used: {it}")))
}

/// Returns the proxies: those of the configuration, else those of the environment, else none.
fn proxy(config: &AwsProviderConfig) -> Result<Option<ProxyConfig>> {
    let invalid = |it| Error::invalid(format!("the proxy cannot be used: {it}"));
    let proxy = match (&config.http_proxy, &config.https_proxy) {
        (Some(http), Some(https)) if http != https => {
            return Err(Error::invalid("http_proxy and https_proxy name different proxies; one is enough"));
        }
        (_, Some(https)) => Some(ProxyConfig::all(https.clone()).map_err(invalid)?),
        // Terraform too uses a lone http_proxy for everything.
        (Some(http), None) => Some(ProxyConfig::all(http.clone()).map_err(invalid)?),
        (None, None) => ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]
            .iter()
            .any(|it| std::env::var_os(it).is_some())
            .then(ProxyConfig::from_env),
    };
    Ok(match (proxy, &config.no_proxy) {
        (Some(proxy), Some(hosts)) => Some(proxy.no_proxy(hosts)),
        (proxy, _) => proxy,
    })
}

#[cfg(test)]
mod tests {
    use super::client;
    use crate::settings::AwsProviderConfig;

    #[test]
    fn what_cannot_be_had_is_an_error() {
        let cases = [
            AwsProviderConfig { insecure: Some(true), ..AwsProviderConfig::default() },
            AwsProviderConfig {
                custom_ca_bundle: Some("/nonexistent".to_owned()),
                ..AwsProviderConfig::default()
            },
            AwsProviderConfig {
                http_proxy: Some("http://a".to_owned()),
                https_proxy: Some("http://b".to_owned()),
                ..AwsProviderConfig::default()
            },
        ];
        for config in cases {
            assert!(client(&config).is_err(), "{config:?}");
        }
    }
}
