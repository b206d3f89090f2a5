//! Diagnostics with everything they can have, and without.

use insta::assert_snapshot;
use rinfra_diag::{Diagnostic, Diagnostics, Position, Sources, Span};

const TEXT: &str = "resource \"house\" \"home\" {\n  näme = \"x\"\n  text = <<-EOT\n    a\n  EOT\n}\n";

fn span(start: usize, end: usize) -> Span {
    let position = |byte: usize| {
        let before = &TEXT[..byte];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Position::new(line, column, byte)
    };
    Span::new("main.tf".into(), position(start), position(end))
}

fn sources() -> Sources {
    let mut sources = Sources::new();
    sources.insert("main.tf", TEXT);
    sources
}

fn all() -> Diagnostics {
    let name = TEXT.find("näme").unwrap();
    let here = || span(name, name + "näme".len());
    let text = TEXT.find("text").unwrap();
    let elsewhere = Span::start_of("other.tf");
    let long = "A detail of many words, which goes on and on until it no longer fits on one line of any terminal that people use, and then some.\n\n  - an item that is indented and stays as it is however long it becomes, for it may be a list or code\n\nA second paragraph.";
    let mut all = Diagnostics::new();
    all.push(Diagnostic::error("Only a summary", ""));
    all.push(Diagnostic::warning("Summary and detail", long));
    all.push(Diagnostic::error("With a place", "A detail.").at(here()));
    all.push(Diagnostic::error("With a place and no detail", "").at(here()));
    all.push(Diagnostic::warning("With a hint", "A detail.").at(here()).hint("did you mean \"name\"?"));
    all.push(Diagnostic::error("About an instance", "A detail.").at(here()).address("house.home[0]"));
    all.push(Diagnostic::error("Named in the detail", "About house.home.").address("house.home"));
    all.push(Diagnostic::error("Of several lines", "A detail.").at(span(text, TEXT.len() - 1)));
    all.push(Diagnostic::error("At the very end", "A detail.").at(span(TEXT.len(), TEXT.len())));
    all.push(Diagnostic::error("In a file nobody has", "A detail.").at(elsewhere).hint("look there"));
    all
}

#[test]
fn diagnostics_are_shown_with_their_place() {
    assert_snapshot!(rinfra_view::diagnostics(&all(), &sources(), rinfra_view::Style::plain()));
}

#[test]
fn diagnostics_have_a_form_for_programs() {
    let json = serde_json::Value::Array(rinfra_view::diagnostics_json(&all(), &sources()));
    assert_snapshot!(format!("{json:#}"));
}

#[test]
fn warnings_can_be_brief() {
    let name = TEXT.find("näme").unwrap();
    let mut warnings = Diagnostics::new();
    warnings.push(Diagnostic::warning("Deprecated", "x").at(span(name, name + 1)));
    warnings.push(Diagnostic::warning("Elsewhere", "x").address("house.home"));
    warnings.push(Diagnostic::warning("Deprecated", "y").at(span(0, 1)));
    warnings.push(Diagnostic::warning("Nowhere", "x"));
    warnings.push(Diagnostic::warning("Nowhere", "y"));
    let condition = "Check block assertion failed";
    warnings.push(Diagnostic::warning(condition, "x").at(span(0, 1)));
    warnings.push(Diagnostic::warning(condition, "y").at(span(name, name + 1)));
    assert_snapshot!(rinfra_view::compact_warnings(&warnings, rinfra_view::Style::plain()));
}

#[test]
fn warnings_that_say_the_same_are_shown_once() {
    let check = |count: usize, expected: &str| {
        let mut warnings = Diagnostics::new();
        for place in 0..count {
            warnings.push(Diagnostic::warning("Deprecated", "Why.").at(span(place, place + 1)));
        }
        let shown = rinfra_view::diagnostics(&warnings, &sources(), rinfra_view::Style::plain());
        assert_eq!(shown.matches("Deprecated").count(), 1, "{shown}");
        assert!(shown.trim_end().ends_with(expected), "{shown}");
    };
    check(1, "Why.");
    check(2, "(and one more similar warning elsewhere)");
    check(3, "(and 2 more similar warnings elsewhere)");
}
