use rinfra_diag::Position;
use rinfra_lang::syntax::{parse_native, parse_template};

use super::LONGEST;

/// Lays a text out as `rinfra fmt` does.
///
/// # Panics
/// When rinfra would, or when laying out what was laid out goes on changing it.
pub fn layout(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    if input.len() > LONGEST {
        return;
    }
    let file = "main.tf".into();
    let _ = parse_template(&file, text, Position::START);
    let Ok(once) = rinfra_lang::format(&file, text) else { return };
    // A template that only wraps another loses one layer each time, as it does in Terraform.
    let mut last = once.clone();
    for layers in (0..=text.matches("${").count()).rev() {
        let next = rinfra_lang::format(&file, &last)
            .unwrap_or_else(|wrong| panic!("{text:?} becomes {last:?}, which cannot be read: {wrong}"));
        if next == last {
            break;
        }
        assert_ne!(layers, 0, "{text:?} is laid out differently each time: {last:?}, {next:?}");
        last = next;
    }
    let shape = |text: &str| {
        let (body, _) = parse_native(&file, text);
        (body.attributes.len(), body.blocks.len())
    };
    assert_eq!(shape(text), shape(&once), "{text:?} becomes {once:?}");
}
