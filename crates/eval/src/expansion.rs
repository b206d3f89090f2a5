use std::sync::Arc;

use rinfra_addr::InstanceKey;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::{Cause, Expression, Scope, evaluate, evidence};
use rinfra_value::convert::convert;
use rinfra_value::{Entries, Marks, Type, Value};

use crate::reference::Part;

/// The instances of a resource or module call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Instances {
    /// One instance without a key.
    Single,
    /// None: `enabled` is false.
    Disabled,
    /// As many as `count` says.
    Count(u64),
    /// One for each key of `for_each`.
    Each(Entries),
    /// Not known yet.
    Unknown,
}

impl Instances {
    /// Tells whether there is an instance with a key.
    pub(crate) fn contains(&self, key: &InstanceKey) -> bool {
        match (self, key) {
            (Self::Single | Self::Unknown, InstanceKey::None) => true,
            (Self::Count(count), InstanceKey::Int(index)) => index < count,
            (Self::Each(entries), InstanceKey::String(key)) => entries.contains_key(key),
            _ => false,
        }
    }

    /// Returns how many there are.
    pub(crate) fn count(&self) -> u64 {
        match self {
            Self::Single | Self::Unknown => 1,
            Self::Disabled => 0,
            Self::Count(count) => *count,
            Self::Each(entries) => u64::try_from(entries.len()).unwrap_or(u64::MAX),
        }
    }

    /// Returns the keys and what `count` and `each` mean for each of them.
    pub(crate) fn repetitions(&self) -> Vec<(InstanceKey, Repetition)> {
        match self {
            Self::Single => vec![(InstanceKey::None, Repetition::None)],
            Self::Disabled => Vec::new(),
            Self::Count(count) => {
                (0..*count).map(|index| (InstanceKey::Int(index), Repetition::counted(index))).collect()
            }
            Self::Each(entries) => entries
                .iter()
                .map(|(key, value)| (InstanceKey::String(key.clone()), Repetition::each(key, value)))
                .collect(),
            Self::Unknown => vec![(InstanceKey::None, Repetition::Unknown)],
        }
    }

    /// Returns what `count` and `each` mean for one key, if there is such an instance.
    pub(crate) fn repetition(&self, key: &InstanceKey) -> Option<Repetition> {
        match (self, key) {
            (Self::Single, InstanceKey::None) => Some(Repetition::None),
            (Self::Count(count), InstanceKey::Int(index)) => {
                (index < count).then(|| Repetition::counted(*index))
            }
            (Self::Each(entries), InstanceKey::String(key)) => {
                entries.get(key).map(|value| Repetition::each(key, value))
            }
            (Self::Unknown, InstanceKey::None) => Some(Repetition::Unknown),
            _ => None,
        }
    }

    /// Returns the chosen instances, those without a key included.
    pub(crate) fn chosen(&self, keys: &Part<InstanceKey>) -> Vec<(InstanceKey, Repetition)> {
        match (self, keys) {
            // One of many is found sooner than all are listed.
            (Self::Count(_) | Self::Each(_), Part::Only(keys)) => {
                keys.iter().filter_map(|key| Some((key.clone(), self.repetition(key)?))).collect()
            }
            _ => self.repetitions(),
        }
    }
}

/// What `count.index`, `each.key` and `each.value` mean in one instance.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Repetition {
    #[default]
    None,
    Count(Value),
    Each {
        key: Value,
        value: Value,
    },
    /// The instances are not known yet: both `count` and `each` are allowed, and unknown.
    Unknown,
}

impl Repetition {
    fn counted(index: u64) -> Self {
        Self::Count(Value::number(index))
    }

    fn each(key: &Arc<str>, value: &Value) -> Self {
        Self::Each { key: Value::string(key.clone()), value: value.clone() }
    }

    /// Returns what the key of an instance alone tells.
    pub(crate) fn of_key(key: &InstanceKey) -> Self {
        match key {
            InstanceKey::None => Self::None,
            InstanceKey::Int(index) => Self::counted(*index),
            InstanceKey::String(key) => {
                Self::Each { key: Value::string(key.clone()), value: Value::dynamic() }
            }
        }
    }

    /// Adds the meaning of `count` and `each` to a scope.
    pub(crate) fn extend(&self, scope: &mut Scope<'_>) {
        let unknown_index = || Value::unknown(Type::Number).not_null();
        let (count, each) = match self {
            Self::None => (None, None),
            Self::Count(index) => (Some(index.clone()), None),
            Self::Each { key, value } => (None, Some((key.clone(), value.clone()))),
            Self::Unknown => {
                (Some(unknown_index()), Some((Value::unknown(Type::String).not_null(), Value::dynamic())))
            }
        };
        if let Some(index) = count {
            scope.set("count", Value::object([("index", index)]));
        }
        if let Some((key, value)) = each {
            scope.set("each", Value::object([("key", key), ("value", value)]));
        }
    }
}

/// Whether instances may be unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownRepetition {
    /// They may: nothing is planned, only validated.
    Allowed,
    /// They may, and everything in them is unknown then: somebody only looks.
    Tolerated,
    /// They may not: a plan needs to know its instances.
    #[default]
    Refused,
}

