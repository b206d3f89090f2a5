//! Texts whose equality is AWS's: a policy is what it permits, not how it is written.

pub(crate) mod duration;
pub(crate) mod network;
pub(crate) mod policy;

use std::ops::Deref;

use rinfra_schema::Equality;
use rinfra_schema::typed::{AttributeType, DecodeError};
use rinfra_value::{Type, Value};

macro_rules! text {
    ($(#[$documentation:meta])* $name:ident, $same:path) => {
        $(#[$documentation])*
        #[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(String);

        impl $name {
            /// Returns it with this text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Tells whether both mean the same, however they are written.
            pub fn means(&self, other: &Self) -> bool {
                $same(&self.0, &other.0)
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<$name> for String {
            fn from(it: $name) -> Self {
                it.0
            }
        }

        impl AttributeType for $name {
            fn ty() -> Type {
                Type::String
            }

            fn decode(value: &Value) -> Result<Self, DecodeError> {
                String::decode(value).map(Self)
            }

            fn encode(&self) -> Value {
                Value::string(self.0.as_str())
            }

            fn equality() -> Equality {
                Equality::Semantic($same)
            }
        }
    };
}

text!(
    /// A policy document: the same when it means the same to IAM.
    IamPolicy,
    policy::equivalent
);
text!(
    /// A block of IPv4 or IPv6 addresses, such as `10.0.0.0/16`.
    Cidr,
    network::same_block
);
text!(
    /// A domain name: case and a final dot do not matter.
    DnsName,
    network::same_name
);
text!(
    /// A JSON document: the same whatever its spaces and the order of its keys.
    Json,
    same_json
);

impl Cidr {
    /// Tells whether the text is a block written with its first address, the only form AWS keeps.
    pub fn is_canonical(&self) -> bool {
        network::AddressBlock::parse(&self.0).is_some_and(|it| it.is_network())
    }

    /// Checks a block in a plan; what is null or not known yet passes.
    ///
    /// *Errors*: texts that are no blocks, and blocks not written with their first address.
    pub fn check(name: &str, value: &Value) -> crate::Result<()> {
        match value.as_str() {
            Some(text) if !text.is_empty() && !Self::new(text).is_canonical() => {
                Err(crate::Error::invalid(format!("{name}: {text:?} is not a block of addresses"))
                    .with_hint("write it with its first address, such as \"10.0.0.0/16\""))
            }
            _ => Ok(()),
        }
    }
}

fn same_json(one: &str, other: &str) -> bool {
    let parsed = |it| serde_json::from_str::<serde_json::Value>(it).ok();
    one == other || parsed(one).zip(parsed(other)).is_some_and(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use super::{Cidr, IamPolicy, Json};
    use rinfra_schema::Equality;
    use rinfra_schema::typed::AttributeType;

    #[test]
    fn the_schema_carries_the_equality() {
        let same = |equality: Equality, one, other| equality.same(one, other);
        assert!(same(Json::equality(), r#"{"a":1,"b":2}"#, r#"{ "b": 2, "a": 1 }"#));
        assert!(same(Cidr::equality(), "2001:DB8::/32", "2001:db8::/32"));
        assert!(same(IamPolicy::equality(), "{}", r#"{"Version":"2008-10-17"}"#));
        assert!(!same(String::equality(), "a", "A"));
    }

    #[test]
    fn a_canonical_block_starts_with_its_first_address() {
        assert!(Cidr::new("10.0.0.0/8").is_canonical());
        assert!(!Cidr::new("10.1.0.0/8").is_canonical());
        assert!(!Cidr::new("ten").is_canonical());
    }
}
