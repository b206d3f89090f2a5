//! A plan that is longer than a screen, on one: what it destroys that cannot be made again, and how many instances
//! each action changes in each Region and module.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rinfra_addr::{InstanceKey, Mode, ModuleInstance};
use rinfra_change::{Action, Plan, ResourceChange};
use rinfra_provider::{Catalogue, Region};

use crate::headline::{address, place};
use crate::module_name::ModuleName;
use crate::style::Style;

/// How many instances that hold data are named.
const NAMED: usize = 12;

/// How many rows the table has.
const ROWS: usize = 20;

/// What a name begins with that stands behind all others.
const LAST: char = '~';

/// What can happen to an instance, as the columns of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    Import,
    Add,
    Change,
    Replace,
    Destroy,
    Forget,
    Read,
    Move,
}

impl Column {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Add => "add",
            Self::Change => "change",
            Self::Replace => "replace",
            Self::Destroy => "destroy",
            Self::Forget => "forget",
            Self::Read => "read",
            Self::Move => "move",
        }
    }
}

impl Column {
    /// Returns the class of its colour on pages.
    pub(crate) fn colour(self) -> &'static str {
        match self {
            Self::Add => "green",
            Self::Change => "yellow",
            Self::Replace | Self::Destroy => "red",
            Self::Import | Self::Read | Self::Move => "cyan",
            Self::Forget => "faint",
        }
    }
}

/// How many instances there are in each column.
pub(crate) type Row = BTreeMap<Column, usize>;

/// The rows of Regions, and within each those of modules.
pub(crate) type Table = BTreeMap<Place, BTreeMap<ModuleName, Row>>;

/// Where something happens: Regions by name, then everywhere, then nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    Region(String),
    Global,
    Nowhere,
}

impl Place {
    pub(crate) fn of(region: Option<&Region>) -> Self {
        match region {
            Some(region) if region.is_global() => Self::Global,
            Some(region) => Self::Region(region.to_string()),
            None => Self::Nowhere,
        }
    }

    pub(crate) fn title(&self) -> &str {
        match self {
            Self::Region(name) => name,
            Self::Global => "global",
            Self::Nowhere => "no Region",
        }
    }
}

/// Renders the summary of a plan, with an empty line behind it.
pub(crate) fn summary(plan: &Plan, catalogue: &Catalogue, style: Style) -> String {
    format!("{}\n\n{}{}\n", style.bold("Summary:"), losses(plan, catalogue, style), table(plan, style))
}

/// Renders which instances are destroyed or replaced although a new one would not bring back what they hold.
fn losses(plan: &Plan, catalogue: &Catalogue, style: Style) -> String {
    let lost: Vec<_> = plan.changes.iter().filter(|it| loses_data(it, catalogue)).collect();
    if lost.is_empty() {
        return String::new();
    }
    let warning = "Destroyed or replaced, with the data they hold:";
    let mut text = format!("  {}\n", style.bold(&style.red(warning)));
    for change in lost.iter().take(NAMED) {
        let place = change.region.as_ref().map(place).unwrap_or_default();
        let _ = writeln!(text, "  {} {}{place}", style.action(change.action), address(change));
    }
    if let Some(more) = lost.len().checked_sub(NAMED).filter(|it| *it > 0) {
        let _ = writeln!(text, "      and {more} more");
    }
    text + "\n"
}

/// Tells whether a change does away with something that a new object would not bring back.
pub(crate) fn loses_data(change: &ResourceChange, catalogue: &Catalogue) -> bool {
    let ends = change.action == Action::Delete || change.action.is_replace();
    let kind = || catalogue.get(&change.provider.source)?.resource_type(change.address.kind());
    ends && change.address.mode() == Mode::Managed && kind().is_some_and(|it| it.holds_data())
}

