//! Where keys come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, did_you_mean};
use rinfra_lang::{Attribute, Expression};
use rinfra_value::convert::convert;
use rinfra_value::{Type, Value};

use super::block::{Declared, Name};
use super::settling::{Settling, reference, undeclared};
use super::{AwsKms, Hidden, KeyProvider, KeySecret, KeySource, Pbkdf2};
use crate::content::{Content, Grammar, read};

const PBKDF2: &str = "pbkdf2";
const AWS_KMS: &str = "aws_kms";

/// Key providers that OpenTofu has and this program has not.
const ELSEWHERE: [&str; 5] = ["gcp_kms", "azure_vault", "openbao", "external", "static"];

const ALIAS: &str = "encrypted_metadata_alias";
const HASH_FUNCTIONS: [&str; 2] = ["sha256", "sha512"];
const SHORTEST_PASSPHRASE: usize = 16;
const KEY_SPECS: [(&str, u16); 2] = [("AES_128", 16), ("AES_256", 32)];

/// The lengths of keys that AES-GCM takes here.
const KEY_LENGTHS: [u16; 2] = [16, 32];

const PBKDF2_GRAMMAR: Grammar = Grammar {
    required: &[],
    optional: &["passphrase", "chain", "key_length", "iterations", "salt_length", "hash_function", ALIAS],
    blocks: &[],
};

const AWS_KMS_GRAMMAR: Grammar = Grammar {
    required: &["kms_key_id", "key_spec"],
    optional: &[
        ALIAS,
        "encryption_context",
        "access_key",
        "allowed_account_ids",
        "assume_role",
        "assume_role_with_web_identity",
        "custom_ca_bundle",
        "ec2_metadata_service_endpoint",
        "ec2_metadata_service_endpoint_mode",
        "forbidden_account_ids",
        "http_proxy",
        "https_proxy",
        "insecure",
        "max_retries",
        "no_proxy",
        "profile",
        "region",
        "retry_mode",
        "secret_key",
        "shared_config_files",
        "shared_credentials_files",
        "skip_credentials_validation",
        "skip_metadata_api_check",
        "skip_requesting_account_id",
        "sts_region",
        "token",
        "use_dualstack_endpoint",
        "use_fips_endpoint",
    ],
    blocks: &[("endpoints", &[])],
};

const ENDPOINTS_GRAMMAR: Grammar = Grammar { required: &[], optional: &["iam", "sts", "kms"], blocks: &[] };

/// Tells whether a type of key providers is known.
pub(super) fn check_type(kind: &str, declared: &Declared, found: &mut Diagnostics) -> bool {
    if [PBKDF2, AWS_KMS].contains(&kind) {
        return true;
    }
    let detail = if ELSEWHERE.contains(&kind) {
        format!("OpenTofu has key providers of the type \"{kind}\"; rinfra has not.")
    } else {
        format!("There is no key provider of the type \"{kind}\".")
    };
    let diagnostic = Diagnostic::error("Unknown key_provider type", detail).at(declared.header.clone());
    let near = did_you_mean(kind, [PBKDF2, AWS_KMS].into_iter());
    found.push(diagnostic.hint(match near {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => format!("there are \"{PBKDF2}\" and \"{AWS_KMS}\""),
    }));
    false
}

impl Settling<'_, '_> {
    /// Returns the place of a key provider, which comes after the one it is chained to.
    pub(super) fn key_provider(&mut self, name: &Name, expression: &Expression) -> Option<usize> {
        if let Some(known) = self.known_providers.get(name) {
            return *known;
        }
        let block = self.block;
        let Some(declared) = block.key_providers.get(name) else {
            let known = block.key_providers.keys();
            self.found.push(undeclared("key_provider", name, known, &expression.span));
            return None;
        };
        // Whoever comes here again while it is being settled finds that it has no place.
        self.known_providers.insert(name.clone(), None);
        let place = self.declared(name, declared).map(|it| {
            self.key_providers.push(it);
            self.key_providers.len() - 1
        });
        self.known_providers.insert(name.clone(), place);
        place
    }

