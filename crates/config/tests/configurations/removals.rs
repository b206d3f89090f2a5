//! What the `removed` blocks of a configuration say together.

use crate::support::{config, findings};
use rinfra_config::Removals;

const FORGET: &str = "lifecycle {\ndestroy = false\n}\n";

fn removed(from: &str, inside: &str) -> String {
    format!("removed {{\nfrom = {from}\n{inside}}}\n")
}

#[test]
fn the_outermost_block_is_heard() {
    let module = "module \"m\" {\nsource = \"./m\"\n}\n";
    let inner = format!("# FILE m/main.tf\n{}", removed("a_b.c", FORGET));
    for (outer, forgotten) in [
        (String::new(), true),
        (removed("module.m.a_b.c", ""), false),
        (removed("module.m.a_b.c", FORGET), true),
        (removed("a_b.c", ""), true),
        (removed("module.other", FORGET), true),
    ] {
        let config = config(&format!("{module}{outer}{inner}"));
        let removals = Removals::of(&config);
        assert_eq!(removals.forgets(&"module.m.a_b.c".parse().unwrap()), forgotten, "{outer}");
        assert_eq!(removals.of_resource(&"module.m.a_b.c".parse().unwrap()).unwrap().destroy, !forgotten);
    }
}

#[test]
fn a_module_is_forgotten_with_all_that_was_in_it() {
    let config = config(&removed("module.m", FORGET));
    let removals = Removals::of(&config);
    for (address, expected) in [
        ("module.m.a_b.c", true),
        ("module.m.module.n.a_b.c", true),
        ("module.mm.a_b.c", false),
        ("a_b.c", false),
    ] {
        assert_eq!(removals.forgets(&address.parse().unwrap()), expected, "{address}");
    }
}

#[test]
fn blocks_that_cannot_be_meant_are_refused() {
    let destroying = "provisioner \"local-exec\" {\nwhen = destroy\ncommand = \"true\"\n}\n";
    let creating = "provisioner \"local-exec\" {\ncommand = \"true\"\n}\n";
    for (from, inside, expected) in [
        ("a_b.c[0]", "", vec!["main.tf:2,13-16 Resource instance keys not allowed"]),
        ("module.m[0]", "", vec!["main.tf:2,16-19 Module instance keys not allowed"]),
        ("module.m[0].a_b.c", "", vec!["main.tf:2,16-19 Module instance keys not allowed"]),
        ("data.a_b.c", "", vec!["main.tf:2,8-18 Data source address not allowed"]),
        ("module.m", destroying, vec!["main.tf:3,1-25 Invalid provisioner block"]),
        ("a_b.c", creating, vec!["main.tf:3,1-25 Invalid provisioner block"]),
        ("a_b.c", destroying, vec![]),
    ] {
        assert_eq!(findings(&removed(from, inside)), expected, "{from} {inside}");
    }
}
