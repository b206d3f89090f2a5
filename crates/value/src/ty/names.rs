//! How types are called in messages.

use super::Type;

impl Type {
    /// Returns the name used in messages about a value: `list of string`, `object`.
    pub fn friendly_name(&self) -> String {
        self.name("dynamic", "dynamic")
    }

    /// Returns the name used in messages about what is wanted, where dynamic means `any type`, and, as the type of
    /// elements, which have one type in common, `any single type`.
    pub fn friendly_name_for_constraint(&self) -> String {
        self.name("any type", "any single type")
    }

    fn name(&self, dynamic: &str, dynamic_element: &str) -> String {
        let of = |kind: &str, element: &Self| {
            format!("{kind} of {}", element.name(dynamic_element, dynamic_element))
        };
        match self {
            Self::Dynamic => dynamic.to_owned(),
            Self::String => "string".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::List(element) => of("list", element),
            Self::Set(element) => of("set", element),
            Self::Map(element) => of("map", element),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }
}