    fn declared(&mut self, name: &Name, declared: &Declared) -> Option<KeyProvider> {
        if !check_type(&name.0, declared, self.found) {
            return None;
        }
        let holder = format!("key_provider.{}.{}", name.0, name.1);
        let grammar = if &*name.0 == PBKDF2 { &PBKDF2_GRAMMAR } else { &AWS_KMS_GRAMMAR };
        let mut wrong = Diagnostics::new();
        let content = read(&declared.body, grammar, &mut wrong);
        let is_wrong = wrong.has_errors();
        self.found.extend(wrong);
        if is_wrong {
            return None;
        }
        let alias = match content.argument(ALIAS) {
            Some(argument) => Some(self.text(&holder, argument)?),
            None => None,
        };
        let source = match &*name.0 {
            PBKDF2 => KeySource::Pbkdf2(self.pbkdf2(&holder, declared, &content)?),
            _ => KeySource::AwsKms(self.aws_kms(&holder, declared, &content)?),
        };
        let metadata_name = alias.filter(|it| !it.is_empty()).unwrap_or_else(|| holder.into());
        Some(KeyProvider { metadata_name, source, header: declared.header.clone() })
    }

    fn pbkdf2(&mut self, holder: &str, declared: &Declared, content: &Content<'_>) -> Option<Pbkdf2> {
        let number = |settling: &mut Self, name: &str, usual: u32, least: u32, most: u32| {
            let Some(argument) = content.argument(name) else { return Some(usual) };
            let value = settling.typed(holder, argument, &Type::Number)?;
            let number = value.as_number().and_then(|it| it.to_string().parse::<u32>().ok());
            let suitable = number.filter(|it| (least..=most).contains(it));
            if suitable.is_none() {
                let detail = format!("{name} is a whole number from {least} to {most}.");
                let diagnostic = Diagnostic::error("Invalid key derivation", detail);
                settling.found.push(diagnostic.at(argument.expression.span.clone()));
            }
            suitable
        };
        let iterations = number(self, "iterations", 600_000, 200_000, 100_000_000)?;
        let salt_length = number(self, "salt_length", 32, 1, 1024).and_then(|it| u16::try_from(it).ok())?;
        let key_length = number(self, "key_length", 32, 1, 1024).and_then(|it| u16::try_from(it).ok())?;
        let hash_function = match content.argument("hash_function") {
            Some(argument) => self.choice(holder, argument, &HASH_FUNCTIONS)?,
            None => HASH_FUNCTIONS[1].into(),
        };
        let secret = match (content.argument("passphrase"), content.argument("chain")) {
            (Some(passphrase), None) => self.passphrase(holder, declared, passphrase)?,
            (None, Some(chain)) => self.chain(holder, chain)?,
            (given, _) => {
                let detail = if given.is_some() {
                    "It has a passphrase and is chained to another key provider. Only one of them can be."
                } else {
                    "It has neither a passphrase nor a key provider it is chained to."
                };
                let diagnostic = Diagnostic::error("Invalid key provider", detail);
                let hint = "set `passphrase`, or `chain` to another key provider";
                self.found.push(diagnostic.at(declared.header.clone()).hint(hint));
                return None;
            }
        };
        Some(Pbkdf2 { secret, iterations, salt_length, key_length, hash_function })
    }

    fn passphrase(&mut self, holder: &str, declared: &Declared, given: &Attribute) -> Option<KeySecret> {
        let text = self.text(holder, given)?;
        if text.len() < SHORTEST_PASSPHRASE {
            let detail =
                format!("The passphrase is too short: it needs at least {SHORTEST_PASSPHRASE} characters.");
            // At the header: the line of the passphrase must not be quoted.
            self.found.push(Diagnostic::error("Invalid passphrase", detail).at(declared.header.clone()));
            return None;
        }
        Some(KeySecret::Passphrase(Hidden(text)))
    }

    fn chain(&mut self, holder: &str, chain: &Attribute) -> Option<KeySecret> {
        let name = match reference(&chain.expression, "key_provider") {
            Ok(name) => name,
            Err(diagnostic) => {
                self.found.push(diagnostic);
                return None;
            }
        };
        if self.known_providers.get(&name) == Some(&None) && self.block.key_providers.contains_key(&name) {
            let detail =
                format!("{holder} is chained to key_provider.{}.{}, which depends on it.", name.0, name.1);
            let diagnostic = Diagnostic::error("Circular reference", detail);
            self.found.push(diagnostic.at(chain.expression.span.clone()));
            return None;
        }
        let place = self.key_provider(&name, &chain.expression)?;
        let length = self.key_length(place);
        if usize::from(length) < SHORTEST_PASSPHRASE {
            let detail = format!(
                "The keys of the other key provider have {length} bytes. A passphrase needs at least \
                 {SHORTEST_PASSPHRASE}."
            );
            self.found
                .push(Diagnostic::error("Invalid passphrase", detail).at(chain.expression.span.clone()));
            return None;
        }
        Some(KeySecret::Chain(place))
    }