fn table(plan: &Plan, style: Style) -> String {
    // By module instances, if there is room for them; otherwise by calls of modules, the largest of them.
    let names: [fn(&ModuleInstance) -> String; 2] = [ToString::to_string, call];
    let mut tables = names.into_iter().map(|it| tabulated(plan, it));
    let table = tables.find(|it| lines(it) <= ROWS).unwrap_or_else(|| largest(tabulated(plan, call)));
    let columns: BTreeSet<Column> =
        table.values().flat_map(BTreeMap::values).flat_map(BTreeMap::keys).copied().collect();
    let mut rows: Vec<(String, Row)> = Vec::new();
    for (place, modules) in &table {
        let total = sum(modules.values());
        rows.push((place.title().to_owned(), total));
        if shows_modules(modules) {
            let module = |(name, row): (&ModuleName, &Row)| {
                let name = if name.is_root() { "root module" } else { name.text().trim_start_matches(LAST) };
                (format!("  {name}"), row.clone())
            };
            rows.extend(modules.iter().map(module));
        }
    }
    if rows.len() > ROWS {
        let rest = rows.split_off(ROWS - 1);
        rows.push((format!("{} more Regions", rest.len()), sum(rest.iter().map(|(_, row)| row))));
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let titles: String = columns.iter().map(|it| format!("  {:>7}", it.title())).collect();
    let mut text = format!("  {:width$}{titles}\n", "");
    for (name, row) in rows {
        let cell = |column: &Column| match row.get(column) {
            Some(count) => format!("  {count:>7}"),
            None => style.faint(&format!("  {:>7}", "-")),
        };
        let cells: String = columns.iter().map(cell).collect();
        let _ = writeln!(text, "  {name:width$}{cells}");
    }
    text
}

/// Counts the changes of a plan by Region and what a function makes of their modules.
pub(crate) fn tabulated(plan: &Plan, name: fn(&ModuleInstance) -> String) -> Table {
    let mut table = Table::new();
    for change in &plan.changes {
        for column in columns(change) {
            let modules = table.entry(Place::of(change.region.as_ref())).or_default();
            *modules.entry(name(change.address.module()).into()).or_default().entry(column).or_default() += 1;
        }
    }
    table
}

/// Returns what happens to an instance: one action, and perhaps an import before it.
pub(crate) fn columns(change: &ResourceChange) -> impl Iterator<Item = Column> {
    let action = match change.action {
        Action::NoOp => change.previous_address.as_ref().map(|_| Column::Move),
        Action::Create => Some(Column::Add),
        Action::Read => Some(Column::Read),
        Action::Update => Some(Column::Change),
        Action::DeleteThenCreate | Action::CreateThenDelete => Some(Column::Replace),
        Action::Delete => Some(Column::Destroy),
        Action::Forget => Some(Column::Forget),
    };
    change.importing.as_ref().map(|_| Column::Import).into_iter().chain(action)
}

/// Returns the call in the root module that a module instance comes of.
fn call(module: &ModuleInstance) -> String {
    match module.steps().first() {
        None => String::new(),
        Some((name, InstanceKey::None)) => format!("module.{name}"),
        Some((name, _)) => format!("module.{name}[*]"),
    }
}

/// Keeps as many modules of each Region as there is room for, those that change most, and sums the others up.
fn largest(table: Table) -> Table {
    let room = ROWS.saturating_sub(table.len()).checked_div(table.len()).unwrap_or_default();
    let kept = |modules: BTreeMap<ModuleName, Row>| match room {
        0 | 1 => BTreeMap::from([(ModuleName::default(), sum(modules.values()))]),
        _ if modules.len() <= room => modules,
        _ => {
            let mut modules: Vec<_> = modules.into_iter().collect();
            modules.sort_by_key(|(_, row)| std::cmp::Reverse(row.values().sum::<usize>()));
            let rest = modules.split_off(room - 1);
            let others =
                (format!("{LAST}{} more modules", rest.len()).into(), sum(rest.iter().map(|(_, row)| row)));
            modules.into_iter().chain([others]).collect()
        }
    };
    table.into_iter().map(|(place, modules)| (place, kept(modules))).collect()
}

/// Tells whether the modules of a Region say more than the Region alone.
pub(crate) fn shows_modules(modules: &BTreeMap<ModuleName, Row>) -> bool {
    modules.keys().any(|it| !it.is_root())
}

pub(crate) fn lines(table: &Table) -> usize {
    table.values().map(|it| 1 + if shows_modules(it) { it.len() } else { 0 }).sum()
}

pub(crate) fn sum<'r>(rows: impl Iterator<Item = &'r Row>) -> Row {
    let mut total = Row::new();
    for (column, count) in rows.flatten() {
        *total.entry(*column).or_default() += count;
    }
    total
}