/// Returns how many instances a `count` expression asks for.
///
/// *Errors*: anything but a whole number that is not negative, and unknown or ephemeral ones.
pub(crate) fn count(
    expression: &Expression,
    scope: &Scope<'_>,
    unknown: UnknownRepetition,
) -> Result<Instances, Diagnostics> {
    let invalid = |detail: String| {
        Diagnostics::from(Diagnostic::error("Invalid count argument", detail).at(expression.span.clone()))
    };
    let (value, marks) = evaluate(expression, scope)?.without_marks();
    if marks.contains(Marks::EPHEMERAL) {
        return Err(invalid("The count value is derived from an ephemeral value, and the number of instances must be the same in the plan and the apply.".to_owned()));
    }
    let value = convert(&value, &Type::Number).map_err(|error| {
        let detail = format!("Invalid expression value: {}.", error.message);
        let diagnostic = Diagnostic::error("Incorrect value type", detail).at(expression.span.clone());
        diagnostic.evidence(evidence(expression, scope, Cause::Other))
    })?;
    if value.is_null() {
        return Err(invalid(
            "The given \"count\" argument value is null. An integer is required.".to_owned(),
        ));
    }
    if !value.is_known() {
        return match unknown {
            UnknownRepetition::Allowed | UnknownRepetition::Tolerated => Ok(Instances::Unknown),
            UnknownRepetition::Refused => Err(Diagnostics::from(
                Diagnostic::error(
                    "Invalid count argument",
                    "The \"count\" value depends on resource attributes that cannot be determined until apply, so it cannot be predicted how many instances will be created.",
                )
                .at(expression.span.clone())
                .hint("let count depend only on variables and other values known before apply, or apply what it depends on first"),
            )),
        };
    }
    let number = value.as_number().and_then(rinfra_value::Number::to_i64);
    match number.map(u64::try_from) {
        Some(Ok(count)) => Ok(Instances::Count(count)),
        Some(Err(_)) => Err(invalid(
            "The given \"count\" argument value is unsuitable: must be greater than or equal to zero."
                .to_owned(),
        )),
        None => Err(invalid(
            "The given \"count\" argument value is unsuitable: a whole number is required.".to_owned(),
        )),
    }
}

/// Returns the keys and values a `for_each` expression asks for.
///
/// *Errors*: anything but a map, an object or a set of strings, and unknown, null, sensitive or ephemeral
/// keys.
pub(crate) fn for_each(
    expression: &Expression,
    scope: &Scope<'_>,
    unknown: UnknownRepetition,
) -> Result<Instances, Diagnostics> {
    let caused = |summary: &str, detail: String, cause: Cause| {
        let diagnostic = Diagnostic::error(summary, detail).at(expression.span.clone());
        diagnostic.evidence(evidence(expression, scope, cause))
    };
    let invalid =
        |detail: String| Diagnostics::from(caused("Invalid for_each argument", detail, Cause::Other));
    let invalid_set =
        |detail: String| Diagnostics::from(caused("Invalid for_each set argument", detail, Cause::Other));
    let secret = |detail: &str, cause: Cause| {
        Diagnostics::from(caused("Invalid for_each argument", detail.to_owned(), cause))
    };
    let (value, marks) = evaluate(expression, scope)?.without_marks();
    if marks.contains(Marks::SENSITIVE) {
        return Err(secret(
            "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments: the keys would be disclosed in addresses.",
            Cause::Sensitive,
        ));
    }
    if marks.contains(Marks::EPHEMERAL) {
        return Err(secret(
            "The given \"for_each\" value is derived from an ephemeral value, and the instances must be the same in the plan and the apply.",
            Cause::Ephemeral,
        ));
    }
    let ty = value.ty().clone();
    let suitable = matches!(ty, Type::Map(_) | Type::Object(_) | Type::Set(_) | Type::Dynamic);
    if value.is_null() {
        return Err(invalid("The given \"for_each\" argument value is unsuitable: the given \"for_each\" argument value is null. A map, or set of strings is allowed.".to_owned()));
    }
    if !suitable {
        return Err(invalid(format!(
            "The given \"for_each\" argument value is unsuitable: the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type {}.",
            ty.friendly_name()
        )));
    }
    let unknown_error = || {
        let detail = "The \"for_each\" value includes keys that depend on resource attributes that cannot be determined until apply, so the instances cannot be identified.";
        let diagnostic = caused("Invalid for_each argument", detail.to_owned(), Cause::Unknown);
        Diagnostics::from(diagnostic.hint("use a map with keys written in the configuration and leave what is known after apply to its values"))
    };
    if !value.is_known() {
        return match unknown {
            UnknownRepetition::Allowed | UnknownRepetition::Tolerated => Ok(Instances::Unknown),
            UnknownRepetition::Refused => Err(unknown_error()),
        };
    }
    if let Some(entries) = value.entries() {
        return Ok(Instances::Each(entries.clone()));
    }
    let elements = value.elements().unwrap_or_default();
    if elements.is_empty() {
        return Ok(Instances::Each(Entries::default()));
    }
    if !matches!(ty.element_type(), Some(Type::String | Type::Dynamic)) {
        return Err(invalid_set(format!(
            "The given \"for_each\" argument value is unsuitable: \"for_each\" supports maps and sets of strings, but you have provided a set containing type {}.",
            ty.element_type().map(Type::friendly_name).unwrap_or_default()
        )));
    }
    let mut entries = Vec::with_capacity(elements.len());
    for element in elements {
        if !element.is_known() {
            return match unknown {
                UnknownRepetition::Allowed | UnknownRepetition::Tolerated => Ok(Instances::Unknown),
                UnknownRepetition::Refused => Err(unknown_error()),
            };
        }
        let Some(key) = element.as_text().cloned() else {
            return Err(invalid_set("The given \"for_each\" argument value is unsuitable: \"for_each\" sets must not contain null values.".to_owned()));
        };
        entries.push((key, element.clone()));
    }
    Ok(Instances::Each(entries.into_iter().collect()))
}
