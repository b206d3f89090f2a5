//! States, journals and saved plans that are encrypted: what is written, what is read, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const OLD: &str = "correct horse battery staple";
const NEW: &str = "another passphrase of someone";

/// What is encrypted. `$TARGET` is how.
const ENCRYPTION: &str = r#"
terraform {
  encryption {
    key_provider "pbkdf2" "old" {
      passphrase = var.old
      iterations = 200000
    }
    key_provider "pbkdf2" "new" {
      passphrase = var.new
      iterations = 200000
    }
    method "aes_gcm" "old" {
      keys = key_provider.pbkdf2.old
    }
    method "aes_gcm" "new" {
      keys = key_provider.pbkdf2.new
    }
    method "unencrypted" "migrate" {}
    $TARGET
  }
}

variable "old" {
  sensitive = true
  ephemeral = true
  default   = "correct horse battery staple"
}

variable "new" {
  sensitive = true
  ephemeral = true
  default   = "another passphrase of someone"
}
"#;

const RESOURCES: &str = r#"
variable "secret" {
  default   = "hush-one"
  sensitive = true
}

variable "command" {
  default = "true"
}

resource "terraform_data" "first" {
  input            = var.secret
  triggers_replace = [var.secret]

  provisioner "local-exec" {
    command = var.command
  }
}

resource "terraform_data" "second" {
  input = [var.secret, terraform_data.first.id]
}

output "secret" {
  value     = var.secret
  sensitive = true
}
"#;

const APPLY: [&str; 2] = ["apply", "-auto-approve"];

struct Place(TempDir);

impl Place {
    fn new(target: &str) -> Self {
        let place = Self(TempDir::new().unwrap());
        place.encrypt(target);
        place.write("resources.tf", RESOURCES);
        place
    }

    /// Says how states and plans are encrypted; nothing is for an empty text.
    fn encrypt(&self, target: &str) {
        let text = if target.is_empty() { String::new() } else { ENCRYPTION.replace("$TARGET", target) };
        self.write("encryption.tf", &text);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, environment: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rinfra"));
        command.args(arguments).current_dir(self.0.path()).env_clear().env("PATH", "/usr/bin:/bin");
        let output = command.envs(environment.iter().copied()).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    }

    fn good(&self, arguments: &[&str]) -> String {
        let (code, said) = self.run(&[], arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        said
    }

    fn refused(&self, environment: &[(&str, &str)], arguments: &[&str], expected: &[&str]) {
        let (code, said) = self.run(environment, arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        let said: Vec<&str> =
            said.split(|it: char| it.is_whitespace() || it == '│').filter(|it| !it.is_empty()).collect();
        let said = said.join(" ");
        expected.iter().for_each(|it| assert!(said.contains(it), "{it:?} in {said}"));
        [OLD, NEW, "hush"].iter().for_each(|it| assert!(!said.contains(it), "{it:?} in {said}"));
    }

    /// Makes sure that no file but the configuration quotes a secret, and returns the names of the files, those of the
    /// history left out.
    fn keeps_secrets(&self) -> Vec<String> {
        let mut names = Vec::new();
        visit(self.0.path(), &mut |path| {
            let name = path.strip_prefix(self.0.path()).unwrap().display().to_string();
            if !name.ends_with(".tf") {
                let text = String::from_utf8_lossy(&unpacked(path)).into_owned();
                ["hush", OLD, NEW]
                    .iter()
                    .for_each(|it| assert!(!text.contains(it), "{it} in {name}: {text}"));
                names.extend((!name.contains(".history")).then_some(name));
            }
        });
        names.sort();
        names
    }

    /// Returns the names of the key providers in the state file, and its serial.
    fn kept(&self) -> (Vec<String>, u64) {
        let file: Value = serde_json::from_str(&self.read("terraform.tfstate")).unwrap();
        let names = file["meta"].as_object().map(|it| it.keys().cloned().collect()).unwrap_or_default();
        (names, file["serial"].as_u64().unwrap())
    }
}

/// Returns what is in a file, which the history packs.
fn unpacked(path: &Path) -> Vec<u8> {
    if path.extension().is_some_and(|it| it == "gz") {
        let mut bytes = Vec::new();
        let mut packed = flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap());
        std::io::Read::read_to_end(&mut packed, &mut bytes).unwrap();
        return bytes;
    }
    std::fs::read(path).unwrap()
}

fn visit(directory: &Path, each: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { visit(&path, each) } else { each(&path) }
    }
}

