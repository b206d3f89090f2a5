//! The summaries of plans that are longer than a screen.

use insta::assert_snapshot;
use rinfra_change::{Action, Plan, ResourceChange};

use crate::fixture::{change, concise_text, house, in_region, plan, text};
use crate::plans::{at, simple};

fn some(action: Action, address: &str, region: &str) -> ResourceChange {
    let before = (action != Action::Create).then(|| simple("one"));
    let after = (action != Action::Delete).then(|| simple("two"));
    in_region(at(change(action, before, after), address), region)
}

/// Returns so many new houses in a module, in a Region.
fn new(count: usize, module: &str, region: &str) -> Vec<ResourceChange> {
    (0..count).map(|it| some(Action::Create, &format!("{module}house.new[{it}]"), region)).collect()
}

/// Returns the summary of a plan, if it has one.
fn summary(plan: &Plan) -> Option<String> {
    let text = text(plan);
    let (_, rest) = text.split_once("Summary:\n")?;
    let (summary, _) = rest.split_once("\nPlan: ").unwrap();
    Some(summary.trim_start_matches('\n').to_owned())
}

#[test]
fn what_fits_on_a_screen_has_no_summary() {
    let long = |action, address: &str| {
        let lines = |word: &str| (0..50).map(|it| format!("{word} {it}\n")).collect::<String>();
        let house = |word| Some(house(serde_json::json!({"id": "h", "name": "n", "text": lines(word)})));
        summary(&plan(vec![at(change(action, house("old"), house("new")), address)]))
    };
    assert_eq!(summary(&plan(new(6, "", "us-east-1"))), None);
    assert!(summary(&plan(new(7, "", "us-east-1"))).is_some());
    assert_eq!(long(Action::DeleteThenCreate, "house.a"), None);
    assert_eq!(long(Action::Update, "archive.a"), None);
    assert!(long(Action::DeleteThenCreate, "archive.a").is_some());
    assert!(!concise_text(&plan(new(8, "", "us-east-1"))).contains("Summary"));
    assert!(concise_text(&plan(new(80, "", "us-east-1"))).contains("Summary"));
}

#[test]
fn regions_modules_and_actions_are_counted() {
    let mut changes = new(9, "", "us-east-1");
    changes.extend(new(3, "module.a[0].module.b.", "us-east-1"));
    changes.extend([
        some(Action::Update, "house.updated", "eu-west-1"),
        some(Action::DeleteThenCreate, "house.replaced", "eu-west-1"),
        some(Action::CreateThenDelete, "archive.replaced", "eu-west-1"),
        some(Action::Update, "archive.updated", "eu-west-1"),
        some(Action::Forget, "archive.forgotten", "eu-west-1"),
        some(Action::Delete, "module.a[1].archive.gone[\"k\"]", "us-east-1"),
        some(Action::NoOp, "house.kept", "us-west-2"),
        some(Action::Read, "data.house.read", "global"),
        change(Action::Create, None, Some(simple("one"))),
        ResourceChange {
            deposed: Some("0badcafe".to_owned()),
            ..some(Action::Delete, "archive.deposed", "global")
        },
        ResourceChange {
            previous_address: Some("house.old".parse().unwrap()),
            ..some(Action::NoOp, "house.moved", "global")
        },
        ResourceChange {
            importing: Some("h".to_owned()),
            ..some(Action::Update, "house.imported", "global")
        },
    ]);
    assert_snapshot!("summary", summary(&plan(changes)).unwrap());
}

#[test]
fn a_summary_fits_on_a_screen_however_much_there_is() {
    let check = |name: &str, changes: Vec<ResourceChange>| {
        let summary = summary(&plan(changes)).unwrap();
        assert!(summary.lines().count() <= 36, "{summary}");
        assert_snapshot!(format!("summary_of_many_{name}"), summary);
    };
    let gone = |it: usize| some(Action::Delete, &format!("archive.gone[{it}]"), "us-east-1");
    check("losses", (0..40).map(gone).collect());
    check("modules", (0..40).flat_map(|it| new(2, &format!("module.a[{it}]."), "us-east-1")).collect());
    check("calls", (0..40).flat_map(|it| new(1 + it % 7, &format!("module.a{it}."), "us-east-1")).collect());
    check("regions", (0..40).flat_map(|it| new(2, "", &format!("region-{it:02}"))).collect());
}
