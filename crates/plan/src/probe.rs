//! What needs instances that do not exist yet in Regions the plan leaves alone.
//!
//! References name whole resources, and one resource may have instances in many Regions. So the configuration is
//! evaluated once more for each such Region, with the missing instances replaced by nothing: whoever gets other
//! arguments than before needs them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_addr::{AbsResource, ResourceInstance};
use rinfra_change::{Action, ResourceChange};
use rinfra_diag::Diagnostic;
use rinfra_eval::{DesiredInstance, DesiredProvider, Evaluation, Outcome, Poisoned, Results};
use rinfra_provider::{Catalogue, Region};
use rinfra_value::Value;

use crate::planner::Findings;
use crate::region_scope::RegionScope;
use crate::run::Request;

/// What depends on what is missing in one Region or another.
#[derive(Default)]
pub(crate) struct Needs {
    /// One error for each instance in the plan's Regions.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The outputs whose value cannot be told.
    pub(crate) outputs: BTreeSet<Arc<str>>,
}

/// Returns what depends on the instances that planning found missing outside its Regions.
pub(crate) async fn needs(
    request: &Request<'_>,
    scope: &RegionScope,
    findings: &Findings,
    planned: &Outcome,
) -> Needs {
    let mut missing: BTreeMap<&Option<Region>, BTreeSet<&ResourceInstance>> = BTreeMap::new();
    for (address, region) in &findings.missing {
        missing.entry(region).or_default().insert(address);
    }
    let mut wanting: BTreeMap<ResourceInstance, BTreeSet<&ResourceInstance>> = BTreeMap::new();
    let mut needs = Needs::default();
    for absent in missing.into_values() {
        let catalogue = request.catalogue;
        let probe = Probe { catalogue, scope, findings, absent, met: RefCell::default() };
        let evaluation =
            Evaluation::new(request.config, catalogue, request.functions, request.inputs, &probe);
        let outcome = evaluation.run().await;
        for (name, output) in &planned.outputs {
            let same = outcome.outputs.get(name).is_some_and(|it| it.answer.value == output.answer.value);
            if !same {
                needs.outputs.insert(name.clone());
            }
        }
        for address in probe.wanting() {
            wanting.entry(address.clone()).or_default().extend(probe.causes(address));
        }
    }
    needs.diagnostics = wanting.iter().map(|(address, causes)| refusal(findings, address, causes)).collect();
    needs
}

/// The phase that answers as the plan did, but for some instances that are replaced by nothing.
struct Probe<'p> {
    catalogue: &'p Catalogue,
    scope: &'p RegionScope,
    findings: &'p Findings,
    absent: BTreeSet<&'p ResourceInstance>,
    /// What was asked for so far, and whether it was asked for with other arguments than in the plan.
    met: RefCell<BTreeMap<ResourceInstance, Met>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    Same,
    Changed,
}

impl<'p> Probe<'p> {
    fn change(&self, address: &ResourceInstance) -> Option<&'p ResourceChange> {
        self.findings.changes.get(address).map(AsRef::as_ref)
    }

    /// Tells whether the plan would do something to an instance in its Regions.
    fn is_executed(&self, change: &ResourceChange) -> bool {
        change.action != Action::NoOp && change.after.is_some() && self.scope.contains(change.region.as_ref())
    }

    /// Returns the instances that would be executed and cannot be as planned.
    fn wanting(&self) -> Vec<&'p ResourceInstance> {
        let met = self.met.borrow();
        let changes = self.findings.changes.values().filter(|it| self.is_executed(it));
        let changed = changes.filter(|it| met.get(&it.address) != Some(&Met::Same));
        changed.map(|it| &it.address).filter(|it| !self.causes(it).is_empty()).collect()
    }

    /// Returns the missing instances an instance refers to, directly or through data sources of other Regions.
    fn causes(&self, address: &ResourceInstance) -> BTreeSet<&'p ResourceInstance> {
        let mut causes = BTreeSet::new();
        let mut seen: BTreeSet<&AbsResource> = BTreeSet::new();
        let mut open: Vec<&AbsResource> =
            self.change(address).into_iter().flat_map(|it| &*it.dependencies).collect();
        while let Some(resource) = open.pop() {
            if !seen.insert(resource) {
                continue;
            }
            causes.extend(self.absent.iter().filter(|it| it.resource == *resource));
            let left = self.findings.changes.values().filter(|it| it.address.resource == *resource);
            let read_elsewhere = left.filter(|it| it.action == Action::Read && !self.is_executed(it));
            open.extend(read_elsewhere.flat_map(|it| &*it.dependencies));
        }
        causes
    }

    fn answer(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)?;
        if self.absent.contains(address) {
            return Ok(schema.block.empty_value());
        }
        let Some(change) = self.change(address) else { return Ok(desired.proposal(&schema.block)) };
        let waits = |it: &&&ResourceInstance| desired.explicit_dependencies.contains(&it.resource);
        let same = self.findings.requests.get(address).is_some_and(|it| it.config == desired.config)
            && !self.absent.iter().any(|it| waits(&it));
        self.met.borrow_mut().insert(address.clone(), if same { Met::Same } else { Met::Changed });
        // What would be read elsewhere cannot be either; who asks for it needs what is missing.
        if !same && change.action == Action::Read && !self.is_executed(change) {
            return Ok(schema.block.empty_value());
        }
        change.after.clone().ok_or(Poisoned)
    }
}

#[async_trait(?Send)]
impl<'c> Results<'c> for Probe<'_> {
    async fn provider(&self, _desired: DesiredProvider) -> Result<(), Poisoned> {
        Ok(())
    }

    async fn managed(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        self.answer(&desired)
    }

    async fn data(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        self.answer(&desired)
    }

    async fn ephemeral(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned>
    where
        'c: 'async_trait,
    {
        self.findings.opened.get(&desired.address).cloned().ok_or(Poisoned)
    }
}

fn refusal(
    findings: &Findings,
    address: &ResourceInstance,
    causes: &BTreeSet<&ResourceInstance>,
) -> Diagnostic {
    let region_of = |it: &ResourceInstance| findings.missing.get(it).and_then(Option::as_ref);
    let list: Vec<_> = causes.iter().map(|it| placed(it, region_of(it))).collect();
    let regions: BTreeSet<_> = causes.iter().filter_map(|it| region_of(it)).collect();
    let flags: Vec<_> = regions.iter().map(|it| format!("--region {it}")).collect();
    let region = findings.changes.get(address).and_then(|it| it.region.as_ref());
    let detail = format!("{} needs what does not exist yet: {}.", placed(address, region), list.join(", "));
    let diagnostic = Diagnostic::error("Needed outside the chosen Regions", detail)
        .address(address.to_string())
        .hint(format!("Create it first: rinfra apply {}", flags.join(" ")));
    match findings.requests.get(address) {
        Some(request) => diagnostic.at(request.span.clone()),
        None => diagnostic,
    }
}

/// Returns an address with its Region, for messages.
pub(crate) fn placed(address: &ResourceInstance, region: Option<&Region>) -> String {
    match region {
        Some(region) => format!("{address} ({region})"),
        None => address.to_string(),
    }
}
