//! What must hold for every resource type, whatever it is about: from one fixture for each, against the local AWS.
//!
//! A fixture lies beside the crate of its service, as `fixtures/TYPE.json`. It sets every argument of the type and has
//! another value for each, or says why not.

mod fixture;
mod life;
mod references;

use std::path::Path;

use futures::future::join_all;
use rinfra_provider::Provider;
use serde_json::json;

pub use self::fixture::{Fixture, fixtures};
use self::references::References;
use crate::world::World;

/// Lets every fixture in a directory live, each in an account of its own.
///
/// # Panics
///
/// If one does not do what its type must.
pub async fn assert_all_conform<P: Provider + 'static>(directory: &Path, provider: impl Fn() -> P) {
    let all = fixtures(directory);
    assert!(!all.is_empty(), "no fixtures in {}", directory.display());
    let lives = all.into_iter().map(|(kind, fixture)| {
        let provider = provider();
        // A task of its own, so that one that fails does not hide the others.
        let life = tokio::spawn(async move { assert_conforms(&kind, &fixture, provider).await });
        async move { life.await.is_ok() }
    });
    let failed = join_all(lives).await.into_iter().filter(|it| !it).count();
    assert_eq!(failed, 0, "types that do not conform; see above");
}

/// Lets a fixture live: everything that a type must do.
///
/// # Panics
///
/// If it does not.
pub async fn assert_conforms(kind: &str, fixture: &Fixture, provider: impl Provider + 'static) {
    let world = World::with(provider, &json!({ "s3_use_path_style": true })).await;
    fixture.assert_complete(kind, world.block(kind));
    let mut made = References::default();
    let mut needed = Vec::new();
    for need in &fixture.needs {
        let config = made.resolved(&need.config);
        let object = world.create(&need.kind, &config).await;
        made.add(&need.name, &object);
        needed.push((need.kind.as_str(), object));
    }
    for life in &fixture.lives {
        life::live(&world, kind, life, &made).await;
    }
    for (kind, object) in needed.iter().rev() {
        world.delete(kind, object).await;
    }
}
