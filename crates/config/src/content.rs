//! What a block of the language may hold, and what it holds.

use std::borrow::Cow;
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span, did_you_mean};
use rinfra_lang::{Attribute, Block, Body, json_body};

/// The arguments and nested blocks one kind of language block may hold.
pub(crate) struct Grammar {
    /// Arguments that must be there.
    pub(crate) required: &'static [&'static str],
    /// Arguments that may be there.
    pub(crate) optional: &'static [&'static str],
    /// Nested blocks, with what each of their labels says.
    pub(crate) blocks: &'static [(&'static str, &'static [&'static str])],
}

/// The parts of a body that its grammar knows.
pub(crate) struct Content<'a> {
    /// The body with blocks that are blocks: in JSON the grammar decides what is one.
    body: Cow<'a, Body>,
    grammar: &'a Grammar,
}

impl Content<'_> {
    pub(crate) fn argument(&self, name: &str) -> Option<&Attribute> {
        self.body.attribute(name).filter(|it| self.grammar.has_argument(&it.name))
    }

    /// Returns the nested blocks, all with as many labels as the grammar asks for.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.body.blocks.iter().filter(|it| self.grammar.fits(it))
    }

    /// Returns the arguments that are there.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Attribute> {
        self.body.attributes.iter().filter(|it| self.grammar.has_argument(&it.name))
    }

    pub(crate) fn blocks_of(&self, kind: &str) -> impl Iterator<Item = &Block> {
        self.blocks().filter(move |it| &*it.kind == kind)
    }
}

/// Reads a body that may hold nothing but what the grammar says.
pub(crate) fn read<'a>(body: &'a Body, grammar: &'a Grammar, found: &mut Diagnostics) -> Content<'a> {
    let content = grammar.known(body, found);
    for attribute in &content.body.attributes {
        if !grammar.has_argument(&attribute.name) {
            found.push(grammar.unsupported_argument(attribute));
        }
    }
    for block in &content.body.blocks {
        if grammar.labels(&block.kind).is_none() {
            found.push(grammar.unsupported_block(block));
        }
    }
    content
}

/// Reads what the grammar says, and returns the rest of the body to be read by somebody else.
pub(crate) fn read_part<'a>(
    body: &'a Body,
    grammar: &'a Grammar,
    found: &mut Diagnostics,
) -> (Content<'a>, Body) {
    let content = grammar.known(body, found);
    let attributes = content.body.attributes.iter().filter(|it| !grammar.has_argument(&it.name));
    let blocks = content.body.blocks.iter().filter(|it| grammar.labels(&it.kind).is_none());
    let rest = Body {
        attributes: attributes.cloned().collect(),
        blocks: blocks.cloned().collect(),
        span: body.span.clone(),
        end: body.end.clone(),
        json: body.json.clone(),
    };
    (content, rest)
}

/// Returns the attributes of a body that must not hold blocks. As in Terraform, the first block stands for all.
pub(crate) fn just_attributes(body: &Body, found: &mut Diagnostics) -> Vec<Attribute> {
    if let Some(block) = body.blocks.first() {
        let summary = format!("Unexpected \"{}\" block", block.kind);
        found.push(Diagnostic::error(summary, "Blocks are not allowed here.").at(block.kind_span.clone()));
    }
    let (attributes, wrong) = json_body::just_attributes(body);
    found.extend(wrong);
    attributes
}

/// Returns the diagnostic about an argument that is not there, at the opening brace as Terraform has it.
pub(crate) fn missing_argument(body: &Body, name: &str) -> Diagnostic {
    let detail = format!("The argument \"{name}\" is required, but no definition was found.");
    Diagnostic::error("Missing required argument", detail).at(opening_brace(body))
}

/// Returns the place of the brace that opens the body; in JSON of the one that closes it, as Terraform has it.
fn opening_brace(body: &Body) -> Span {
    if body.json.is_some() {
        return body.missing_item();
    }
    let start = body.span.start;
    Span::new(body.span.file.clone(), start, start.advanced(1))
}

/// Returns the diagnostic about an argument nobody knows.
pub(crate) fn unsupported_argument<'a>(
    attribute: &Attribute,
    arguments: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    if is_json(attribute) {
        return json_body::extraneous_property(attribute, arguments);
    }
    let name = &attribute.name;
    let detail = format!("An argument named \"{name}\" is not expected here.");
    let diagnostic = Diagnostic::error("Unsupported argument", detail).at(attribute.name_span.clone());
    match did_you_mean(name, arguments) {
        Some(known) => diagnostic.hint(format!("Did you mean \"{known}\"?")),
        None => diagnostic,
    }
}

