use serde::{Deserialize, Serialize};

/// What a plan will do to one resource instance, in Terraform's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Nothing.
    NoOp,
    /// Make a new object.
    Create,
    /// Read a data source during the apply.
    Read,
    /// Change the object in place.
    Update,
    /// Delete the object, then make a new one.
    DeleteThenCreate,
    /// Make a new object, then delete the old one.
    CreateThenDelete,
    /// Delete the object.
    Delete,
    /// Remove the object from the state and leave it in the cloud.
    Forget,
}

impl Action {
    /// Tells whether the action replaces the object.
    pub fn is_replace(self) -> bool {
        matches!(self, Self::DeleteThenCreate | Self::CreateThenDelete)
    }

    /// Returns the actions as Terraform's JSON plan lists them.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::NoOp => &["no-op"],
            Self::Create => &["create"],
            Self::Read => &["read"],
            Self::Update => &["update"],
            Self::DeleteThenCreate => &["delete", "create"],
            Self::CreateThenDelete => &["create", "delete"],
            Self::Delete => &["delete"],
            Self::Forget => &["forget"],
        }
    }

    /// Returns the symbol of the action in a rendered plan.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::NoOp => " ",
            Self::Create => "+",
            Self::Read => "<=",
            Self::Update => "~",
            Self::DeleteThenCreate => "-/+",
            Self::CreateThenDelete => "+/-",
            Self::Delete => "-",
            Self::Forget => ".",
        }
    }
}

/// Why an action was chosen where the values alone do not tell, in Terraform's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// An earlier apply left the object half made.
    ReplaceBecauseTainted,
    /// An attribute changed that the cloud cannot change in place.
    ReplaceBecauseCannotUpdate,
    /// The user asked for it.
    ReplaceByRequest,
    /// Something that `replace_triggered_by` names changes.
    ReplaceByTriggers,
    /// The resource block is gone from the configuration.
    DeleteBecauseNoResourceConfig,
    /// `count` no longer covers the index.
    DeleteBecauseCountIndex,
    /// `for_each` no longer has the key.
    DeleteBecauseEachKey,
    /// `enabled` is false.
    DeleteBecauseEnabledFalse,
    /// The resource no longer has `count` or `for_each`, or has one now.
    DeleteBecauseWrongRepetition,
    /// The module instance is gone.
    DeleteBecauseNoModule,
    /// The object was moved to an address that no resource block is for.
    DeleteBecauseNoMoveTarget,
    /// The data source's configuration is not known yet.
    ReadBecauseConfigUnknown,
    /// Something the data source depends on is about to change.
    ReadBecauseDependencyPending,
    /// The data source belongs to a `check` block, which is verified after the apply.
    ReadBecauseCheckNested,
}

impl Reason {
    /// Returns the reason as Terraform's JSON plan writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReplaceBecauseTainted => "replace_because_tainted",
            Self::ReplaceBecauseCannotUpdate => "replace_because_cannot_update",
            Self::ReplaceByRequest => "replace_by_request",
            Self::ReplaceByTriggers => "replace_by_triggers",
            Self::DeleteBecauseNoResourceConfig => "delete_because_no_resource_config",
            Self::DeleteBecauseCountIndex => "delete_because_count_index",
            Self::DeleteBecauseEachKey => "delete_because_each_key",
            Self::DeleteBecauseEnabledFalse => "delete_because_enabled_false",
            Self::DeleteBecauseWrongRepetition => "delete_because_wrong_repetition",
            Self::DeleteBecauseNoModule => "delete_because_no_module",
            Self::DeleteBecauseNoMoveTarget => "delete_because_no_move_target",
            Self::ReadBecauseConfigUnknown => "read_because_config_unknown",
            Self::ReadBecauseDependencyPending => "read_because_dependency_pending",
            Self::ReadBecauseCheckNested => "read_because_check_nested",
        }
    }
}
