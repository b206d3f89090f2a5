//! A plan as a page that needs nothing else: no other file, no network.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rinfra_addr::ModuleInstance;
use rinfra_change::{Action, Plan, ResourceChange};
use rinfra_provider::Catalogue;

use crate::change_text::{self, drift_headline};
use crate::concise_text;
use crate::headline::{address, headline, place};
use crate::html::{Page, dressed, escape};
use crate::module_name::ModuleName;
use crate::plan_summary::{
    Column, Place, Row, Table, columns, lines, loses_data, shows_modules, sum, tabulated,
};
use crate::plan_text;
use crate::style::Style;

const CSS: &str = include_str!("plan_html/page.css");
const SCRIPT: &str = include_str!("plan_html/page.js");

/// The diffs of so many instances are unfolded from the start, of more only those that lose data; and as many objects
/// are listed that changed by themselves.
const UNFOLDED: usize = 12;

/// The modules of so many instances are unfolded from the start; of more, only those in which data is lost.
const LISTED: usize = 300;

/// How many rows the summary has; of more, it has those of Regions only.
const ROWS: usize = 30;

/// The style in which what is to be dressed is rendered.
const DRESSED: Style = Style { colour: true };

/// An instance that changes, with its position in the plan.
type Numbered<'p> = (usize, &'p ResourceChange);

/// Renders a plan as a page of HTML: what would be lost, how many instances each action changes, and the changes as a
/// tree of Regions and modules, with the differences that the text shows.
pub fn plan_html(plan: &Plan, catalogue: &Catalogue) -> String {
    let mut body = format!(
        "<h1>Plan</h1>\n<div class=\"when\">{}</div>\n<p class=\"counts\">{}</p>\n",
        escape(&plan.timestamp),
        escape(plan_text::counts(plan, Style::plain()).trim_end())
    );
    if plan.errored {
        body.push_str(
            "<p class=\"failed\">The plan failed: this is how far it came. It cannot be applied.</p>\n",
        );
    }
    if !plan.regions.is_empty() {
        let _ = writeln!(body, "<p>{}</p>", escape(plan_text::limits(plan, Style::plain()).trim_end()));
    }
    body.push_str(&losses(plan, catalogue));
    body.push_str(&drift(plan, catalogue));
    body.push_str(&changes(plan, catalogue));
    let outputs = plan_text::outputs(plan, DRESSED);
    if let Some((_, outputs)) = outputs.split_once('\n') {
        let _ = writeln!(body, "<h2>Changes to outputs</h2>\n<pre>{}</pre>", dressed(outputs));
    }
    Page { title: "rinfra plan", css: CSS, body: &body, script: SCRIPT }.render()
}

/// Renders which instances are destroyed or replaced together with the data they hold.
fn losses(plan: &Plan, catalogue: &Catalogue) -> String {
    let lost = plan.changes.iter().enumerate().filter(|(_, it)| loses_data(it, catalogue));
    let item = |(position, change): Numbered<'_>| {
        let place = change.region.as_ref().map(place).unwrap_or_default();
        let name = escape(&format!("{}{place}", address(change)));
        format!("<li>{} <a href=\"#change-{position}\"><code>{name}</code></a></li>\n", symbol(change.action))
    };
    let items: String = lost.map(item).collect();
    if items.is_empty() {
        return items;
    }
    format!(
        "<div class=\"losses\">\n<strong>Destroyed or replaced, with the data they hold:</strong>\n<ul>\n{items}</ul>\n</div>\n"
    )
}

fn drift(plan: &Plan, catalogue: &Catalogue) -> String {
    let observations = plan_text::drifted(plan);
    if observations.is_empty() {
        return String::new();
    }
    let open = if observations.len() <= UNFOLDED { " open" } else { "" };
    let mut html = format!(
        "<details class=\"drift\"{open}>\n<summary><h2>Objects have changed outside of rinfra</h2> <span class=\"tally\">{}</span></summary>\n",
        observations.len()
    );
    for observation in observations {
        let text = change_text::drifted(observation, catalogue, DRESSED);
        html.push_str(&folded(&format!("<code>{}</code>", escape(&drift_headline(observation))), &text));
    }
    html + "</details>\n"
}

fn changes(plan: &Plan, catalogue: &Catalogue) -> String {
    let mut tree: BTreeMap<Place, BTreeMap<ModuleName, Vec<Numbered<'_>>>> = BTreeMap::new();
    let shown: Vec<_> = plan.changes.iter().enumerate().filter(|(_, it)| plan_text::is_shown(it)).collect();
    if shown.is_empty() {
        return "<p>No changes.</p>\n".to_owned();
    }
    for (position, change) in &shown {
        let modules = tree.entry(Place::of(change.region.as_ref())).or_default();
        modules.entry(module(change.address.module()).into()).or_default().push((*position, change));
    }
    let table = tabulated(plan, module);
    let mut html = summary(&table);
    html.push_str("<h2>Changes</h2>\n");
    html.push_str(&tools(&table));
    html.push_str("<div id=\"changes\">\n");
    for (place, modules) in &tree {
        let rows = table.get(place);
        let total = rows.map(|it| tally(&sum(it.values()))).unwrap_or_default();
        let _ = writeln!(
            html,
            "<details class=\"region\" open>\n<summary>{}{total}</summary>",
            escape(place.title())
        );
        for (name, instances) in modules {
            let counts = rows.and_then(|it| it.get(name)).map(tally).unwrap_or_default();
            let is_open = shown.len() <= LISTED || instances.iter().any(|(_, it)| loses_data(it, catalogue));
            let open = if is_open { " open" } else { "" };
            let _ = writeln!(
                html,
                "<details class=\"module\"{open}>\n<summary>{}{counts}</summary>",
                title(name.text())
            );
            for instance in instances {
                html.push_str(&one(*instance, shown.len() <= UNFOLDED, catalogue));
            }
            html.push_str("</details>\n");
        }
        html.push_str("</details>\n");
    }
    html + "</div>\n"
}

