//! `local-exec`: a program on this machine.

use rinfra_value::Value;

use crate::shell::Command;

/// What a `local-exec` block says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LocalExec {
    /// What is run.
    pub(crate) command: Command,
    /// The command as it is written, for messages.
    pub(crate) text: String,
    /// Whether the command itself is not shown.
    pub(crate) quiet: bool,
}

impl LocalExec {
    /// Returns what the arguments of a block say; nothing when there is no command.
    pub(crate) fn read(arguments: &Value) -> Option<Self> {
        let text = |name: &str| arguments.attribute(name).and_then(Value::as_str).map(str::to_owned);
        let command = text("command").filter(|it| !it.is_empty())?;
        let mut words = texts(arguments.attribute("interpreter"));
        if words.is_empty() {
            words = ["/bin/sh", "-c"].map(str::to_owned).to_vec();
        }
        words.push(command.clone());
        let environment = arguments.attribute("environment").and_then(Value::entries);
        let variable = |(name, value): (&std::sync::Arc<str>, &Value)| {
            value.as_str().map(|it| (name.to_string(), it.to_owned()))
        };
        Some(Self {
            text: command,
            quiet: arguments.attribute("quiet").and_then(Value::as_bool) == Some(true),
            command: Command {
                program: words.remove(0),
                arguments: words,
                directory: text("working_dir"),
                environment: environment.into_iter().flatten().filter_map(variable).collect(),
            },
        })
    }

    /// Returns what is said before the command runs.
    pub(crate) fn announcement(&self) -> String {
        if self.quiet {
            return "local-exec: Executing: Suppressed by quiet=true".to_owned();
        }
        let words = std::iter::once(&self.command.program).chain(&self.command.arguments);
        let words: Vec<_> = words.map(|it| quoted(it)).collect();
        format!("Executing: [{}]", words.join(" "))
    }
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let elements = list.and_then(Value::elements).unwrap_or_default();
    elements.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns a text in quotes, as Terraform quotes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{b}' => quoted.push_str("\\v"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other if other.is_ascii_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(other))),
            other if other.is_control() || is_invisible(other) => {
                quoted.push_str(&match u32::from(other) {
                    code @ ..=0xffff => format!("\\u{code:04x}"),
                    code => format!("\\U{code:08x}"),
                });
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Tells whether a character cannot be seen: spaces other than the usual one, and marks that shape text.
fn is_invisible(character: char) -> bool {
    (character.is_whitespace() && character != ' ')
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use rinfra_value::{Type, Value};

    use super::{LocalExec, quoted};

    fn arguments(set: &[(&str, Value)]) -> Value {
        let null = |ty| Value::null(ty);
        let mut all = vec![
            ("command", null(Type::String)),
            ("interpreter", null(Type::list(Type::String))),
            ("working_dir", null(Type::String)),
            ("environment", null(Type::map(Type::String))),
            ("quiet", null(Type::Bool)),
        ];
        for (name, value) in set {
            all.retain(|(it, _)| it != name);
            all.push((*name, value.clone()));
        }
        Value::object(all)
    }

    #[test]
    fn a_command_runs_in_a_shell_unless_an_interpreter_is_named() {
        let command = ("command", Value::string("echo \"$A\""));
        let plain = LocalExec::read(&arguments(std::slice::from_ref(&command))).unwrap();
        assert_eq!(plain.announcement(), r#"Executing: ["/bin/sh" "-c" "echo \"$A\""]"#);

        let words = Value::list(Type::String, vec![Value::string("python3"), Value::string("-c")]);
        let interpreter = ("interpreter", words);
        let interpreted = LocalExec::read(&arguments(&[command.clone(), interpreter])).unwrap();
        assert_eq!(interpreted.announcement(), r#"Executing: ["python3" "-c" "echo \"$A\""]"#);

        let empty = ("interpreter", Value::list(Type::String, vec![]));
        let usual = LocalExec::read(&arguments(&[command.clone(), empty])).unwrap();
        assert_eq!(usual, plain);

        let quiet = LocalExec::read(&arguments(&[command, ("quiet", Value::bool(true))])).unwrap();
        assert_eq!(quiet.announcement(), "local-exec: Executing: Suppressed by quiet=true");
    }

    #[test]
    fn nothing_runs_without_a_command() {
        assert_eq!(LocalExec::read(&arguments(&[])), None);
        assert_eq!(LocalExec::read(&arguments(&[("command", Value::string(""))])), None);
    }

    #[test]
    fn texts_are_quoted_as_terraform_quotes_them() {
        for (text, expected) in [
            ("plain é", r#""plain é""#),
            ("a\tb\n", r#""a\tb\n""#),
            ("\u{1}\u{7f}", r#""\x01\x7f""#),
            ("\u{200b}\u{feff}", r#""\u200b\ufeff""#),
            ("back\\slash \"q\"", r#""back\\slash \"q\"""#),
        ] {
            assert_eq!(quoted(text), expected, "{text:?}");
        }
    }
}
