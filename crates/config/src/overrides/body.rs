//! Bodies whose reader is a schema: laid over each other before anybody knows the schema.

use rinfra_lang::{Block, Body};

/// Returns the first body changed by what the second one says.
///
/// An argument replaces the argument of its name, nested blocks replace all nested blocks of their kind, and a
/// `dynamic` block counts as one of the kind it makes. In JSON a property is an argument or nested blocks, which it
/// replaces either way.
pub(crate) fn merge(base: &Body, over: &Body) -> Body {
    let kept_attribute = |name: &str| over.attribute(name).is_none();
    let kept_block = |block: &Block| {
        let kind = kind_made_by(block);
        let is_replaced = over.blocks.iter().any(|it| kind_made_by(it) == kind);
        !is_replaced && (over.json.is_none() || over.attribute(kind).is_none())
    };
    let replaced_property = |name: &str| base.json.is_some() && over.blocks_of(name).next().is_some();
    let attributes =
        base.attributes.iter().filter(|it| kept_attribute(&it.name) && !replaced_property(&it.name));
    let blocks = base.blocks.iter().filter(|it| kept_block(it));
    Body {
        attributes: attributes.chain(&over.attributes).cloned().collect(),
        blocks: blocks.chain(&over.blocks).cloned().collect(),
        span: base.span.clone(),
        end: if over.json.is_some() { base.missing_item() } else { base.end.clone() },
        json: base.json.clone().or_else(|| over.json.clone()),
    }
}

fn kind_made_by(block: &Block) -> &str {
    match block.labels.first() {
        Some(label) if &*block.kind == "dynamic" => &label.text,
        _ => &block.kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rinfra_lang::syntax::{parse_json, parse_native};

    fn body(text: &str) -> Body {
        let (body, found) = if text.starts_with('{') {
            parse_json(&"o.tf.json".into(), text)
        } else {
            parse_native(&"o.tf".into(), text)
        };
        assert!(found.is_empty(), "{text}");
        body
    }

    #[test]
    fn arguments_and_kinds_of_blocks_are_replaced() {
        let check = |base: &str, over: &str, expected: &str| {
            let merged = merge(&body(base), &body(over));
            let attributes = merged.attributes.iter().map(|it| format!("{}@{}", it.name, it.span.start.line));
            let blocks = merged.blocks.iter().map(|it| format!("{}{{}}@{}", it.kind, it.header.start.line));
            assert_eq!(attributes.chain(blocks).collect::<Vec<_>>().join(" "), expected, "{base} + {over}");
        };
        check("a = 1\nb = 2\n", "\n\nb = 3\n", "a@1 b@3");
        check("x {}\nx {}\ny {}\n", "\n\n\nx {}\n", "y{}@3 x{}@4");
        check("x {}\ny {}\n", "\n\ndynamic \"x\" {}\n", "y{}@2 dynamic{}@3");
        check("dynamic \"x\" {}\ny {}\n", "\n\nx {}\n", "y{}@2 x{}@3");
        check("a = 1\nx {}\n", "{\n\n\"x\": {}}", "a@1 x@3");
        check("{\"x\": {},\n\"a\": 1}", "\n\nx {}\n", "a@2 x{}@3");
        check("{\"x\": {},\n\"a\": 1}", "{\n\n\"a\": 2}", "x@1 a@3");
    }
}
