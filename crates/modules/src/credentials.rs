//! Tokens for registries.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_lang::{static_value, syntax};

use crate::host::token_variables;

/// Tokens for registries, from the environment and from the files that Terraform keeps them in.
#[derive(Clone, Default)]
pub struct Credentials {
    tokens: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
}

/// Tokens are not for logs.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("hosts", &self.tokens.keys()).finish_non_exhaustive()
    }
}

impl Credentials {
    /// Returns what the process environment and the user's files hold.
    ///
    /// The file is the one `TF_CLI_CONFIG_FILE` names or `~/.terraformrc`, then what `terraform login` wrote. A
    /// file that cannot be read holds no tokens.
    pub fn from_environment() -> Self {
        let variables = std::env::vars().filter(|(name, _)| name.starts_with("TF_TOKEN_")).collect();
        let home = std::env::home_dir();
        let chosen = std::env::var_os("TF_CLI_CONFIG_FILE").map(PathBuf::from);
        let settings = chosen.or_else(|| home.as_ref().map(|it| it.join(".terraformrc")));
        let login = home.map(|it| it.join(".terraform.d/credentials.tfrc.json"));
        let mut tokens = BTreeMap::new();
        for path in [login, settings].into_iter().flatten() {
            tokens.extend(std::fs::read_to_string(&path).map(|it| tokens_in(&path, &it)).unwrap_or_default());
        }
        Self { tokens, variables }
    }

    /// Returns tokens given for hosts, and variables as they would stand in the environment.
    pub fn new(
        tokens: impl IntoIterator<Item = (String, String)>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self { tokens: tokens.into_iter().collect(), variables: variables.into_iter().collect() }
    }

    /// Returns the token for a host. The environment comes first.
    pub(crate) fn token(&self, host: &str) -> Option<&str> {
        let names = token_variables(host);
        let lowered = |name: &str| self.variables.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
        let variable = names.iter().find_map(|it| lowered(it)).map(|(_, token)| token);
        variable.or_else(|| self.tokens.get(host)).map(|it| &**it)
    }
}

fn tokens_in(path: &Path, text: &str) -> BTreeMap<String, String> {
    if path.extension().is_some_and(|it| it == "json") {
        tokens_in_json(text)
    } else {
        tokens_in_blocks(text)
    }
}

/// Reads `{"credentials": {"host": {"token": "…"}}}`.
fn tokens_in_json(text: &str) -> BTreeMap<String, String> {
    let file: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let hosts = file.get("credentials").and_then(serde_json::Value::as_object);
    let token = |(host, settings): (&String, &serde_json::Value)| {
        Some((host.to_lowercase(), settings.get("token")?.as_str()?.to_owned()))
    };
    hosts.into_iter().flatten().filter_map(token).collect()
}

/// Reads blocks `credentials "host" { token = "…" }`.
fn tokens_in_blocks(text: &str) -> BTreeMap<String, String> {
    let file: Arc<str> = Arc::from(".terraformrc");
    let (body, _) = syntax::parse_native(&file, text);
    let token = |block: &rinfra_lang::Block| {
        let host = block.labels.first()?;
        let token = block.body.attributes.iter().find(|it| &*it.name == "token")?;
        Some((host.text.to_lowercase(), static_value::literal_string(&token.expression)?.to_string()))
    };
    body.blocks.iter().filter(|it| &*it.kind == "credentials").filter_map(token).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_from_the_environment_before_files() {
        let pairs = |given: &[(&str, &str)]| -> Vec<(String, String)> {
            given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let credentials = Credentials::new(
            pairs(&[("a.com", "file"), ("b.com", "file"), ("e.com:8443", "port")]),
            pairs(&[
                ("TF_TOKEN_a_com", "variable"),
                ("TF_TOKEN_my__own_c_com", "dashes"),
                ("TF_TOKEN_my-own.d.com", ""),
                ("TF_TOKEN_my-own_d_com", "plain dashes"),
            ]),
        );
        let check =
            |host: &str, expected: Option<&str>| assert_eq!(credentials.token(host), expected, "{host}");
        check("a.com", Some("variable"));
        check("b.com", Some("file"));
        check("my-own.c.com", Some("dashes"));
        check("my-own.d.com", Some("plain dashes"));
        check("e.com:8443", Some("port"));
        check("f.com", None);
    }

    #[test]
    fn files_of_both_forms_hold_tokens() {
        let check = |path: &str, text: &str| {
            let expected = BTreeMap::from([("app.example.com".to_owned(), "t".to_owned())]);
            assert_eq!(tokens_in(Path::new(path), text), expected, "{text}");
        };
        check("a.json", r#"{"credentials":{"APP.example.com":{"token":"t"},"b":{}}}"#);
        check(
            ".terraformrc",
            "plugin_cache_dir = \"/x\"\ncredentials \"App.example.com\" {\n  token = \"t\"\n}\n",
        );
        assert!(tokens_in(Path::new(".terraformrc"), "credentials \"x\" {").is_empty());
        assert!(tokens_in(Path::new("a.json"), "[").is_empty());
    }
}
