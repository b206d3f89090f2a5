//! Where the figures are kept.

use std::fs;
use std::io;

use rinfra_testkit::root;

use super::results::Results;
use super::{chart, engine, goals, tables};

/// The document.
pub(super) const PATH: &str = "docs/performance.md";

const BEGIN: &str = "<!-- bench begins -->";
const END: &str = "<!-- bench ends -->";

/// Puts everything that was measured between the marks in the document, and writes the charts beside it.
pub(super) fn write(results: &Results) -> io::Result<()> {
    let path = root().join(PATH);
    let text = fs::read_to_string(&path)?;
    let missing = || io::Error::other("the marks around the tables are missing");
    let (before, rest) = text.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    let mut content = format!("{}\n\n", results.machine);
    for (setting, of_setting) in &results.settings {
        let name = chart::file_name(*setting);
        fs::write(root().join("docs").join(&name), chart::drawn(*setting, of_setting))?;
        content += &format!("![Times of {}]({name})\n\n", tables::setting(*setting));
    }
    content += &format!("### What was to be reached\n\n{}\n", goals::table(results));
    content += &tables::all(results, true);
    if !results.limits.is_empty() {
        content += "### What the local AWS and the proxy can do at most\n\nRequests a second, sixteen of them in flight.\n\n";
        content += &tables::limits(&results.limits);
    }
    if !results.engine.is_empty() {
        content += "\n### The engine's own limit\n\nPlanning, applying and destroying in a cloud in memory whose calls \
                    take no time, in one process without a journal: a hundred resources of as many instances, in chains of \
                    ten. Memory is what an operation needs at most beside what was there before, which is state and cloud.\n\n";
        content += &engine::table(&results.engine);
    }
    fs::write(path, format!("{before}{BEGIN}\n{content}{END}{after}"))
}