const STATE: &str = "state {\nmethod = method.aes_gcm.old\n}\n";

#[test]
fn what_is_written_tells_nothing_and_can_be_read_again() {
    let place = Place::new(STATE);
    place.good(&APPLY);
    assert_eq!(place.keeps_secrets(), ["terraform.tfstate"]);
    assert_eq!(place.kept().0, ["key_provider.pbkdf2.old"]);
    place.good(&["apply", "-auto-approve", "-var", "secret=hush-two"]);
    assert_eq!(place.keeps_secrets(), ["terraform.tfstate", "terraform.tfstate.backup"]);
    assert_eq!(place.good(&["output", "-raw", "secret"]), "hush-two");
    let pulled = place.good(&["state", "pull"]);
    assert!(pulled.contains("hush-two") && pulled.starts_with("{\n  \"version\": 4,"), "{pulled}");
    let shown = place.good(&["show", "-json", "terraform.tfstate.backup"]);
    assert!(shown.contains("hush-one"), "{shown}");
}

#[test]
fn a_killed_run_leaves_a_journal_that_tells_nothing() {
    let place = Place::new(STATE);
    let (code, said) = place.run(&[], &["apply", "-auto-approve", "-var", "command=kill -9 $PPID"]);
    assert_eq!(code, None, "{said}");
    assert_eq!(place.keeps_secrets().iter().filter(|it| it.ends_with("journal")).count(), 1);
    let journal = std::fs::read_to_string(place.path(".terraform.tfstate.journal")).unwrap();
    assert!(journal.lines().count() > 1 && journal.lines().all(|it| it.starts_with("{\"encrypted\":1,")));
    // Lines that change places are no lines of this journal any more.
    let mut lines: Vec<&str> = journal.lines().collect();
    lines.swap(0, 1);
    place.write(".terraform.tfstate.journal", &format!("{}\n", lines.join("\n")));
    place.refused(&[], &APPLY, &["the key is not the one it was sealed with, or it was changed since"]);
    // What was being written at the end is no line yet.
    place.write(".terraform.tfstate.journal", &format!("{journal}{}", &journal[..40]));
    let said = place.good(&["apply", "-auto-approve"]);
    assert!(said.contains("Recovered an interrupted run"), "{said}");
    assert!(place.good(&["state", "list"]).contains("terraform_data.second"));
    assert!(!place.keeps_secrets().iter().any(|it| it.ends_with("journal")));
}

#[test]
fn plain_states_become_encrypted_ones_and_plain_again() {
    let place = Place::new("");
    place.good(&APPLY);
    let plain = place.read("terraform.tfstate");
    assert!(plain.contains("hush-one"));
    place.encrypt(STATE);
    for command in [&APPLY[..], &["output"]] {
        place.refused(&[], command, &["it is not encrypted", "method.unencrypted.NAME", "`rinfra apply`"]);
    }
    assert_eq!(place.read("terraform.tfstate"), plain, "it is left as it is");
    place.encrypt(
        "state {\nmethod = method.aes_gcm.old\nfallback {\nmethod = method.unencrypted.migrate\n}\n}\n",
    );
    let said = place.good(&APPLY);
    assert!(said.contains("Unencrypted method configured"), "{said}");
    assert_eq!(place.keeps_secrets(), ["terraform.tfstate", "terraform.tfstate.backup"]);
    let serial = place.kept().1;
    place.encrypt(STATE);
    place.good(&APPLY);
    assert_eq!(place.kept().1, serial, "what is encrypted already is not written again");

    place.encrypt("");
    place.refused(&[], &["plan"], &["it is encrypted, and no encryption is configured for it"]);
    place.encrypt(
        "state {\nmethod = method.unencrypted.migrate\nfallback {\nmethod = method.aes_gcm.old\n}\n}\n",
    );
    place.good(&APPLY);
    place.encrypt("");
    place.good(&["plan", "-detailed-exitcode"]);
    assert!(place.read("terraform.tfstate").contains("hush-one"));
}

