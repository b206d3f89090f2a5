//! The provider `hashicorp/random`: values that are drawn once and then stay.

mod bytes;
mod characters;
mod id;
mod integer;
mod keepers;
mod password;
mod pet;
mod seed;
mod shuffle;
mod string;
mod uuid;

use rinfra_addr::ProviderSource;

use crate::provider::StateOnlyProvider;

pub(crate) fn provider() -> StateOnlyProvider {
    StateOnlyProvider::new(
        ProviderSource::default_for("random"),
        &[
            &bytes::RandomBytes,
            &id::RandomId,
            &integer::RandomInteger,
            &password::RandomPassword,
            &pet::RandomPet,
            &shuffle::RandomShuffle,
            &string::RandomString,
            &uuid::RandomUuid,
        ],
        Vec::new(),
    )
    .with_ephemeral(&[&password::EphemeralPassword])
}
