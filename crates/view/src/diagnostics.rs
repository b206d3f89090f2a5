use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use rinfra_diag::{Diagnostic, Diagnostics, Severity, Sources, Span};

use crate::Style;

/// How many columns the lines of a detail fill.
const WIDTH: usize = 96;

/// Renders diagnostics for people: the summary, the lines of the file with a marker, the detail, the way out.
pub fn diagnostics(diagnostics: &Diagnostics, sources: &Sources, style: Style) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    diagnostics.iter().map(|it| one(it, sources, &renderer)).collect()
}

/// Renders warnings as a list of their summaries, with where each stands.
pub fn compact_warnings(warnings: &Diagnostics, style: Style) -> String {
    let mut summaries: Vec<(&str, Vec<String>)> = Vec::new();
    for warning in warnings.iter() {
        let place = warning.subject.as_ref().map(|it| format!("{} line {}", it.file, it.start.line));
        let place = place.or_else(|| warning.address.clone());
        match summaries.iter_mut().find(|(summary, _)| *summary == warning.summary) {
            Some((_, places)) => places.extend(place),
            None => summaries.push((&warning.summary, place.into_iter().collect())),
        }
    }
    let line = |(summary, places): &(&str, Vec<String>)| match &places[..] {
        [] => format!("- {summary}\n"),
        [only] => format!("- {summary}\n  on {only}\n"),
        [first, rest @ ..] => format!("- {summary}\n  on {first} (and {} more)\n", rest.len()),
    };
    let list: String = summaries.iter().map(line).collect();
    format!(
        "{}\n\n{list}\nTo see the full warning notes, run rinfra without -compact-warnings.\n\n",
        style.bold(&style.yellow("Warnings:"))
    )
}

fn one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
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
