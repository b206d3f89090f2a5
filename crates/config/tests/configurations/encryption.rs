//! What the `encryption` block says, and what is wrong with it.

use std::path::Path;

use rinfra_config::{
    Encryption, InstalledModules, KeySecret, KeySource, Known, Loaded, MethodCipher, NoVariables, load_with,
};
use rinfra_diag::Diagnostics;
use rinfra_lang::files::MemoryFiles;
use rinfra_lang::functions::Functions;

use crate::support::shown;

const GOOD: &str = "key_provider \"pbkdf2\" \"k\" {\npassphrase = \"correct horse battery\"\n}\n\
                    method \"aes_gcm\" \"m\" {\nkeys = key_provider.pbkdf2.k\n}\n";

fn loaded(root: &str, environment: Option<&str>) -> Loaded {
    let files: MemoryFiles = [("main.tf", root)].into_iter().collect();
    let installed = InstalledModules::read(&files, Path::new("."), &mut Diagnostics::new());
    let known = Known {
        functions: &Functions::default(),
        variables: &NoVariables,
        workspace: "blue".into(),
        working_directory: "/work".into(),
        encryption: environment.map(Into::into),
    };
    load_with(&files, Path::new("."), &installed, &known)
}

fn within(block: &str) -> String {
    format!("terraform {{\nencryption {{\n{block}}}\n}}\n")
}

/// What the block in the third line of a file means.
fn encryption(block: &str, environment: Option<&str>) -> Encryption {
    let loaded = loaded(&within(block), environment);
    assert_eq!(shown(&loaded.diagnostics), Vec::<String>::new(), "{block}");
    let encryption = loaded.config.encryption().cloned().expect("there is one");
    assert_eq!(shown(&encryption.problems), Vec::<String>::new(), "{block}");
    encryption
}

/// Key providers, methods and targets in few words.
fn told(encryption: &Encryption) -> String {
    let providers = encryption.key_providers.iter().map(|it| match &it.source {
        KeySource::Pbkdf2(key) => {
            let secret = match &key.secret {
                KeySecret::Passphrase(it) => it.0.to_string(),
                KeySecret::Chain(place) => format!("of {place}"),
            };
            let numbers =
                format!("{}/{}/{}/{}", key.iterations, key.salt_length, key.key_length, key.hash_function);
            format!("{} {secret} {numbers}", it.metadata_name)
        }
        KeySource::AwsKms(key) => format!(
            "{} {} {} {:?} {:?}",
            it.metadata_name, key.key_id, key.key_spec, key.encryption_context, key.connection.0
        ),
    });
    let methods = encryption.methods.iter().map(|it| match &it.cipher {
        MethodCipher::Unencrypted => format!("{} plain", it.name),
        MethodCipher::AesGcm { key_provider, aad } => format!("{} {key_provider} {aad:?}", it.name),
    });
    let targets =
        [("state", &encryption.state), ("plan", &encryption.plan), ("default", &encryption.remote_default)];
    let targets = targets.into_iter().filter_map(|(name, it)| Some((name, it.as_ref()?)));
    let remotes = encryption.remotes.iter().map(|(name, it)| (&**name, it));
    let targets = targets.chain(remotes).map(|(name, it)| format!("{name}={:?}", it.methods));
    providers.chain(methods).chain(targets).collect::<Vec<_>>().join("; ")
}

