use std::collections::HashMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use rinfra_diag::{Diagnostic, Diagnostics, Severity, Sources, Span};

use crate::Style;

/// How many columns the lines of a detail fill.
const WIDTH: usize = 96;

/// Renders diagnostics for people: the summary, the lines of the file with a marker, the detail, the way out. Of
/// warnings that say the same of several places the first is shown.
pub fn diagnostics(diagnostics: &Diagnostics, sources: &Sources, style: Style) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    grouped(diagnostics).iter().map(|(it, more)| one(it, *more, sources, &renderer)).collect()
}

/// Renders warnings as a list of their summaries, with where each stands.
pub fn compact_warnings(warnings: &Diagnostics, style: Style) -> String {
    let line = |(warning, more): &(&Diagnostic, usize)| {
        let place = warning.subject.as_ref().map(|it| format!("{} line {}", it.file, it.start.line));
        let place = place.or_else(|| warning.address.clone()).map(|it| format!("  on {it}"));
        let more = if *more == 0 { String::new() } else { format!(" (and {more} more)") };
        let place = place.map(|it| format!("{it}{more}\n")).unwrap_or_default();
        format!("- {}\n{place}", warning.summary)
    };
    let list: String = grouped(warnings).iter().map(line).collect();
    format!(
        "{}\n\n{list}\nTo see the full warning notes, run rinfra without -compact-warnings.\n\n",
        style.bold(&style.yellow("Warnings:"))
    )
}

/// Summaries of warnings each of which stands for itself, however many there are: conditions that do not hold.
const CONDITIONS: [&str; 4] = [
    "Check block assertion failed",
    "Module output value precondition failed",
    "Resource postcondition failed",
    "Resource precondition failed",
];

/// Returns the diagnostics to be shown, each with the number of further warnings of the same summary, whose places
/// are others.
fn grouped(diagnostics: &Diagnostics) -> Vec<(&Diagnostic, usize)> {
    let mut groups: Vec<(&Diagnostic, usize)> = Vec::new();
    let mut first: HashMap<&str, usize> = HashMap::new();
    for diagnostic in diagnostics.iter() {
        let has_likes = diagnostic.severity == Severity::Warning
            && diagnostic.subject.is_some()
            && !CONDITIONS.contains(&&*diagnostic.summary);
        let place = groups.len();
        let group = if has_likes { *first.entry(&diagnostic.summary).or_insert(place) } else { place };
        match groups.get_mut(group) {
            Some((_, more)) => *more += 1,
            None => groups.push((diagnostic, 0)),
        }
    }
    groups
}

fn one(diagnostic: &Diagnostic, more: usize, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR.with_name("Error"),
        Severity::Warning => Level::WARNING.with_name("Warning"),
    };
    let title = level.primary_title(diagnostic.summary.clone());
    let located = diagnostic.subject.as_ref().and_then(|span| Some((span, sources.get(&span.file)?)));
    let mut group = match located {
        Some((span, text)) => title.element(snippet(span, text)),
        None => match &diagnostic.subject {
            Some(span) => Group::with_title(title).element(Level::NOTE.message(format!("at {span}"))),
            None => Group::with_title(title),
        },
    };
    let evidence: Vec<_> = diagnostic.evidence.iter().flat_map(|it| it.sentences()).collect();
    if !evidence.is_empty() {
        group = group.element(Level::NOTE.no_name().message(evidence.join("\n")));
    }
    for paragraph in diagnostic.detail.split("\n\n").filter(|it| !it.trim().is_empty()) {
        group = group.element(Level::NOTE.no_name().message(wrapped(paragraph.trim_end())));
    }
    let similar = match more {
        0 => None,
        1 => Some("(and one more similar warning elsewhere)".to_owned()),
        more => Some(format!("(and {more} more similar warnings elsewhere)")),
    };
    group = group.elements(similar.map(|it| Level::NOTE.no_name().message(it)));
    let named_in_detail = |address: &String| diagnostic.detail.contains(address.as_str());
    if let Some(address) = diagnostic.address.as_ref().filter(|it| !named_in_detail(it)) {
        group = group.element(Level::NOTE.with_name("with").message(address.clone()));
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.message(sentence(hint)));
    }
    format!("{}\n\n", renderer.render(&[group]))
}

/// Returns a text in lines that fit on a terminal. Lines that are indented stay as they are.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with(char::is_whitespace) {
            lines.push(line.to_owned());
            continue;
        }
        let mut current = String::new();
        for word in line.split(' ') {
            let length = current.chars().count() + 1 + word.chars().count();
            if !current.is_empty() && length > WIDTH {
                lines.push(std::mem::take(&mut current));
            }
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(word);
        }
        lines.push(current);
    }
    lines.join("\n")
}

/// Returns the lines around a place, with the place marked.
fn snippet<'s>(span: &'s Span, text: &'s str) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
    let end = span.end.offset().min(text.len());
    let start = span.start.offset().min(end);
    // A marker over many lines says less than one at the beginning.
    let line_end = text.get(start..end).and_then(|it| it.find('\n')).map_or(end, |it| start + it);
    Snippet::source(text).path(&*span.file).annotation(AnnotationKind::Primary.span(start..line_end))
}

/// Returns a hint with a capital letter at its beginning, whoever wrote it.
pub(crate) fn sentence(hint: &str) -> String {
    let mut letters = hint.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
