//! The journal: what a run did since the state was last written.
//!
//! Before a call that changes something outside, the run writes an [`Intent`]; after it, what became of it. An
//! intent whose end is missing is *unfinished*: the call may or may not have reached its service, and the next
//! run looks the object up and writes the end. A creation may have left a *mark* on its object, by which it is
//! found; it is remembered until it was taken away.
//!
//! # Guarantees
//! Every event says what a place in the state holds from now on, never how it differs from before. So folding
//! is idempotent, and a journal that was folded already may be folded again.

mod fold;
mod lines;
mod lost;
mod recorder;

use std::sync::Arc;

use rinfra_addr::{ProviderConfig, ResourceInstance};
use rinfra_diag::checks::CheckResult;
use rinfra_value::Value;
use serde::{Deserialize, Serialize};

use crate::{InstanceState, Object, Output};

pub use fold::{Failure, Folded, Unfinished, fold};
pub use lines::{JournalError, Lines, Torn, VERSION, line, read};
pub use lost::with_lost;
pub use recorder::{MemoryRecorder, Position, RecordError, Recorder};

/// The number of an intent, unique within one journal.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Sequence(pub u64);

impl Sequence {
    /// Returns the number after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// What a mutating call does to its object.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Opcode {
    /// Makes a new object.
    Create,
    /// Changes an object in place.
    Update,
    /// Deletes an object.
    Delete,
}

/// What is about to be done, written and flushed before the call is made.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Intent {
    /// The number the later events refer to.
    pub sequence: Sequence,
    /// The run that makes the call.
    pub run: Arc<str>,
    /// What the call does.
    pub opcode: Opcode,
    /// The instance it is done to.
    #[serde(with = "crate::codec::text")]
    pub address: ResourceInstance,
    /// The key of the deposed object it is done to; `None` for the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposed: Option<String>,
    /// The provider configuration it is done through.
    #[serde(with = "crate::codec::text")]
    pub provider: ProviderConfig,
    /// The effective Region; `None` for what lives in no cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The idempotency token sent with the call.
    pub token: String,
    /// What identifies the object to the cloud, where that is known before the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The object as it is meant to be, possibly with unknown values; `None` for a deletion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<Value>,
    /// What the state will say of the object besides its attributes, of a creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<Box<Object>>,
    /// When it was written, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u64>,
    /// Whether the call leaves a mark on its object, to be taken away when the object is on record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub marks: bool,
}

/// What a failed call left behind.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The service refused, or the call never left: the object is what the journal says it was. This ends the
    /// intent.
    Known,
    /// The call may have had its effect: the intent stays unfinished until the object is looked up.
    Uncertain,
}

/// Something that happened in a run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A run started on a state. The first event of a journal.
    Began {
        /// The run.
        run: Arc<str>,
        /// The state's lineage.
        lineage: String,
        /// The serial of the state that the following events build on.
        serial: u64,
    },
    /// A mutating call is about to be made.
    Intent(Box<Intent>),
    /// The service gave a new object its identity. The object exists, but may not be usable yet.
    Identified {
        /// The intent.
        sequence: Sequence,
        /// What identifies the object to the cloud.
        identity: String,
        /// As much of the object as is known. Until the intent ends the state holds it as tainted.
        object: Box<Object>,
    },
    /// A creation or a change is complete. Ends the intent.
    Settled {
        /// The intent.
        sequence: Sequence,
        /// The object as it is.
        object: Box<Object>,
    },
    /// The object is gone, or was never made. Ends the intent.
    Removed {
        /// The intent.
        sequence: Sequence,
    },
    /// It is known what became of a call, and the state holds it as it is. Ends the intent.
    Ended {
        /// The intent.
        sequence: Sequence,
    },
    /// The marks that these calls left on their objects were taken away.
    Unmarked {
        /// The intents.
        sequences: Vec<Sequence>,
    },
    /// A call failed.
    Failed {
        /// The intent.
        sequence: Sequence,
        /// Whether the failure leaves a doubt.
        effect: Effect,
        /// The error class, in the provider's words.
        class: String,
        /// What the service said.
        message: String,
        /// The object as the failure left it, where it differs from what the state holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        object: Option<Box<Object>>,
    },
    /// An object was recorded without a mutating call: refreshed, imported, tainted, or a data source read.
    Recorded {
        /// The instance.
        #[serde(with = "crate::codec::text")]
        address: ResourceInstance,
        /// The key of the deposed object; `None` for the current one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deposed: Option<String>,
        /// The provider configuration.
        #[serde(with = "crate::codec::text")]
        provider: ProviderConfig,
        /// The object.
        object: Box<Object>,
    },
    /// An object left the state: it is gone, or goes on existing unrecorded.
    Forgotten {
        /// The instance.
        #[serde(with = "crate::codec::text")]
        address: ResourceInstance,
        /// The key of the deposed object; `None` for the current one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deposed: Option<String>,
    },
    /// The objects of an instance changed places: the current one was deposed, or restored.
    Arranged {
        /// The instance.
        #[serde(with = "crate::codec::text")]
        address: ResourceInstance,
        /// The provider configuration.
        #[serde(with = "crate::codec::text")]
        provider: ProviderConfig,
        /// All objects of the instance as they are now.
        instance: Box<InstanceState>,
    },
    /// An instance got another address.
    Moved {
        /// Where nothing is any more.
        #[serde(with = "crate::codec::text")]
        from: ResourceInstance,
        /// Where the instance is now.
        #[serde(with = "crate::codec::text")]
        to: ResourceInstance,
        /// The provider configuration.
        #[serde(with = "crate::codec::text")]
        provider: ProviderConfig,
        /// The instance with all its objects.
        instance: Box<InstanceState>,
    },
    /// An output of the root module has this value now, or is no more.
    Output {
        /// The output's name.
        name: Arc<str>,
        /// The value; `None` when the output is no more.
        output: Option<Output>,
    },
    /// What became of every condition.
    Checked {
        /// The results; none when the configuration has no conditions.
        results: Vec<CheckResult>,
    },
    /// The state was about to be written with everything so far in it.
    Projected {
        /// The serial of the state written.
        serial: u64,
        /// The SHA-256 of the bytes written, in hexadecimal.
        digest: String,
    },
}

impl Event {
    /// Returns the intent the event is about.
    pub fn sequence(&self) -> Option<Sequence> {
        match self {
            Self::Intent(intent) => Some(intent.sequence),
            Self::Identified { sequence, .. }
            | Self::Settled { sequence, .. }
            | Self::Removed { sequence }
            | Self::Ended { sequence }
            | Self::Failed { sequence, .. } => Some(*sequence),
            _ => None,
        }
    }
}
