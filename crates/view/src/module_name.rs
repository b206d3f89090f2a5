//! What a module is called, in the order in which people count.

/// How many digits a number has when it is compared.
const DIGITS: usize = 20;

/// The address of a module instance, or what stands for some of them: `module.m[2]` comes before `module.m[10]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ModuleName {
    order: String,
    text: String,
}

impl ModuleName {
    /// Returns the name; empty for the root module.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_root(&self) -> bool {
        self.text.is_empty()
    }
}

impl From<String> for ModuleName {
    fn from(text: String) -> Self {
        // Only numbers in brackets count something; those in names are part of them.
        let mut order = String::with_capacity(text.len());
        for (position, part) in text.split('[').enumerate() {
            if position > 0 {
                order.push('[');
            }
            let number = part.split(']').next().unwrap_or_default();
            if position > 0 && !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit()) {
                order.extend(std::iter::repeat_n('0', DIGITS.saturating_sub(number.len())));
            }
            order.push_str(part);
        }
        Self { order, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_counted() {
        let given = [
            "",
            "module.b",
            "module.a10",
            "module.a2",
            "module.a[10].module.c[3]",
            "module.a[2]",
            "module.a[\"k\"]",
        ];
        let mut names: Vec<_> = given.into_iter().map(|it| ModuleName::from(it.to_owned())).collect();
        names.sort();
        let sorted: Vec<_> = names.iter().map(ModuleName::text).collect();
        assert_eq!(
            sorted,
            [
                "",
                "module.a10",
                "module.a2",
                "module.a[\"k\"]",
                "module.a[2]",
                "module.a[10].module.c[3]",
                "module.b"
            ]
        );
    }
}
