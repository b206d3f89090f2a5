//! Tables of cases: configurations, and what the real Terraform said of each.

use std::collections::BTreeMap;

/// One case of a table.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// What it is called.
    pub name: String,
    /// The lines before its files.
    pub settings: Vec<String>,
    /// Its files, by path.
    pub files: BTreeMap<String, String>,
    /// The lines that say what is expected, with the arrow that marks them.
    pub expected: Vec<String>,
}

/// Returns the cases of a table: `### name`, then lines that are settings, then files after `--- path`; what is expected
/// follows `=> ` or `-> ` and may stand anywhere.
///
/// # Panics
/// When a line comes before the first case.
pub fn cases(table: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut path: Option<String> = None;
    for line in table.lines() {
        if let Some(name) = line.strip_prefix("### ") {
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            path = None;
            continue;
        }
        let case = cases.last_mut().expect("a table begins with a case");
        if let Some(name) = line.strip_prefix("--- ") {
            case.files.entry(name.to_owned()).or_default();
            path = Some(name.to_owned());
        } else if line.starts_with("=> ") || line.starts_with("-> ") {
            case.expected.push(line.to_owned());
        } else if let Some(path) = &path {
            let text = case.files.entry(path.clone()).or_default();
            text.push_str(line);
            text.push('\n');
        } else {
            case.settings.push(line.to_owned());
        }
    }
    cases
}

/// Returns a place as Terraform's JSON tells it, where what is empty is one column wide: `main.tf:2:8-2:20`.
#[cfg(feature = "engine")]
pub fn place(span: &rinfra_diag::Span) -> String {
    let rinfra_diag::Span { file, start, end } = span;
    let column = if start == end { end.column + 1 } else { end.column };
    format!("{file}:{}:{}-{}:{column}", start.line, start.column, end.line)
}
