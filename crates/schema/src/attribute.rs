//! One argument of a block, or one thing the cloud tells about it.

use std::fmt;
use std::sync::Arc;

use rinfra_value::{Number, Type, Value};

use crate::Block;

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Presence {
    /// The configuration must.
    Required,
    /// The configuration may; otherwise it is null.
    Optional,
    /// Only the cloud does.
    Computed,
    /// The configuration may; otherwise the cloud does.
    OptionalComputed,
}

impl Presence {
    /// Returns true when the cloud may choose the value.
    pub fn is_computed(self) -> bool {
        matches!(self, Self::Computed | Self::OptionalComputed)
    }

    /// Returns true when the configuration may choose the value.
    pub fn is_configurable(self) -> bool {
        self != Self::Computed
    }
}

/// When two texts mean the same.
#[derive(Clone, Copy, Default)]
pub enum Equality {
    /// When they are the same text.
    #[default]
    Exact,
    /// When the function says so, as for policies whose JSON differs only in order.
    ///
    /// It is applied to every string in a collection.
    Semantic(fn(&str, &str) -> bool),
}

impl Equality {
    /// Returns true when `left` and `right` mean the same.
    pub fn same(self, left: &str, right: &str) -> bool {
        left == right
            || match self {
                Self::Exact => false,
                Self::Semantic(same) => same(left, right),
            }
    }
}

impl fmt::Debug for Equality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "Exact",
            Self::Semantic(_) => "Semantic",
        })
    }
}

/// Says whether a text is accepted. The error says what would be, such as `a valid CIDR block`.
pub type Accepts = fn(&str) -> Result<(), String>;

/// What an argument demands of its siblings, by their names.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Rules {
    /// None of these may be set beside it.
    pub conflicts_with: Vec<Arc<str>>,
    /// One, and only one, of these and itself must be set.
    pub exactly_one_of: Vec<Arc<str>>,
    /// At least one of these and itself must be set.
    pub at_least_one_of: Vec<Arc<str>>,
    /// All of these must be set when it is.
    pub required_with: Vec<Arc<str>>,
}

/// The numbers an argument accepts, both ends included.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Bounds {
    /// The least, if there is one.
    pub least: Option<Number>,
    /// The greatest, if there is one.
    pub greatest: Option<Number>,
}

/// One attribute of a block.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The type of its value.
    pub ty: Type,
    /// Who sets it.
    pub presence: Presence,
    /// Whether its value is hidden from people.
    pub sensitive: bool,
    /// Whether its value goes to the cloud and is never stored.
    pub write_only: bool,
    /// Whether only the configuration knows its value: it is never read back from the cloud.
    pub local: bool,
    /// The words of a provider that refuses a value of its own accord for what only it sets, and names no place.
    pub refusal: Option<&'static str>,
    /// Why it should no longer be used.
    pub deprecated: Option<String>,
    /// Whether a change of it needs a new object.
    pub force_new: bool,
    /// The value it has when the configuration says nothing.
    pub default: Option<Value>,
    /// The siblings whose change makes the cloud choose its value anew.
    pub recomputed_by: Vec<Arc<str>>,
    /// When two of its values mean the same.
    pub equality: Equality,
    /// The texts it accepts; none listed: any.
    pub choices: &'static [&'static str],
    /// The numbers it accepts.
    pub bounds: Bounds,
    /// Whether a text is accepted; the error is a fragment that fits after "expected x to be".
    pub accepts: Option<Accepts>,
    /// What it demands of its siblings.
    pub rules: Rules,
    /// What its objects hold, when its type is an object or a collection of objects.
    pub object: Option<Arc<Block>>,
    /// What it is for.
    pub description: String,
}

impl Attribute {
    /// Returns a plain attribute of this type and presence.
    pub fn new(ty: Type, presence: Presence) -> Self {
        Self {
            ty,
            presence,
            sensitive: false,
            write_only: false,
            local: false,
            refusal: None,
            deprecated: None,
            force_new: false,
            default: None,
            recomputed_by: Vec::new(),
            equality: Equality::Exact,
            choices: &[],
            bounds: Bounds::default(),
            accepts: None,
            rules: Rules::default(),
            object: None,
            description: String::new(),
        }
    }

    /// Returns an attribute the configuration must set.
    pub fn required(ty: Type) -> Self {
        Self::new(ty, Presence::Required)
    }

    /// Returns an attribute the configuration may set.
    pub fn optional(ty: Type) -> Self {
        Self::new(ty, Presence::Optional)
    }

    /// Returns an attribute only the cloud sets.
    pub fn computed(ty: Type) -> Self {
        Self::new(ty, Presence::Computed)
    }

    /// Returns an attribute the cloud sets when the configuration does not.
    pub fn optional_computed(ty: Type) -> Self {
        Self::new(ty, Presence::OptionalComputed)
    }

    /// Makes a change of it need a new object.
    #[must_use]
    pub fn force_new(mut self) -> Self {
        self.force_new = true;
        self
    }

    /// Hides its value from people.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Keeps its value out of plans and states.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Says that the cloud does not tell its value.
    #[must_use]
    pub fn local(mut self) -> Self {
        self.local = true;
        self
    }

    /// Gives the words in which the provider refuses a value for it.
    #[must_use]
    pub fn refusal(mut self, summary: &'static str) -> Self {
        self.refusal = Some(summary);
        self
    }

    /// Gives the value it has when the configuration says nothing.
    #[must_use]
    pub fn default(mut self, value: Value) -> Self {
        self.default = Some(value);
        self
    }

    /// Names the siblings whose change makes the cloud choose its value anew.
    #[must_use]
    pub fn recomputed_by<N: Into<Arc<str>>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.recomputed_by = names.into_iter().map(Into::into).collect();
        self
    }

    /// Says when two of its texts mean the same.
    #[must_use]
    pub fn semantic(mut self, same: fn(&str, &str) -> bool) -> Self {
        self.equality = Equality::Semantic(same);
        self
    }

    /// Names the texts it accepts.
    #[must_use]
    pub fn choices(mut self, choices: &'static [&'static str]) -> Self {
        self.choices = choices;
        self
    }

    /// Says why it should no longer be used.
    #[must_use]
    pub fn deprecated(mut self, why: impl Into<String>) -> Self {
        self.deprecated = Some(why.into());
        self
    }

    /// Says what it is for.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// Returns true when it may also be written as blocks, one for each element.
    ///
    /// Terraform allows this for every list or set of objects, because older configurations write
    /// `ingress { … }` for what is an attribute today.
    pub fn accepts_blocks(&self) -> bool {
        matches!(&self.ty, Type::List(element) | Type::Set(element) if matches!(**element, Type::Object(_)))
    }
}