#[test]
fn keys_are_changed_with_the_next_apply() {
    let place = Place::new(STATE);
    place.good(&APPLY);
    place.encrypt("state {\nmethod = method.aes_gcm.new\n}\n");
    place.refused(&[], &["plan"], &["none of the configured methods decrypts it: method.aes_gcm.new: it was not encrypted with key_provider.pbkdf2.new"]);
    place.encrypt("state {\nenforced = true\nmethod = method.aes_gcm.new\nfallback {\nmethod = method.aes_gcm.old\n}\n}\n");
    place.good(&APPLY);
    assert_eq!(place.kept().0, ["key_provider.pbkdf2.new"]);
    assert!(place.read("terraform.tfstate.backup").contains("key_provider.pbkdf2.new"));
    place.encrypt("state {\nmethod = method.aes_gcm.new\n}\n");
    place.good(&["plan", "-detailed-exitcode"]);
    place.refused(
        &[("TF_VAR_new", "not the right passphrase")],
        &["plan"],
        &["the key is not the one it was sealed with, or it was changed since"],
    );
}

#[test]
fn plans_are_encrypted_as_a_whole() {
    let place = Place::new(&format!("{STATE}plan {{\nmethod = method.aes_gcm.new\n}}\n"));
    let said = place.good(&["plan", "-out=p"]);
    assert!(!said.contains("sensitive values"), "{said}");
    let text = place.read("p");
    assert!(!text.contains("terraform_data") && text.contains("\"encryption_version\":\"v0\""), "{text}");
    place.keeps_secrets();
    assert!(place.good(&["show", "p"]).contains("terraform_data.first"));
    place.refused(&[("TF_VAR_new", "not the right passphrase")], &["show", "p"], &["the key is not the one"]);
    place.good(&["apply", "p"]);
    assert_eq!(place.good(&["output", "-raw", "secret"]), "hush-one");
    place.encrypt(STATE);
    place.refused(&[], &["show", "p"], &["no encryption is configured"]);
    place.good(&["plan", "-out=plain", "-var", "secret=other"]);
    place.encrypt(&format!("{STATE}plan {{\nmethod = method.aes_gcm.new\n}}\n"));
    place.refused(&[], &["apply", "plain"], &["Saved plan is not encrypted"]);
}

#[test]
fn states_are_pulled_and_pushed_as_plain_ones() {
    let place = Place::new(STATE);
    place.good(&APPLY);
    let pulled = place.good(&["state", "pull"]);
    place.write("pulled.json.tf", &pulled);
    let other = Place::new("state {\nmethod = method.aes_gcm.new\n}\n");
    other.write("pushed.tf.txt", &pulled);
    other.good(&["state", "push", "pushed.tf.txt"]);
    std::fs::remove_file(other.path("pushed.tf.txt")).unwrap();
    assert_eq!(other.keeps_secrets(), ["terraform.tfstate"]);
    assert_eq!(other.good(&["state", "pull"]), pulled);
}

