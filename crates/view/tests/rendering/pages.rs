//! Plans as pages.

use std::collections::BTreeMap;

use rinfra_change::{Action, Observation, OutputChange, Plan, ResourceChange};
use rinfra_value::{Marks, Path, Value};
use serde_json::json;

use crate::fixture::{catalogue, change, house, in_region, plan};
use crate::plans::{at, outputs, simple, varied};

fn page(plan: &Plan) -> String {
    let page = rinfra_view::plan_html(plan, &catalogue());
    assert_balanced(&page);
    page
}

/// Checks that every element ends, in the order of their beginnings.
pub(crate) fn assert_balanced(page: &str) {
    let mut rest = page.to_owned();
    for element in ["script", "style"] {
        // What is in these is no HTML.
        rest = rest.replace(&format!("</{element}>"), &format!("<{element}>"));
        rest = rest.split(&format!("<{element}>")).step_by(2).collect();
    }
    let mut open: Vec<String> = Vec::new();
    for part in rest.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap();
        let name: String = tag.trim_start_matches('/').split_whitespace().next().unwrap().to_owned();
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name.as_str()), "{part}");
        } else if !["!DOCTYPE", "meta", "input"].contains(&name.as_str()) && !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_page_tells_what_the_text_tells() {
    let observation = Observation {
        address: "house.updated".parse().unwrap(),
        deposed: None,
        before: simple("one"),
        after: Some(simple("drifted")),
        schema_version: 1,
    };
    let mut plan = Plan { outputs: outputs(), observations: vec![observation], ..varied() };
    plan.changes.push(in_region(
        at(change(Action::Delete, Some(simple("one")), None), "module.m[\"a\"].archive.lost"),
        "eu-west-1",
    ));
    let page = page(&plan);
    let number = plan.changes.len() - 1;
    for expected in [
        "<p class=\"counts\">Plan: 2 to import, 6 to add, 3 to change, 15 to destroy.</p>",
        "<strong>Destroyed or replaced, with the data they hold:</strong>",
        "<code>module.m[&quot;a&quot;].archive.lost in eu-west-1</code>",
        "<details class=\"drift\" open>\n<summary><h2>Objects have changed outside of rinfra</h2> <span class=\"tally\">1</span></summary>",
        "&quot;drifted&quot;",
        "<tr><td><strong>eu-west-1</strong></td>",
        "<code>house.old has moved to house.moved (global)</code>",
        "# forces replacement",
        "<h2>Changes to outputs</h2>",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(page.contains(&format!("<a href=\"#change-{number}\">")), "{page}");
    assert!(page.contains(&format!("<details class=\"instance\" id=\"change-{number}\"")), "{page}");
    for foreign in ["http:", "https:", "src=", "url(", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[test]
fn nothing_in_a_plan_becomes_an_element() {
    let evil = "</pre><script>alert('x')</script>\u{1b}[31m&";
    let lines = format!("{evil}\n{evil}");
    let value = house(json!({"id": "h", "name": evil, "text": lines, "tags": {evil: evil}}));
    let address = "module.m[\"<script>\"].house.home[\"</code><script>\"]";
    let created = at(change(Action::Create, None, Some(value)), address);
    let moved = ResourceChange {
        previous_address: Some("house.old[\"<script>\"]".parse().unwrap()),
        ..at(change(Action::NoOp, Some(simple("one")), Some(simple("one"))), "house.moved")
    };
    let imported = ResourceChange {
        importing: Some(evil.to_owned()),
        ..change(Action::NoOp, Some(simple("one")), Some(simple("one")))
    };
    let output = OutputChange {
        action: Action::Create,
        before: None,
        after: Some(Value::string(evil)),
        sensitive: false,
    };
    let outputs = BTreeMap::from([("o".to_owned(), output)]);
    let page = page(&Plan { outputs, timestamp: evil.to_owned(), ..plan(vec![created, moved, imported]) });
    assert_eq!(page.matches("<script").count(), 1, "{page}");
    assert!(!page.contains('\u{1b}'), "{page}");
}

#[test]
fn secrets_stay_hidden_on_pages() {
    let with = |text: &str| {
        house(json!({"id": "h", "name": "n", "code": text, "text": text}))
            .mark_paths(&[(Path::root().attribute("text"), Marks::SENSITIVE)])
    };
    let page = page(&plan(vec![change(Action::Update, Some(with("s3cret")), Some(with("hush")))]));
    assert!(
        page.contains("(sensitive value)") && !page.contains("s3cret") && !page.contains("hush"),
        "{page}"
    );
}

#[test]
fn an_empty_plan_is_a_page_too() {
    assert!(page(&plan(Vec::new())).contains("<p>No changes.</p>"));
}

#[test]
fn what_changes_can_be_found() {
    let other = simple("other");
    let replaced = ResourceChange {
        replace_paths: vec![Path::root().attribute("name")],
        ..change(Action::DeleteThenCreate, Some(simple("one")), Some(other.clone()))
    };
    let imported = ResourceChange {
        importing: Some("h-1".to_owned()),
        ..change(Action::Update, Some(simple("one")), Some(other))
    };
    let page = page(&plan(vec![
        in_region(at(replaced, "module.m[\"a\"].house.replaced"), "eu-west-1"),
        at(imported, "house.imported"),
    ]));
    for expected in [
        // The address is told by the module around it, and is whole where it is searched.
        "data-name=\"module.m[&quot;a&quot;].house.replaced\" data-actions=\"replace\"",
        "<code>house.replaced</code> <span class=\"gist\">name<span class=\"red\"> (forces replacement)</span></span>",
        "data-name=\"house.imported\" data-actions=\"import change\"",
        "<button class=\"action red\" data-action=\"replace\" aria-pressed=\"false\">1 replace</button>",
        "<button class=\"action cyan\" data-action=\"import\" aria-pressed=\"false\">1 import</button>",
        "<tr class=\"total\"><td>all</td><td class=\"cyan\">1</td><td class=\"yellow\">1</td><td class=\"red\">1</td></tr>",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
}

#[test]
fn large_plans_begin_folded() {
    let create = |module: usize, number: usize| {
        let address = format!("module.m[{module}].house.h[{number}]");
        in_region(at(change(Action::Create, None, Some(simple("one"))), &address), "eu-west-1")
    };
    let of = |modules: usize, each: usize| {
        let mut changes: Vec<_> = (0..modules)
            .flat_map(|it| (0..each).map(move |number| (it, number)))
            .map(|(it, number)| create(it, number))
            .collect();
        changes.push(in_region(
            at(change(Action::Delete, Some(simple("one")), None), "module.z.archive.lost"),
            "eu-west-1",
        ));
        page(&plan(changes))
    };
    let few = of(12, 3);
    assert_eq!(few.matches("<details class=\"module\" open>").count(), 13);
    assert!(few.contains("<td class=\"module\"><code>module.m[11]</code></td>"), "{few}");
    // The second module comes before the eleventh.
    assert!(few.find("<summary><code>module.m[2]") < few.find("<summary><code>module.m[10]"), "{few}");
    let many = of(50, 10);
    // What loses data is to be seen at once.
    assert_eq!(many.matches("<details class=\"module\" open>").count(), 1);
    assert!(many.contains("<details class=\"module\" open>\n<summary><code>module.z</code>"), "{many}");
    assert!(!many.contains("<td class=\"module\">"), "{many}");
}
