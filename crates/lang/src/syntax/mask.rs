//! The text the parser library gets to see.
//!
//! It has the length of the original, so every offset fits both, but whatever the library reads by other rules than
//! Terraform is gone: comments and insignificant line breaks are blanks, templates are plain strings, numbers are
//! zeros, and no object constructor repeats a key. What these places really say is read from the original.

use std::collections::BTreeSet;
use std::ops::Range;

use super::grammar::Facts;
use super::token::{Token, TokenKind};

/// Bytes that stand for themselves in a quoted string.
const SAFE: &[u8] = b".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+()[]<>,;:!?*/&^@|'";

/// Returns the masked text of a range that begins and ends between tokens.
///
/// Only meaningful for text the grammar accepted. Templates around the range do not show.
pub(super) fn mask(text: &str, tokens: &[Token], facts: &Facts, range: &Range<usize>) -> String {
    let mut masked = Masked { bytes: vec![b' '; range.len()], start: range.start };
    let first = tokens.partition_point(|token| token.start < range.start);
    let last = tokens.partition_point(|token| token.start < range.end);
    for index in first..last {
        let token = tokens[index];
        let target = masked.at(token.range());
        match token.kind {
            TokenKind::Newline => {
                if let Some(last) = target.last_mut() {
                    *last = b'\n';
                }
            }
            // Zeros cannot overflow; after a dot the library reads an index and wants no leading zero.
            TokenKind::Number => {
                let is_index = index > first && tokens[index - 1].kind == TokenKind::Dot;
                target.fill(if is_index { b'1' } else { b'0' });
            }
            _ => target.copy_from_slice(token.text(text).as_bytes()),
        }
    }
    for (&start, &end) in facts.ignored_newlines.range(range.clone()) {
        masked.at(start..end).fill(b' ');
    }
    let mut visible = Vec::new();
    // Where the last template so far ends; templates and object constructors inside it do not show.
    let mut hidden = range.start;
    let mut objects = facts.object_keys.range(range.clone()).peekable();
    let templates = facts.templates.range(range.clone()).map(|(_, template)| template.range.clone());
    for template in templates.chain(std::iter::once(range.end..range.end)) {
        while let Some((&start, keys)) = objects.next_if(|(start, _)| **start < template.start) {
            if start >= hidden {
                visible.push(keys);
            }
        }
        if template.start >= hidden && !template.is_empty() {
            hidden = template.end;
            fill_string(masked.at(template), 0);
        }
    }
    for keys in visible {
        make_unique(&mut masked, keys);
    }
    String::from_utf8(masked.bytes).unwrap_or_default()
}

struct Masked {
    bytes: Vec<u8>,
    start: usize,
}

impl Masked {
    fn at(&mut self, range: Range<usize>) -> &mut [u8] {
        &mut self.bytes[range.start - self.start..range.end - self.start]
    }
}

fn make_unique(masked: &mut Masked, keys: &[super::grammar::Key]) {
    let mut names: BTreeSet<Vec<u8>> = BTreeSet::new();
    for (number, key) in keys.iter().enumerate() {
        let target = masked.at(key.range.clone());
        if !key.is_name {
            fill_string(target, number);
        } else if !names.insert(target.to_vec()) {
            rename(target, &names);
            names.insert(target.to_vec());
        }
    }
}

/// Writes a quoted string of the target's length that differs for different numbers, as far as the length allows.
fn fill_string(target: &mut [u8], number: usize) {
    let [first, inner @ .., last] = target else { return };
    (*first, *last) = (b'"', b'"');
    let mut rest = number;
    for byte in inner {
        *byte = SAFE[rest % SAFE.len()];
        rest /= SAFE.len();
    }
}

/// Replaces a name by one of the same length that is not taken.
fn rename(target: &mut [u8], taken: &BTreeSet<Vec<u8>>) {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    for number in 0_usize.. {
        let mut rest = number;
        for byte in target.iter_mut() {
            *byte = LETTERS[rest % LETTERS.len()];
            rest /= LETTERS.len();
        }
        if rest > 0 || !taken.contains(&*target) {
            return;
        }
    }
}