#[test]
fn states_of_others_are_opened_as_the_block_says() {
    let other = Place::new(STATE);
    other.good(&APPLY);
    let reading = |remotes: &str| {
        let place = Place::new(&format!("remote_state_data_sources {{\n{remotes}\n}}\n"));
        let config = format!("{{ path = {:?} }}", other.path("terraform.tfstate"));
        let data = format!(
            "data \"terraform_remote_state\" \"other\" {{\n backend = \"local\"\n config = {config}\n}}\n\
             output \"o\" {{\n value = nonsensitive(data.terraform_remote_state.other.outputs.secret) == \"hush-one\"\n}}\n"
        );
        place.write("resources.tf", &data);
        place
    };
    let method = |name: &str| format!("{{\nmethod = method.{name}\n}}\n");
    let both = |default: &str, single: &str| {
        let single = format!("remote_state_data_source \"other\" {}", method(single));
        format!("default {}{single}", method(default))
    };
    for remotes in [
        format!("default {}", method("aes_gcm.old")),
        both("aes_gcm.new", "aes_gcm.old"),
        "default {\nmethod = method.unencrypted.migrate\nfallback {\nmethod = method.aes_gcm.old\n}\n}"
            .to_owned(),
    ] {
        let place = reading(&remotes);
        let said = place.good(&["apply", "-auto-approve"]);
        assert!(said.contains("o = true"), "{said}");
    }
    reading(&both("aes_gcm.old", "aes_gcm.new")).refused(
        &[],
        &["plan"],
        &["Unsupported state file format", "it was not encrypted with key_provider.pbkdf2.new"],
    );
    let unsaid = reading(&format!("remote_state_data_source \"another\" {}", method("aes_gcm.old")));
    unsaid.refused(&[], &["plan"], &["no encryption is configured for it", "remote_state_data_sources"]);
    // A plain one where the block asks for encryption could be anybody's.
    let plain = reading(&format!("default {}", method("aes_gcm.old")));
    let text = plain.read("resources.tf").replace("terraform.tfstate\"", "plain.json\"");
    plain.write("resources.tf", &text);
    other.write("plain.json", &other.good(&["state", "pull"]));
    plain.refused(&[], &["plan"], &["it is not encrypted, and the configuration asks for encryption"]);
}