#[test]
fn blocks_are_read_as_opentofu_reads_them() {
    let check = |block: &str, expected: &str| assert_eq!(told(&encryption(block, None)), expected, "{block}");
    check(
        &format!("{GOOD}state {{\nmethod = method.aes_gcm.m\n}}\n"),
        "key_provider.pbkdf2.k correct horse battery 600000/32/32/sha512; method.aes_gcm.m 0 []; state=[0]",
    );
    check(
        "key_provider \"pbkdf2\" \"a\" {\npassphrase = upper(\"abcdefghijklmnop\")\niterations = 200000\n\
         salt_length = 8\nkey_length = 64\nhash_function = \"sha256\"\nencrypted_metadata_alias = \"old\"\n}\n\
         key_provider \"pbkdf2\" \"b\" {\nchain = key_provider.pbkdf2.a\n}\n\
         method \"aes_gcm\" \"m\" {\nkeys = key_provider.pbkdf2.b\naad = [1, 255]\n}\n\
         plan {\nenforced = true\nmethod = method.aes_gcm.m\n}\n"
            .replace("upper(\"abcdefghijklmnop\")", "\"abcdefghijkl-${1 + 2}-xy\"")
            .as_str(),
        "old abcdefghijkl-3-xy 200000/8/64/sha256; key_provider.pbkdf2.b of 0 600000/32/32/sha512; \
         method.aes_gcm.m 1 [1, 255]; plan=[0]",
    );
    check(
        "key_provider \"aws_kms\" \"k\" {\nkms_key_id = \"alias/x\"\nkey_spec = \"AES_256\"\nregion = \"eu-west-1\"\n\
         encryption_context = {\na = \"b\"\n}\nendpoints {\nsts = \"http://x\"\n}\n}\n\
         method \"aes_gcm\" \"m\" {\nkeys = key_provider.aws_kms.k\n}\n\
         remote_state_data_sources {\ndefault {\nmethod = method.aes_gcm.m\n}\n\
         remote_state_data_source \"net.it[0]\" {\nmethod = method.aes_gcm.m\n}\n}\n",
        "key_provider.aws_kms.k alias/x AES_256 {\"a\": \"b\"} {\"endpoints\": {\"sts\": \"http://x\"}, \"region\": \
         \"eu-west-1\"}; method.aes_gcm.m 0 []; default=[0]; net.it[0]=[0]",
    );
}

#[test]
fn the_environment_is_laid_over_the_block() {
    let state = "state {\nmethod = method.aes_gcm.m\n}\n";
    let json = "{\"key_provider\":{\"pbkdf2\":{\"k\":{\"passphrase\":\"another passphrase\"}}},\
                \"method\":{\"aes_gcm\":{\"m\":{\"keys\":\"key_provider.pbkdf2.k\"}}},\
                \"state\":{\"method\":\"method.aes_gcm.m\"}}";
    let expected =
        "key_provider.pbkdf2.k another passphrase 600000/32/32/sha512; method.aes_gcm.m 0 []; state=[0]";
    assert_eq!(told(&encryption("", Some(json))), expected);
    assert_eq!(told(&encryption("state {\nenforced = true\n}\n", Some(json))), expected);
    assert_eq!(told(&encryption(&format!("{GOOD}{state}"), Some(json))), expected);
    let interpolated =
        json.replace("\"keys\":\"key_provider.pbkdf2.k\"", "\"keys\":\"${key_provider.pbkdf2.k}\"");
    assert_eq!(told(&encryption("", Some(&interpolated))), expected);
    let iterations = "key_provider \"pbkdf2\" \"k\" {\niterations = 300000\n}\n";
    assert_eq!(
        told(&encryption(&format!("{GOOD}{state}"), Some(iterations))),
        "key_provider.pbkdf2.k correct horse battery 300000/32/32/sha512; method.aes_gcm.m 0 []; state=[0]"
    );
    let loaded = loaded("", Some("  \n"));
    assert!(loaded.diagnostics.is_empty() && loaded.config.encryption().is_none());
}

