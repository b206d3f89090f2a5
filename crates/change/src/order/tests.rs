use std::collections::BTreeSet;
use std::sync::Arc;

use super::execution_graph;
use crate::{Action, Opcode, ResourceChange};

fn change(address: &str, action: Action, dependencies: &[&str]) -> ResourceChange {
    let dependencies = dependencies.iter().map(|it| it.parse().expect("an address"));
    let dependencies: Arc<BTreeSet<_>> = Arc::new(dependencies.collect());
    ResourceChange {
        address: address.parse().expect("an address"),
        previous_address: None,
        importing: None,
        generated_config: None,
        deposed: None,
        provider: r#"provider["registry.terraform.io/hashicorp/aws"]"#.parse().expect("a provider"),
        region: None,
        action,
        reason: None,
        before: None,
        after: None,
        replace_paths: Vec::new(),
        prior_dependencies: Arc::clone(&dependencies),
        dependencies,
        recorded_dependencies: Arc::default(),
        create_before_destroy: action == Action::CreateThenDelete,
        left_alone: false,
        verifies_check: false,
        schema_version: 0,
    }
}

/// Renders each wait as `opcode address after opcode address`.
fn waits(changes: &[ResourceChange]) -> Vec<String> {
    let graph = execution_graph(changes);
    let name = |position: usize| {
        let node = &graph.nodes[position];
        let opcode = match node.opcode {
            Opcode::Read => "read",
            Opcode::Create => "create",
            Opcode::Update => "update",
            Opcode::Delete => "delete",
            Opcode::Forget => "forget",
            Opcode::Join => "join",
        };
        format!("{opcode} {}", node.address)
    };
    let mut waits: Vec<_> = graph
        .edges
        .iter()
        .map(|&(waiter, awaited)| format!("{} after {}", name(waiter), name(awaited)))
        .collect();
    waits.sort();
    waits
}

fn check(changes: &[ResourceChange], expected: &[&str]) {
    assert_eq!(waits(changes), expected);
}

#[test]
fn creation_follows_dependencies_and_destruction_reverses_them() {
    check(
        &[change("x_a.a", Action::Create, &[]), change("x_b.b", Action::Create, &["x_a.a"])],
        &["create x_b.b after create x_a.a"],
    );
    check(
        &[change("x_a.a", Action::Delete, &[]), change("x_b.b", Action::Delete, &["x_a.a"])],
        &["delete x_a.a after delete x_b.b"],
    );
}

#[test]
fn an_unchanged_instance_passes_on_what_it_waits_for() {
    check(
        &[
            change("x_a.a", Action::Update, &[]),
            change("x_b.b", Action::NoOp, &["x_a.a"]),
            change("x_c.c", Action::Create, &["x_b.b"]),
        ],
        &["create x_c.c after update x_a.a"],
    );
}

#[test]
fn replacements_order_by_their_kind() {
    check(
        &[
            change("x_a.a", Action::DeleteThenCreate, &[]),
            change("x_b.b", Action::DeleteThenCreate, &["x_a.a"]),
        ],
        &[
            "create x_a.a after delete x_a.a",
            "create x_b.b after create x_a.a",
            "create x_b.b after delete x_b.b",
            "delete x_a.a after delete x_b.b",
        ],
    );
    check(
        &[change("x_a.a", Action::CreateThenDelete, &[]), change("x_b.b", Action::Update, &["x_a.a"])],
        &[
            "delete x_a.a after create x_a.a",
            "delete x_a.a after update x_b.b",
            "update x_b.b after create x_a.a",
        ],
    );
}

#[test]
fn an_orphan_is_deleted_after_its_last_user_let_go_of_it() {
    let mut user = change("x_b.b", Action::Update, &[]);
    Arc::make_mut(&mut user.prior_dependencies).insert("x_a.a".parse().expect("an address"));
    check(&[change("x_a.a", Action::Delete, &[]), user], &["delete x_a.a after update x_b.b"]);
}

#[test]
fn many_instances_are_joined() {
    let mut changes: Vec<_> = (0..50).map(|n| change(&format!("x_a.a[{n}]"), Action::Create, &[])).collect();
    changes.extend((0..50).map(|n| change(&format!("x_b.b[{n}]"), Action::Create, &["x_a.a"])));
    assert_eq!(execution_graph(&changes).edges.len(), 100);
}

#[test]
fn many_users_of_many_orphans_are_joined() {
    let mut changes: Vec<_> = (0..50).map(|n| change(&format!("x_a.a[{n}]"), Action::Delete, &[])).collect();
    changes.extend((0..50).map(|n| change(&format!("x_b.b[{n}]"), Action::Update, &["x_a.a"])));
    assert_eq!(execution_graph(&changes).edges.len(), 100);
}

#[test]
fn no_order_is_ever_a_cycle() {
    // The orphan D hangs on X, which is replaced; A used D and uses X.
    let mut user = change("x_a.a", Action::Update, &["x_x.x"]);
    Arc::make_mut(&mut user.prior_dependencies).insert("x_d.d".parse().expect("an address"));
    let contradiction = vec![
        user,
        change("x_d.d", Action::Delete, &["x_x.x"]),
        change("x_x.x", Action::DeleteThenCreate, &[]),
    ];
    // An interrupted apply turned a reference round for one of two objects only.
    let circle = vec![
        change("x_a.a", Action::Delete, &["x_b.b"]),
        change("x_b.b", Action::Delete, &["x_c.c"]),
        change("x_c.c", Action::Delete, &["x_a.a"]),
        change("x_d.d", Action::Delete, &["x_a.a"]),
    ];
    for changes in [contradiction, circle] {
        let graph = execution_graph(&changes);
        assert!(graph.is_acyclic(), "a cycle: {:?}", graph.edges);
    }
}

#[test]
fn the_data_sources_of_checks_are_read_after_everything_is_made() {
    let verifying = ResourceChange { verifies_check: true, ..change("data.aws_x.d", Action::Read, &[]) };
    let unrelated = [change("aws_x.a", Action::Create, &[]), change("aws_x.gone", Action::Delete, &[])];
    let changes: Vec<_> = unrelated.into_iter().chain([verifying]).collect();
    assert_eq!(waits(&changes), ["read data.aws_x.d after create aws_x.a"]);
}