impl Grammar {
    fn arguments(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }

    /// Returns true when an argument or a nested block is called `name`.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.has_argument(name) || self.labels(name).is_some()
    }

    fn has_argument(&self, name: &str) -> bool {
        self.arguments().any(|it| it == name)
    }

    fn labels(&self, kind: &str) -> Option<&'static [&'static str]> {
        self.blocks.iter().find(|(it, _)| *it == kind).map(|(_, labels)| *labels)
    }

    fn known<'a>(&'a self, body: &'a Body, found: &mut Diagnostics) -> Content<'a> {
        let body = if body.json.is_some() {
            let (content, wrong) = json_body::content(body, self.blocks);
            found.extend(wrong);
            Cow::Owned(content)
        } else {
            Cow::Borrowed(body)
        };
        for name in self.required {
            if body.attribute(name).is_none() {
                found.push(missing_argument(&body, name));
            }
        }
        for name in self.arguments().filter(|_| body.json.is_some()) {
            let mut all = body.attributes.iter().filter(|it| &*it.name == name);
            if let Some(first) = all.next() {
                found.extend(all.map(|again| json_body::duplicate_argument(first, again)));
            }
        }
        for block in &body.blocks {
            if let Some(labels) = self.labels(&block.kind) {
                check_labels(block, labels, found);
            }
        }
        Content { body, grammar: self }
    }

    /// Returns true for a block of a kind that is known, with as many labels as it must have.
    fn fits(&self, block: &Block) -> bool {
        self.labels(&block.kind).is_some_and(|it| it.len() == block.labels.len())
    }

    fn unsupported_argument(&self, attribute: &Attribute) -> Diagnostic {
        let blocks = self.blocks.iter().map(|(it, _)| *it).filter(|_| is_json(attribute));
        let diagnostic = unsupported_argument(attribute, self.arguments().chain(blocks));
        if self.labels(&attribute.name).is_some() {
            return diagnostic
                .hint(format!("Did you mean to define a block of type \"{}\"?", attribute.name));
        }
        diagnostic
    }

    fn unsupported_block(&self, block: &Block) -> Diagnostic {
        let kind = &block.kind;
        let detail = format!("Blocks of type \"{kind}\" are not expected here.");
        let diagnostic = Diagnostic::error("Unsupported block type", detail).at(block.kind_span.clone());
        if self.has_argument(kind) {
            let hint = format!(
                "Did you mean to define argument \"{kind}\"? If so, use the equals sign to assign it a value."
            );
            return diagnostic.hint(hint);
        }
        match did_you_mean(kind, self.blocks.iter().map(|(it, _)| *it)) {
            Some(known) => diagnostic.hint(format!("Did you mean \"{known}\"?")),
            None => diagnostic,
        }
    }
}

/// Returns true for an argument that was written in JSON.
fn is_json(attribute: &Attribute) -> bool {
    attribute.name_span.file.ends_with(".json")
}

fn check_labels(block: &Block, wanted: &[&str], found: &mut Diagnostics) {
    let (kind, given) = (&block.kind, block.labels.len());
    let names = wanted.join(", ");
    if let Some(missing) = wanted.get(given) {
        let summary = format!("Missing {missing} for {kind}");
        let detail = format!("All {kind} blocks must have {} labels ({names}).", wanted.len());
        // Where there is no brace, the word at the beginning stands for it.
        let has_brace = block.body.span.start != block.kind_span.start;
        let place = if has_brace { opening_brace(&block.body) } else { block.kind_span.clone() };
        found.push(Diagnostic::error(summary, detail).at(place).within(block.header.clone()));
        return;
    }
    let Some(extra) = block.labels.get(wanted.len()) else { return };
    let detail = if wanted.is_empty() {
        format!("No labels are expected for {kind} blocks.")
    } else {
        format!("Only {} labels ({names}) are expected for {kind} blocks.", wanted.len())
    };
    let diagnostic = Diagnostic::error(format!("Extraneous label for {kind}"), detail);
    found.push(diagnostic.at(extra.span.clone()).within(block.header.clone()));
}

/// Returns the text of a label, which [`Grammar`] made sure is there.
pub(crate) fn label(block: &Block, index: usize) -> Arc<str> {
    block.labels.get(index).map_or_else(|| "".into(), |it| it.text.clone())
}

/// Returns where a label stands, or the whole header when it is not there.
pub(crate) fn label_span(block: &Block, index: usize) -> Span {
    block.labels.get(index).map_or_else(|| block.header.clone(), |it| it.span.clone())
}
