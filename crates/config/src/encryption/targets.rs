//! What is encrypted, and how.

use rinfra_diag::{Diagnostic, did_you_mean};
use rinfra_value::Value;

use super::block::{Declared, Name, TargetBlock};
use super::settling::{Settling, reference, undeclared};
use super::{Method, MethodCipher, Target};
use crate::content::{Grammar, read};

const AES_GCM: &str = "aes_gcm";
const UNENCRYPTED: &str = "unencrypted";

const AES_GCM_GRAMMAR: Grammar = Grammar { required: &["keys"], optional: &["aad"], blocks: &[] };
const UNENCRYPTED_GRAMMAR: Grammar = Grammar { required: &[], optional: &[], blocks: &[] };

impl Settling<'_, '_> {
    /// Returns how a kind of file is kept.
    pub(super) fn target(&mut self, block: &TargetBlock) -> Target {
        let mut methods = Vec::new();
        let mut next = Some(block);
        while let Some(one) = next {
            match &one.method {
                Some(expression) => match reference(expression, "method") {
                    Ok(name) => methods.extend(self.method(&name, expression)),
                    Err(diagnostic) => self.found.push(diagnostic),
                },
                None => self.problems.push(without_method(block, one)),
            }
            next = one.fallback.as_deref();
        }
        if block.enforced == Some(true) {
            let plain =
                |it: &&usize| self.methods.get(**it).is_some_and(|it| it.cipher == MethodCipher::Unencrypted);
            if methods.iter().any(|it| plain(&it)) {
                let detail =
                    "The block says enforced = true, so nothing may be kept or read without encryption.";
                let diagnostic = Diagnostic::error("Unencrypted method is forbidden", detail);
                self.found.push(
                    diagnostic
                        .at(block.header.clone())
                        .hint("leave the method \"unencrypted\" out, also as a fallback, or enforced = true"),
                );
            }
        }
        Target { methods, header: block.header.clone() }
    }

    /// Returns the place of a method.
    fn method(&mut self, name: &Name, expression: &rinfra_lang::Expression) -> Option<usize> {
        if let Some(known) = self.known_methods.get(name) {
            return *known;
        }
        let block = self.block;
        let Some(declared) = block.methods.get(name) else {
            self.found.push(undeclared("method", name, block.methods.keys(), &expression.span));
            return None;
        };
        let cipher = self.cipher(&name.0, declared);
        let place = cipher.map(|cipher| {
            self.methods.push(Method { name: format!("method.{}.{}", name.0, name.1).into(), cipher });
            self.methods.len() - 1
        });
        self.known_methods.insert(name.clone(), place);
        place
    }

    fn cipher(&mut self, kind: &str, declared: &Declared) -> Option<MethodCipher> {
        if !self.check_method_type(kind, declared) {
            return None;
        }
        if kind == UNENCRYPTED {
            let detail = "What is kept or read with it can be read, and written, by anybody. It is meant for going over \
                          to encryption, or back from it.";
            let warning = Diagnostic::warning("Unencrypted method configured", detail);
            self.found.push(warning.at(declared.header.clone()));
            return Some(MethodCipher::Unencrypted);
        }
        let mut wrong = rinfra_diag::Diagnostics::new();
        let content = read(&declared.body, &AES_GCM_GRAMMAR, &mut wrong);
        self.found.extend(wrong);
        let keys = &content.argument("keys")?.expression;
        let aad = match content.argument("aad") {
            Some(argument) => {
                let value = self.value("the method", &argument.expression)?;
                let Some(bytes) = bytes(&value) else {
                    let detail = "It is a list of numbers from 0 to 255.";
                    let diagnostic = Diagnostic::error("Invalid additional authenticated data", detail);
                    self.found.push(diagnostic.at(argument.expression.span.clone()));
                    return None;
                };
                bytes
            }
            None => Vec::new(),
        };
        let key_provider = match reference(keys, "key_provider") {
            Ok(name) => self.key_provider(&name, keys)?,
            Err(diagnostic) => {
                self.found.push(diagnostic);
                return None;
            }
        };
        self.check_key_length(key_provider, keys);
        Some(MethodCipher::AesGcm { key_provider, aad })
    }

    /// Tells whether a type of methods is known, and what the block says belongs to it.
    pub(super) fn check_method_type(&mut self, kind: &str, declared: &Declared) -> bool {
        match kind {
            AES_GCM => true,
            UNENCRYPTED => {
                read(&declared.body, &UNENCRYPTED_GRAMMAR, self.found);
                true
            }
            _ => {
                let detail = format!("There is no encryption method of the type \"{kind}\".");
                let diagnostic =
                    Diagnostic::error("Unknown encryption method type", detail).at(declared.header.clone());
                let near = did_you_mean(kind, [AES_GCM, UNENCRYPTED].into_iter());
                self.found.push(diagnostic.hint(match near {
                    Some(near) => format!("Did you mean \"{near}\"?"),
                    None => format!("there are \"{AES_GCM}\" and \"{UNENCRYPTED}\""),
                }));
                false
            }
        }
    }
}

fn without_method(target: &TargetBlock, one: &TargetBlock) -> Diagnostic {
    let detail = if target.enforced == Some(true) {
        "The block says enforced = true, and nothing says how to encrypt."
    } else {
        "The block does not say how to encrypt."
    };
    let diagnostic = Diagnostic::error("No encryption method", detail).at(one.header.clone());
    diagnostic.hint("set method = method.TYPE.NAME here, or in the environment variable TF_ENCRYPTION")
}

/// Returns the bytes that a list of numbers stands for.
fn bytes(value: &Value) -> Option<Vec<u8>> {
    let byte = |it: &Value| it.as_number().and_then(|it| it.to_string().parse().ok());
    value.elements()?.iter().map(byte).collect()
}
