//! How types are called in messages.

use super::Type;

impl Type {
    /// Returns the name used in messages about a value: `list of string`, `object`.
    pub fn friendly_name(&self) -> String {
        self.name("dynamic")
    }

    /// Returns the name used in messages about what is wanted, where dynamic means `any type`.
    pub fn friendly_name_for_constraint(&self) -> String {
        self.name("any type")
    }

    fn name(&self, dynamic: &str) -> String {
        match self {
            Self::Dynamic => dynamic.to_owned(),
            Self::String => "string".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::List(element) => format!("list of {}", element.name(dynamic)),
            Self::Set(element) => format!("set of {}", element.name(dynamic)),
            Self::Map(element) => format!("map of {}", element.name(dynamic)),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }
}
