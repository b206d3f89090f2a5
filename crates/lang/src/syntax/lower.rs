//! From the parser library's tree to ours: bodies and blocks.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::structure;
use rinfra_diag::{Diagnostic, Diagnostics};

use super::grammar::Facts;
use super::literal;
use super::mask;
use super::positions::Positions;
use super::token::{Token, TokenKind};
use crate::ast::{Attribute, Block, Body, Label};

/// Everything known about a text the grammar accepted.
pub(super) struct Lowering<'t> {
    pub(super) positions: &'t Positions<'t>,
    pub(super) tokens: &'t [Token],
    pub(super) facts: &'t Facts,
}

impl<'t> Lowering<'t> {
    pub(super) fn new(positions: &'t Positions<'t>, tokens: &'t [Token], facts: &'t Facts) -> Self {
        Self { positions, tokens, facts }
    }

    /// Returns the body of a whole file.
    pub(super) fn file(&self) -> Result<Body, Diagnostics> {
        let length = self.positions.text().len();
        let masked = self.mask(&(0..length));
        let parsed = hcl_edit::parser::parse_body(&masked).map_err(|error| self.refused(&error, 0))?;
        self.body(&parsed, 0..length, length)
    }

    pub(super) fn mask(&self, range: &Range<usize>) -> String {
        mask::mask(self.positions.text(), self.tokens, self.facts, range)
    }

    /// Reports what the parser library refuses although the grammar allows it.
    pub(super) fn refused(&self, error: &hcl_edit::parser::Error, offset: usize) -> Diagnostics {
        let at = (offset + error.location().offset()).min(self.positions.text().len());
        let detail = match error.message() {
            message if message.contains("nested levels") => {
                "Expressions and blocks are nested too deeply here. Give an inner part a name of its own, for example \
                 as a local value."
                    .to_owned()
            }
            message if message.contains("binary operators") => {
                "More than 128 operators stand in a row here. Enclose some of them in parentheses or name a part."
                    .to_owned()
            }
            message => format!("This could not be understood: {message}."),
        };
        Diagnostic::error("Expression too complex", detail).at(self.positions.span(at..at)).into()
    }

    pub(super) fn text(&self, range: Range<usize>) -> &'t str {
        self.positions.text().get(range).unwrap_or_default()
    }

    pub(super) fn name(&self, range: Range<usize>) -> Arc<str> {
        Arc::from(self.text(range))
    }

    fn body(&self, body: &structure::Body, range: Range<usize>, end: usize) -> Result<Body, Diagnostics> {
        let mut result = Body {
            attributes: Vec::new(),
            blocks: Vec::new(),
            span: self.positions.span(range),
            end: self.positions.span(end..end),
            json: None,
        };
        for item in body {
            match item {
                structure::Structure::Attribute(attribute) => {
                    result.attributes.push(self.attribute(attribute)?);
                }
                structure::Structure::Block(block) => result.blocks.push(self.block(block)?),
            }
        }
        Ok(result)
    }

    fn attribute(&self, attribute: &structure::Attribute) -> Result<Attribute, Diagnostics> {
        let name = attribute.key.span().unwrap_or_default();
        let expression = self.expression(&attribute.value, 0)?;
        let name_span = self.positions.span(name.clone());
        let span = name_span.to(&expression.span);
        Ok(Attribute { name: self.name(name), name_span, expression, span })
    }

    fn block(&self, block: &structure::Block) -> Result<Block, Diagnostics> {
        let kind = block.ident.span().unwrap_or_default();
        let whole = block.span().unwrap_or_else(|| kind.clone());
        let labels: Vec<Label> = block.labels.iter().map(|label| self.label(label)).collect();
        let header_end =
            labels.last().map_or(kind.end, |label| label.span.end.byte - self.positions.at(0).byte);
        let open = self.tokens[self.token_at(header_end)].start;
        let close = whole.end.saturating_sub(1);
        let mut body = self.body(&block.body, open..whole.end, close)?;
        body.end = self.positions.span(close..whole.end);
        Ok(Block {
            kind: self.name(kind.clone()),
            kind_span: self.positions.span(kind.clone()),
            labels,
            body,
            header: self.positions.span(kind.start..header_end),
        })
    }

    fn label(&self, label: &structure::BlockLabel) -> Label {
        let range = label.span().unwrap_or_default();
        let text = match label {
            structure::BlockLabel::Ident(_) => self.text(range.clone()).to_owned(),
            structure::BlockLabel::String(_) => {
                let first = self.token_at(range.start);
                let last = self.token_at(range.end);
                self.tokens[first..last]
                    .iter()
                    .filter(|token| token.kind == TokenKind::QuotedLiteral)
                    .map(|token| literal::unescape(token.text(self.positions.text())).0)
                    .collect()
            }
        };
        Label { text: text.into(), span: self.positions.span(range) }
    }

    /// Returns the token that ends at an offset: what is left of a range without the comments in it.
    pub(super) fn last_word(&self, end: usize) -> &'t str {
        let index = self.tokens.partition_point(|token| token.start < end).saturating_sub(1);
        self.tokens[index].text(self.positions.text())
    }

    /// Returns the index of the first token that starts at or after an offset.
    pub(super) fn token_at(&self, offset: usize) -> usize {
        self.tokens.partition_point(|token| token.start < offset).min(self.tokens.len() - 1)
    }
}
