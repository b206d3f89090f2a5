use std::path::Path;

use rinfra_testkit::conformance::assert_all_conform;

use crate::provider;

#[tokio::test]
async fn every_type_does_what_a_type_must() {
    assert_all_conform(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), provider).await;
}