    fn aws_kms(&mut self, holder: &str, declared: &Declared, content: &Content<'_>) -> Option<AwsKms> {
        let key_id = self.text(holder, content.argument("kms_key_id")?)?;
        if key_id.is_empty() {
            let detail = "kms_key_id is the id, the ARN or the alias of a key.";
            self.found.push(Diagnostic::error("Invalid key provider", detail).at(declared.header.clone()));
            return None;
        }
        let key_spec =
            self.choice(holder, content.argument("key_spec")?, &KEY_SPECS.map(|(name, _)| name))?;
        let mut encryption_context = BTreeMap::new();
        if let Some(argument) = content.argument("encryption_context") {
            let value = self.typed(holder, argument, &Type::map(Type::String))?;
            for (name, text) in value.entries()?.iter() {
                encryption_context.insert(name.to_string(), text.as_str().unwrap_or_default().to_owned());
            }
        }
        let mut connection = BTreeMap::new();
        let own = [ALIAS, "kms_key_id", "key_spec", "encryption_context"];
        for name in AWS_KMS_GRAMMAR.optional.iter().filter(|it| !own.contains(it)) {
            let Some(argument) = content.argument(name) else { continue };
            connection.insert(Arc::from(*name), self.value(holder, &argument.expression)?);
        }
        for block in content.blocks() {
            let mut endpoints = BTreeMap::new();
            for attribute in read(&block.body, &ENDPOINTS_GRAMMAR, self.found).arguments() {
                endpoints.insert(attribute.name.clone(), self.value(holder, &attribute.expression)?);
            }
            if connection.insert("endpoints".into(), Value::object(endpoints)).is_some() {
                let diagnostic = Diagnostic::error("Duplicate endpoints block", "There can be one.");
                self.found.push(diagnostic.at(block.header.clone()));
            }
        }
        Some(AwsKms { key_id, key_spec, encryption_context, connection: Hidden(connection) })
    }

    /// Reports keys that AES-GCM cannot use.
    pub(super) fn check_key_length(&mut self, place: usize, keys: &Expression) {
        let length = self.key_length(place);
        if KEY_LENGTHS.contains(&length) {
            return;
        }
        let detail = format!(
            "AES-GCM takes keys of 16 or 32 bytes here, and those of this key provider have {length}."
        );
        let diagnostic = Diagnostic::error("Invalid key length", detail).at(keys.span.clone());
        self.found.push(diagnostic.hint("leave key_length out, and keys have 32 bytes"));
    }

    /// Returns the length of the keys of a key provider in bytes.
    fn key_length(&self, place: usize) -> u16 {
        match self.key_providers.get(place).map(|it| &it.source) {
            Some(KeySource::Pbkdf2(it)) => it.key_length,
            Some(KeySource::AwsKms(it)) => {
                KEY_SPECS.iter().find(|(name, _)| **name == *it.key_spec).map_or(0, |(_, length)| *length)
            }
            None => 0,
        }
    }

    /// Returns the value of an expression, which must be known, without what is said of its secrecy.
    pub(super) fn value(&mut self, holder: &str, expression: &Expression) -> Option<Value> {
        let value = self.problems.absorb((self.evaluate)(holder, expression))?.unmark_deep();
        if value.is_wholly_known() {
            return Some(value);
        }
        let detail =
            format!("{holder} is needed before anything is planned, and this value is not known then.");
        let diagnostic = Diagnostic::error("Unsuitable value type", detail);
        self.found.push(diagnostic.at(expression.span.clone()));
        None
    }

    fn typed(&mut self, holder: &str, argument: &Attribute, wanted: &Type) -> Option<Value> {
        let value = self.value(holder, &argument.expression)?;
        let converted = convert(&value, wanted).ok().filter(|it| !it.is_null());
        if converted.is_none() {
            let detail = format!("{} must be a {}.", argument.name, wanted.friendly_name());
            let diagnostic = Diagnostic::error("Unsuitable value type", detail);
            self.found.push(diagnostic.at(argument.name_span.clone()));
        }
        converted
    }

    fn text(&mut self, holder: &str, argument: &Attribute) -> Option<Arc<str>> {
        self.typed(holder, argument, &Type::String)?.as_text().cloned()
    }

    fn choice(&mut self, holder: &str, argument: &Attribute, known: &[&str]) -> Option<Arc<str>> {
        let text = self.text(holder, argument)?;
        if known.contains(&&*text) {
            return Some(text);
        }
        let detail = format!("{} is one of {}.", argument.name, known.join(", "));
        let diagnostic = Diagnostic::error("Invalid key provider", detail);
        self.found.push(diagnostic.at(argument.expression.span.clone()));
        None
    }
}
