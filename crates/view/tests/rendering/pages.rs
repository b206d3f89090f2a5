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
        "<h2>Objects have changed outside of rinfra</h2>",
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
