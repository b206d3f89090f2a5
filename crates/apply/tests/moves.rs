//! How a state gets its new addresses.

use rinfra_testkit::Laboratory;

fn thing(name: &str, arguments: &str) -> String {
    format!("resource \"mem_thing\" \"{name}\" {{\n {arguments}\n}}\n")
}

fn is(from: &str, to: &str) -> String {
    format!("moved {{\n from = mem_thing.{from}\n to = mem_thing.{to}\n}}\n")
}

#[tokio::test]
async fn moves_are_written_down_before_anything_else() {
    let mut laboratory = Laboratory::new(&(thing("a", "size = 1") + &thing("other", "")));
    laboratory.apply().await.clean();
    laboratory.cloud.take_changes();
    laboratory.write("main.tf", &(thing("b", "size = 2") + &thing("other", "") + &is("a", "b")));
    let done = laboratory.apply().await.clean();
    assert_eq!(
        done.journal(),
        ["moved mem_thing.a to mem_thing.b", "intent update mem_thing.b", "settled update mem_thing.b"]
    );
    assert!(laboratory.state.current(&"mem_thing.a".parse().unwrap()).is_none());
}

#[tokio::test]
async fn a_chain_moves_into_places_that_have_been_left() {
    let mut laboratory = Laboratory::new(&(thing("a", "name = \"a\"") + &thing("b", "name = \"b\"")));
    laboratory.apply().await.clean();
    laboratory.cloud.take_changes();
    let names = thing("b", "name = \"a\"") + &thing("c", "name = \"b\"");
    // Which is refused: `b` is declared. With other names in between it is the same rotation.
    laboratory.write("main.tf", &(names.clone() + &is("a", "b") + &is("b", "c")));
    assert_eq!(laboratory.plan().await.errors(), ["Moved object still exists"]);
    let names = thing("x", "name = \"a\"") + &thing("c", "name = \"b\"");
    laboratory.write("main.tf", &(names + &is("a", "x") + &is("b", "c")));
    let done = laboratory.apply().await.clean();
    assert_eq!(done.journal(), ["moved mem_thing.a to mem_thing.x", "moved mem_thing.b to mem_thing.c"]);
    assert!(laboratory.cloud.take_changes().is_empty());
}