#[test]
fn the_environment_may_say_how() {
    let place = Place::new("");
    let encryption = format!(
        "key_provider \"pbkdf2\" \"k\" {{\n passphrase = \"{OLD}\"\n iterations = 200000\n}}\n\
         method \"aes_gcm\" \"m\" {{\n keys = key_provider.pbkdf2.k\n}}\n\
         state {{\n method = method.aes_gcm.m\n}}\n"
    );
    for variable in ["TF_ENCRYPTION", "RINFRA_ENCRYPTION"] {
        let (code, said) = place.run(&[(variable, &encryption)], &APPLY);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(place.keeps_secrets(), ["terraform.tfstate"]);
    }
    place.refused(&[], &["plan"], &["TF_ENCRYPTION"]);
    let wrong = encryption.replace(OLD, "hush");
    place.refused(&[("TF_ENCRYPTION", &wrong)], &["plan"], &["The passphrase is too short"]);
    place.write("enforced.tf", "terraform {\n encryption {\n state {\n enforced = true\n }\n }\n}\n");
    place.refused(&[], &["plan"], &["No encryption method", "TF_ENCRYPTION"]);
    place.good(&["validate"]);
    let (code, said) = place.run(&[("TF_ENCRYPTION", &encryption)], &["plan", "-detailed-exitcode"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn logs_and_failures_tell_no_secrets() {
    let place = Place::new(STATE);
    // What terraform_data hands out as its output is shown, as by Terraform: nobody calls it sensitive.
    let resources = RESOURCES.replace("  input            = var.secret\n", "").replace("[var.secret, ", "[");
    place.write(
        "resources.tf",
        &resources.replace("= var.command", "= \"echo ${var.secret}; ${var.command}\""),
    );
    let log = [("RINFRA_LOG", "trace"), ("TF_LOG", "trace"), ("RUST_LOG", "trace")];
    let (code, said) = place.run(&log, &["apply", "-auto-approve", "-var", "command=false"]);
    assert_eq!(code, Some(1), "{said}");
    ["hush", OLD, NEW].iter().for_each(|it| assert!(!said.contains(it), "{it} in {said}"));
    let (code, said) = place.run(&log, &APPLY);
    assert_eq!(code, Some(0), "{said}");
    ["hush", OLD, NEW].iter().for_each(|it| assert!(!said.contains(it), "{it} in {said}"));
    place.keeps_secrets();
}

/// AWS KMS, without the rest of AWS: `cargo test -p rinfra --no-default-features --features kms`.
#[cfg(feature = "kms")]
#[test]
fn keys_of_kms_encrypt_states_and_plans() {
    let account = rinfra_testkit::moto().account();
    let request = |target: &str, body: &Value| -> Value {
        let credential =
            format!("AWS4-HMAC-SHA256 Credential={}/20260101/eu-central-1/kms/aws4_request", account.id());
        let post = ureq::post(account.endpoint())
            .header("Content-Type", "application/x-amz-json-1.1")
            .header("X-Amz-Target", format!("TrentService.{target}"))
            .header("Authorization", format!("{credential}, SignedHeaders=host, Signature=0"));
        let answer = post.send(body.to_string()).unwrap().body_mut().read_to_string().unwrap();
        serde_json::from_str(&answer).unwrap()
    };
    let arn = request("CreateKey", &serde_json::json!({}))["KeyMetadata"]["Arn"].as_str().unwrap().to_owned();
    let place = Place::new("");
    let encryption = format!(
        "key_provider \"aws_kms\" \"k\" {{\n kms_key_id = \"{arn}\"\n key_spec = \"AES_256\"\n \
         encryption_context = {{ project = \"x\" }}\n}}\n\
         key_provider \"pbkdf2\" \"derived\" {{\n chain = key_provider.aws_kms.k\n iterations = 200000\n}}\n\
         method \"aes_gcm\" \"m\" {{\n keys = key_provider.aws_kms.k\n}}\n\
         method \"aes_gcm\" \"d\" {{\n keys = key_provider.pbkdf2.derived\n}}\n\
         state {{\n method = method.aes_gcm.m\n}}\nplan {{\n method = method.aes_gcm.d\n}}\n"
    );
    let id = account.id().to_owned();
    let environment: Vec<(&str, &str)> = vec![
        ("AWS_ENDPOINT_URL", account.endpoint()),
        ("AWS_ACCESS_KEY_ID", &id),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    let with = |more: &[(&'static str, String)], arguments: &[&str]| {
        let mut all = environment.clone();
        all.extend(more.iter().map(|(name, value)| (*name, value.as_str())));
        let (code, said) = place.run(&all, arguments);
        (code, said)
    };
    let configured = [("TF_ENCRYPTION", encryption)];
    for arguments in [&APPLY[..], &["plan", "-detailed-exitcode"], &["plan", "-out=p"], &["apply", "p"]] {
        let (code, said) = with(&configured, arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
    }
    place.keeps_secrets();
    assert_eq!(place.kept().0, ["key_provider.aws_kms.k"]);
    assert!(place.read("p").contains("key_provider.aws_kms.k") && place.read("p").contains("derived"));
    // KMS that cannot be reached is no reason to touch anything.
    let before = place.read("terraform.tfstate");
    let (code, said) = with(
        &[
            configured[0].clone(),
            ("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:1".to_owned()),
            ("AWS_MAX_ATTEMPTS", "1".to_owned()),
        ],
        &["state", "list"],
    );
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(place.read("terraform.tfstate"), before);

    let place = Place::new("");
    let with = |more: &[(&str, &str)], arguments: &[&str]| {
        place.run(&[environment.as_slice(), more].concat(), arguments)
    };
    let kms = [("RINFRA_PLAN_KMS_KEY", arn.as_str())];
    let (code, said) = with(&kms, &["plan", "-out=p"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(place.read("p").contains("rinfra:purpose"));
    place.keeps_secrets();
    let (code, said) = with(&[], &["apply", "p"]);
    assert!(code == Some(1) && said.contains("RINFRA_PLAN_KMS_KEY"), "{said}");
    let (code, said) = with(&kms, &["apply", "p"]);
    assert_eq!(code, Some(0), "{said}");
}
