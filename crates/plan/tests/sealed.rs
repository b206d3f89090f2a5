//! Saved plans whose secrets are sealed.

use std::collections::BTreeSet;

use rinfra_change::{Cipher, FormatError, Secrets, open, read, write_plainly, write_sealed};
use rinfra_schema::{Attribute, Block, planning};
use rinfra_testkit::Laboratory;
use rinfra_value::{Path, Type, Value};
use serde_json::json;

/// Turns texts round, and remembers where they stood.
struct Turned;

impl Cipher for Turned {
    fn seal(&self, place: &str, plain: &[u8]) -> Result<String, String> {
        let turned: String = String::from_utf8_lossy(plain).chars().rev().collect();
        Ok(format!("{place}:{turned}"))
    }

    fn open(&self, place: &str, sealed: &str) -> Option<Vec<u8>> {
        let text = sealed.strip_prefix(place)?.strip_prefix(':')?;
        Some(text.chars().rev().collect::<String>().into_bytes())
    }
}

/// Returns the parts that the schema of a thing calls sensitive.
fn passwords(_: &rinfra_addr::ResourceInstance, value: &Value) -> Vec<Path> {
    let block = Block::new().attribute("password", Attribute::optional(Type::String).sensitive());
    planning::sensitive_paths(&block, value)
}

const CONFIGURATION: &str = "
variable \"given\" {}
resource \"mem_thing\" \"it\" {
  name     = \"seen\"
  password = \"hush-schema\"
  tags     = { a = \"seen\", b = sensitive(\"hush-marked\"), \"$\" = \"sealed\", \"text\" = \"none\" }
}
resource \"mem_thing\" \"unknown\" {
  name = sensitive(mem_thing.it.endpoint)
}
output \"all\" {
  value     = [\"hush-output\"]
  sensitive = true
}
";

#[tokio::test]
async fn every_secret_is_sealed_and_everything_comes_back() {
    let mut laboratory = Laboratory::new(CONFIGURATION);
    laboratory.set("given", Value::string("hush-variable"));
    for _ in 0..2 {
        let plan = laboratory.plan().await.expect();
        let variables = BTreeSet::from(["given".to_owned()]);
        let secrets = Secrets { of_object: &passwords, variables: &variables };
        let (bytes, holds_secrets) = write_plainly(&plan, &secrets).unwrap();
        assert!(holds_secrets && read(&bytes).unwrap() == plan);
        let bytes = write_sealed(&plan, &secrets, json!("recipe"), &Turned).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        for secret in ["hush-schema", "hush-marked", "hush-output", "hush-variable"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert!(text.contains("seen"), "{text}");
        assert_eq!(open(&bytes, &Turned).unwrap(), plan);
        assert!(matches!(read(&bytes), Err(FormatError::Sealed)));
        laboratory.apply().await.clean();
    }
}

#[tokio::test]
async fn what_tells_nothing_is_no_secret() {
    let configuration = "resource \"mem_thing\" \"it\" {\n name = \"x\"\n}\n\
                         output \"it\" {\n value = mem_thing.it.id\n sensitive = true\n}\n";
    let plan = Laboratory::new(configuration).plan().await.expect();
    let variables = BTreeSet::new();
    let secrets = Secrets { of_object: &passwords, variables: &variables };
    assert!(!write_plainly(&plan, &secrets).unwrap().1);
}
