use std::collections::BTreeSet;

use rinfra_addr::{Mode, ModulePath, Resource};
use rinfra_config::{Config, Module};
use rinfra_provider::Catalogue;
use rinfra_value::Type;

/// What names there are in the root module of a configuration, for somebody who types an expression.
pub(crate) struct Names<'n> {
    pub(crate) config: &'n Config,
    pub(crate) catalogue: &'n Catalogue,
    pub(crate) functions: Vec<&'static str>,
}

impl Names<'_> {
    /// Returns where the name before the cursor begins, and what it may become, in order.
    pub(crate) fn complete(&self, text: &str, cursor: usize) -> (usize, Vec<String>) {
        let before = text.get(..cursor).unwrap_or(text);
        // A name may hold a dash, but not begin with one.
        let path = before[path_start(before)..].trim_start_matches('-');
        let (around, begun) = match path.rfind(['.', ']']) {
            Some(end) if path[end..].starts_with('.') => (steps(&path[..end]), &path[end + 1..]),
            Some(_) => return (cursor, Vec::new()),
            None => (Vec::new(), path),
        };
        let start = before.len() - begun.len();
        if around.is_empty() && begun.is_empty() {
            return (start, Vec::new());
        }
        let around: Vec<&str> = around.iter().map(String::as_str).collect();
        let names: BTreeSet<String> = self.after(&around).into_iter().collect();
        (start, names.into_iter().filter(|it| it.starts_with(begun)).collect())
    }

    /// Returns the names that may follow others.
    fn after(&self, around: &[&str]) -> Vec<String> {
        let root = self.config.root();
        let owned = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        match around {
            [] => self.first(root),
            ["var"] => root.variables.keys().map(ToString::to_string).collect(),
            ["var", name, inside @ ..] => {
                let variable = root.variables.get(*name);
                variable.map(|it| attributes(&it.constraint.ty, inside)).unwrap_or_default()
            }
            ["local"] => root.locals.keys().map(ToString::to_string).collect(),
            ["module"] => root.calls.keys().map(ToString::to_string).collect(),
            ["module", name] => {
                let called = self.config.called(&ModulePath::root(), name);
                called.map(|it| it.outputs.keys().map(ToString::to_string).collect()).unwrap_or_default()
            }
            ["path"] => owned(&["cwd", "module", "root"]),
            ["terraform"] => owned(&["applying", "workspace"]),
            ["local" | "module" | "path" | "terraform", ..] => Vec::new(),
            ["data", inside @ ..] => self.of_resources(root, Mode::Data, inside),
            ["ephemeral", inside @ ..] => self.of_resources(root, Mode::Ephemeral, inside),
            inside => self.of_resources(root, Mode::Managed, inside),
        }
    }

    fn first(&self, root: &Module) -> Vec<String> {
        let mut names: Vec<String> = self.functions.iter().map(|it| format!("{it}(")).collect();
        let spaces = [
            ("var.", root.variables.is_empty()),
            ("local.", root.locals.is_empty()),
            ("module.", root.calls.is_empty()),
            ("path.", false),
            ("terraform.", false),
        ];
        names.extend(spaces.iter().filter(|(_, is_empty)| !is_empty).map(|(name, _)| (*name).to_owned()));
        names.extend(root.resources.keys().map(|it| match it.mode {
            Mode::Managed => format!("{}.", it.kind),
            Mode::Data => "data.".to_owned(),
            Mode::Ephemeral => "ephemeral.".to_owned(),
        }));
        names
    }

    fn of_resources(&self, root: &Module, mode: Mode, inside: &[&str]) -> Vec<String> {
        let of_mode = || root.resources.iter().filter(|(address, _)| address.mode == mode);
        match inside {
            [] => of_mode().map(|(it, _)| format!("{}.", it.kind)).collect(),
            [kind] => {
                of_mode().filter(|(it, _)| &*it.kind == *kind).map(|(it, _)| it.name.to_string()).collect()
            }
            [kind, name, inside @ ..] => {
                let is_meant = |it: &Resource| &*it.kind == *kind && &*it.name == *name;
                let ty = of_mode().find(|(it, _)| is_meant(it)).and_then(|(address, resource)| {
                    let provider = self.config.provider_of(&root.path, resource)?.address();
                    let schema = self.catalogue.schema(&provider.source, address.mode, &address.kind)?;
                    Some(schema.block.implied_type())
                });
                ty.map(|it| attributes(&it, inside)).unwrap_or_default()
            }
        }
    }
}

/// Returns the names of the attributes that values of a type have, further inside.
fn attributes(ty: &Type, inside: &[&str]) -> Vec<String> {
    match (ty, inside) {
        (Type::List(element) | Type::Set(element) | Type::Map(element), _) => attributes(element, inside),
        (Type::Object(object), []) => object.attributes.keys().map(ToString::to_string).collect(),
        (Type::Object(object), [name, inside @ ..]) => {
            object.attributes.get(*name).map(|it| attributes(it, inside)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Returns where the path begins that a text ends with: names, dots and indexes.
fn path_start(text: &str) -> usize {
    let mut start = text.len();
    let mut brackets = 0_usize;
    for (at, character) in text.char_indices().rev() {
        match character {
            ']' => brackets += 1,
            '[' if brackets > 0 => brackets -= 1,
            _ if brackets > 0 => {}
            '.' | '_' | '-' => {}
            it if it.is_alphanumeric() => {}
            _ => break,
        }
        if brackets == 0 {
            start = at;
        }
    }
    start
}

/// Returns the names of a path, without indexes.
fn steps(path: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut brackets = 0_usize;
    for character in path.chars() {
        match character {
            '[' => brackets += 1,
            ']' => brackets = brackets.saturating_sub(1),
            _ if brackets > 0 => {}
            '.' => names.push(String::new()),
            it => names.last_mut().into_iter().for_each(|name| name.push(it)),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{path_start, steps};

    #[test]
    fn paths_are_found_before_the_cursor() {
        let check = |text: &str, path: &str, names: &[&str]| {
            let found = &text[path_start(text)..];
            assert_eq!(
                (found, steps(found)),
                (path, names.iter().map(|it| (*it).to_owned()).collect()),
                "{text}"
            );
        };
        check("", "", &[""]);
        check("1 + var.a", "var.a", &["var", "a"]);
        check("f(module.m[0].o", "module.m[0].o", &["module", "m", "o"]);
        check("[a.b[\"x y\"][f(1)].c", "a.b[\"x y\"][f(1)].c", &["a", "b", "c"]);
        check("é-ü_1.x", "é-ü_1.x", &["é-ü_1", "x"]);
        check("a] b", "b", &["b"]);
        check("x[1", "1", &["1"]);
    }
}