#[test]
fn what_is_wrong_is_told_where_it_is() {
    let check = |block: &str, expected: &[&str]| {
        assert_eq!(shown(&loaded(&within(block), None).diagnostics), expected, "{block}");
    };
    let with = |block: &str| {
        format!(
            "{block}method \"aes_gcm\" \"m\" {{\nkeys = key_provider.pbkdf2.k\n}}\nstate {{\nmethod = method.aes_gcm.m\n}}\n"
        )
    };
    let pbkdf2 = |arguments: &str| with(&format!("key_provider \"pbkdf2\" \"k\" {{\n{arguments}}}\n"));
    let long = "passphrase = \"correct horse battery\"\n";
    check(&pbkdf2("passphrase = \"too short\"\n"), &["main.tf:3,1-26 Invalid passphrase"]);
    check(
        &pbkdf2(""),
        &["main.tf:3,1-26 Invalid key provider (set `passphrase`, or `chain` to another key provider)"],
    );
    check(&pbkdf2(&format!("{long}iterations = 1000\n")), &["main.tf:5,14-18 Invalid key derivation"]);
    check(&pbkdf2(&format!("{long}hash_function = \"md5\"\n")), &["main.tf:5,17-22 Invalid key provider"]);
    check(
        &pbkdf2(&format!("{long}key_length = 24\n")),
        &["main.tf:8,8-29 Invalid key length (leave key_length out, and keys have 32 bytes)"],
    );
    check(&pbkdf2(&format!("{long}pass = 1\n")), &["main.tf:5,1-5 Unsupported argument"]);
    check(&pbkdf2("chain = key_provider.pbkdf2.k\n"), &["main.tf:4,9-30 Circular reference"]);
    check(
        &with("key_provider \"pbkdf\" \"k\" {\n}\n").replace("pbkdf2.k", "pbkdf.k"),
        &["main.tf:3,1-25 Unknown key_provider type (Did you mean \"pbkdf2\"?)"],
    );
    check(
        &with("key_provider \"openbao\" \"k\" {\n}\n").replace("pbkdf2.k", "openbao.k"),
        &["main.tf:3,1-27 Unknown key_provider type (there are \"pbkdf2\" and \"aws_kms\")"],
    );
    check(
        &with("").replace("pbkdf2.k", "pbkdf2.x"),
        &["main.tf:4,8-29 Reference to undeclared key provider"],
    );
    check("state {\nmethod = method.aes_gcm.m\n}\n", &["main.tf:4,10-26 Reference to undeclared method"]);
    check("state {\nmethod = \"aes_gcm\"\n}\n", &["main.tf:4,10-19 Invalid reference to a method"]);
    check(
        "method \"unencrypted\" \"m\" {}\nstate {\nenforced = true\nmethod = method.unencrypted.m\n}\n",
        &[
            "main.tf:3,1-25 Unencrypted method configured",
            "main.tf:4,1-6 Unencrypted method is forbidden (leave the method \"unencrypted\" out, also as a \
             fallback, or enforced = true)",
        ],
    );
    check(GOOD, &["main.tf:3,1-26 Unused key provider", "main.tf:6,1-21 Unused encryption method"]);
    check("state {\n}\nstate {\n}\n", &["main.tf:5,1-6 Duplicate state block"]);
    check("state {\nx = 1\n}\n", &["main.tf:4,1-2 Unsupported argument"]);
}

#[test]
fn what_has_no_value_matters_to_those_who_need_it() {
    let check = |root: &str, expected: &[&str]| {
        let loaded = loaded(root, None);
        assert_eq!(shown(&loaded.diagnostics), Vec::<String>::new(), "{root}");
        let encryption = loaded.config.encryption().expect("there is one");
        assert_eq!(shown(&encryption.problems), expected, "{root}");
    };
    check(
        &within("state {\nenforced = true\n}\n"),
        &["main.tf:3,1-6 No encryption method (set method = method.TYPE.NAME here, or in the environment \
           variable TF_ENCRYPTION)"],
    );
    let variable = within(&format!("{GOOD}state {{\nmethod = method.aes_gcm.m\n}}\n"))
        .replace("\"correct horse battery\"", "var.p");
    check(
        &format!("{variable}variable \"p\" {{\nsensitive = true\n}}\n"),
        &["main.tf:14,1-13 No value for required variable (Set it with -var 'p=…', in a .tfvars file or as \
           TF_VAR_p, or give it a default)"],
    );
    check(
        &format!("{variable}variable \"p\" {{\nsensitive = true\ndefault = \"sixteen letters!\"\n}}\n"),
        &[],
    );
    check(
        &format!("{variable}variable \"p\" {{\n}}\n").replace("var.p", "terraform_data.x.id"),
        &["main.tf:4,14-30 Dynamic value in static context"],
    );
}

#[test]
fn nothing_shows_a_passphrase() {
    let encryption = encryption(&format!("{GOOD}state {{\nmethod = method.aes_gcm.m\n}}\n"), None);
    assert!(!format!("{encryption:?}").contains("horse"));
    let short = "key_provider \"pbkdf2\" \"k\" {\npassphrase = \"hush\"\n}\nmethod \"aes_gcm\" \"m\" {\n\
                 keys = key_provider.pbkdf2.k\n}\nstate {\nmethod = method.aes_gcm.m\n}\n";
    let loaded = loaded("", Some(short));
    assert!(loaded.config.sources().iter().all(|(name, _)| &**name != "TF_ENCRYPTION"));
    assert_eq!(shown(&loaded.diagnostics), ["TF_ENCRYPTION:1,1-26 Invalid passphrase"]);
    assert!(!loaded.diagnostics.to_string().contains("hush"));
}