/// Renders what finds changes: a search, and a switch for each action.
fn tools(table: &Table) -> String {
    let total = sum(table.values().flat_map(BTreeMap::values));
    let switch = |(column, count): (&Column, &usize)| {
        format!(
            "<button class=\"action {}\" data-action=\"{title}\" aria-pressed=\"false\">{count} {title}</button>",
            column.colour(),
            title = column.title()
        )
    };
    let switches: String = if total.len() > 1 { total.iter().map(switch).collect() } else { String::new() };
    format!(
        "<div class=\"tools\"><input id=\"filter\" type=\"search\" placeholder=\"part of an address\" aria-label=\"part of an address\">{switches}<button id=\"open\">unfold all</button><button id=\"close\">fold all</button><span id=\"found\" role=\"status\"></span></div>\n"
    )
}

/// Renders what happens to one instance.
fn one((position, change): Numbered<'_>, unfolded: bool, catalogue: &Catalogue) -> String {
    let full = address(change);
    let actions: Vec<_> = columns(change).map(Column::title).collect();
    let data = format!("data-name=\"{}\" data-actions=\"{}\"", escape(&full), actions.join(" "));
    if change.action == Action::NoOp && change.importing.is_none() {
        let headline = escape(&headline(change));
        return format!(
            "<div class=\"moved\" id=\"change-{position}\" {data}><code>{headline}</code></div>\n"
        );
    }
    // The module is told by what stands around.
    let module = module(change.address.module());
    let name = full.strip_prefix(&module).map_or(&*full, |it| it.trim_start_matches('.'));
    let open = if unfolded || loses_data(change, catalogue) { " open" } else { "" };
    let gist = dressed(concise_text::gist(change, catalogue, DRESSED).trim_start_matches(": "));
    let text = change_text::change(change, catalogue, DRESSED);
    format!(
        "<details class=\"instance\" id=\"change-{position}\" {data}{open}>\n<summary>{} <code>{}</code> <span class=\"gist\">{gist}</span></summary>\n<pre>{}</pre>\n</details>\n",
        symbol(change.action),
        escape(name),
        dressed(text.trim_end())
    )
}

fn folded(title: &str, text: &str) -> String {
    format!(
        "<details class=\"instance\">\n<summary>{title}</summary>\n<pre>{}</pre>\n</details>\n",
        dressed(text.trim_end())
    )
}

fn symbol(action: Action) -> String {
    format!("<code class=\"symbol\">{}</code>", dressed(&DRESSED.action(action)))
}

fn summary(table: &Table) -> String {
    let mut columns: Vec<_> =
        table.values().flat_map(BTreeMap::values).flat_map(BTreeMap::keys).copied().collect();
    columns.sort();
    columns.dedup();
    let titles: String = columns.iter().map(|it| format!("<th>{}</th>", it.title())).collect();
    let cells = |row: &Row| {
        let cell = |column: &Column| match row.get(column) {
            Some(count) => format!("<td class=\"{}\">{count}</td>", column.colour()),
            None => "<td></td>".to_owned(),
        };
        columns.iter().map(cell).collect::<String>()
    };
    // The changes tell the numbers of each module, too.
    let by_module = lines(table) <= ROWS;
    let mut html = format!("<h2>Summary</h2>\n<div class=\"table\"><table>\n<tr><th></th>{titles}</tr>\n");
    for (place, modules) in table {
        let total = sum(modules.values());
        let _ =
            writeln!(html, "<tr><td><strong>{}</strong></td>{}</tr>", escape(place.title()), cells(&total));
        if by_module && shows_modules(modules) {
            for (name, row) in modules {
                let _ =
                    writeln!(html, "<tr><td class=\"module\">{}</td>{}</tr>", title(name.text()), cells(row));
            }
        }
    }
    if table.len() > 1 {
        let total = sum(table.values().flat_map(BTreeMap::values));
        let _ = writeln!(html, "<tr class=\"total\"><td>all</td>{}</tr>", cells(&total));
    }
    html + "</table></div>\n"
}

fn tally(row: &Row) -> String {
    let part = |(column, count): (&Column, &usize)| {
        format!("<span class=\"tally {}\">{count} {}</span>", column.colour(), column.title())
    };
    row.iter().map(part).collect()
}

fn module(module: &ModuleInstance) -> String {
    module.to_string()
}

fn title(module: &str) -> String {
    if module.is_empty() { "root module".to_owned() } else { format!("<code>{}</code>", escape(module)) }
}
