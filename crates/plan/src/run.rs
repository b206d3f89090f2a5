use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rinfra_addr::{AbsResource, Mode as ResourceMode, ModuleInstance, ObjectAddress, ResourceInstance};
use rinfra_change::{Action, Fingerprints, Mode, Plan, execution_graph};
use rinfra_config::{Config, Removals, Variable};
use rinfra_diag::Diagnostics;
use rinfra_diag::checks::CheckResult;
use rinfra_eval::{Connections, Ephemerals, Evaluation, Inputs};
use rinfra_lang::functions::Functions;
use rinfra_provider::{Catalogue, Region};
use rinfra_state::State;
use rinfra_state::journal::Unfinished;
use rinfra_value::Value;

use crate::dependencies::{self, Recorded};
use crate::failures::Failures;
use crate::imports;
use crate::moves::{Moves, moves_in_doubt};
use crate::observer::{Event, Observer};
use crate::outputs::Outputs;
use crate::planner::{Findings, Planner};
use crate::probe::{self, Needs};
use crate::refresh::{Context, Refresh};
use crate::region_scope::RegionScope;
use crate::relevance::relevant_attributes;
use crate::{removals, selection};

/// How to plan.
#[derive(Clone, Debug)]
pub struct Options {
    /// The kind of plan.
    pub mode: Mode,
    /// The Regions to plan for; empty means all.
    pub regions: BTreeSet<Region>,
    /// Whether to read what exists, or to believe the state.
    pub refresh: bool,
    /// The objects to plan for, with what they need; empty means all.
    pub targets: Vec<ObjectAddress>,
    /// The objects to leave alone, with what needs them.
    pub excludes: Vec<ObjectAddress>,
    /// The instances to replace whether their arguments changed or not.
    pub replace: BTreeSet<ResourceInstance>,
    /// Whether to write resource blocks for imports that lead to none.
    pub generate_config: bool,
}

impl Options {
    /// Tells whether the plan is limited to a part of what there is.
    pub(crate) fn is_of_a_part(&self) -> bool {
        !self.targets.is_empty() || !self.excludes.is_empty()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mode: Mode::Normal,
            regions: BTreeSet::new(),
            refresh: true,
            targets: Vec::new(),
            excludes: Vec::new(),
            replace: BTreeSet::new(),
            generate_config: false,
        }
    }
}

/// Everything a plan is computed from.
pub struct Request<'r> {
    /// The configuration.
    pub config: &'r Config,
    /// The providers.
    pub catalogue: &'r Catalogue,
    /// The functions expressions may call.
    pub functions: &'r Functions,
    /// Variables and other inputs of the evaluation.
    pub inputs: &'r Inputs,
    /// The prior state.
    pub state: &'r State,
    /// The operations of an interrupted run whose end nobody knows.
    pub unfinished: &'r [Unfinished],
    /// The SHA-256 of the configuration.
    pub configuration_digest: String,
    /// When the plan is made, in RFC 3339.
    pub timestamp: String,
    /// How to plan.
    pub options: Options,
    /// Who is told of the progress.
    pub observer: &'r dyn Observer,
}

/// Computes a plan.
///
/// Returns the plan unless there was an error, and all diagnostics. Nothing outside is changed.
pub async fn plan(request: Request<'_>) -> (Option<Plan>, Diagnostics) {
    let (plan, diagnostics) = plan_in_part(request).await;
    (plan.filter(|it| !it.errored), diagnostics)
}

/// Computes a plan, or the part of it that could be computed before or beside an error.
///
/// Returns the plan if there is anything to tell, and all diagnostics. Nothing outside is changed.
pub async fn plan_in_part(request: Request<'_>) -> (Option<Plan>, Diagnostics) {
    let options = &request.options;
    let generates = options.generate_config && options.mode == Mode::Normal;
    let is_managed = |it: &ResourceInstance| request.state.instance(it).is_some();
    match generates.then(|| request.config.with_awaited_resources(is_managed)).flatten() {
        Some(config) => plan_of(Request { config: &config, ..request }).await,
        None => plan_of(request).await,
    }
}

async fn plan_of(request: Request<'_>) -> (Option<Plan>, Diagnostics) {
    let combination = selection::check(&request.options);
    if combination.has_errors() {
        return (None, combination);
    }
    let selected = selection::of(request.config, &request.options);
    let connections = Connections::default();
    let ephemerals = Ephemerals::new(|it| request.observer.observe(Event::Ephemeral(it)));
    let scope = RegionScope::new(request.options.regions.clone());
    let removals = match request.options.mode {
        Mode::Normal | Mode::RefreshOnly => Removals::of(request.config),
        Mode::Destroy => Removals::default(),
    };
    let contradictions = removals.still_declared(request.config);
    if contradictions.has_errors() {
        return (None, contradictions);
    }
    let moves = match Moves::new(request.config, request.catalogue, request.state) {
        Ok(moves) => moves,
        Err(unmovable) => return (None, unmovable),
    };
    if let Some(left_out) = moves.left_out(&request.options) {
        return (None, combination.into_iter().chain([left_out]).collect());
    }
    let state = moves.state.as_ref();
    let recorded = Recorded::new(state);
    let failures = Failures::default();
    let context = Context {
        catalogue: request.catalogue,
        connections: &connections,
        scope: &scope,
        observer: request.observer,
        removals: &removals,
        read: request.options.refresh,
        selection: &selected,
    };
    let (refresh, unreadable) = Refresh::new(request.config, state, context);
    if !unreadable.is_empty() {
        return (None, unreadable.into_iter().collect());
    }
    let planner = Planner {
        mode: request.options.mode,
        options: &request.options,
        selection: &selected,
        catalogue: request.catalogue,
        state,
        answers: Default::default(),
        imports: Default::default(),
        removals: &removals,
        moves: &moves,
        recorded: &recorded,
        connections: &connections,
        ephemerals: &ephemerals,
        refresh: &refresh,
        failures: &failures,
        scope: &scope,
        observer: request.observer,
        findings: Default::default(),
    };
    let evaluation =
        Evaluation::new(request.config, request.catalogue, request.functions, request.inputs, &planner)
            .of(selected.clone());

    let planning = async {
        let outcome = match request.options.mode {
            Mode::Normal => {
                // What is read from the state alone begins first.
                let ((), outcome) = futures::join!(refresh.run(&evaluation, &failures), evaluation.run());
                planner.plan_orphans(request.config, &evaluation).await;
                Some(outcome)
            }
            Mode::RefreshOnly => {
                let ((), outcome) = futures::join!(refresh.run(&evaluation, &failures), evaluation.run());
                planner.observe_the_rest(&evaluation).await;
                Some(outcome)
            }
            Mode::Destroy => {
                refresh.run(&evaluation, &failures).await;
                planner.plan_destruction(request.config, &evaluation).await;
                None
            }
        };
        planner.refuse_stranding().await;
        planner.refuse_moves_elsewhere().await;
        outcome
    };
    let outcome = ephemerals.accompany(planning).await;
    let unclosed = ephemerals.close().await;

    let wrong_moves = match request.options.mode {
        Mode::Normal | Mode::RefreshOnly => moves.check(request.config, &evaluation),
        Mode::Destroy => moves.cycles().into_iter().collect(),
    };
    if wrong_moves.has_errors() {
        // Whatever else is wrong may well follow from objects that are not where they should be.
        return (None, wrong_moves);
    }
    let mut diagnostics = evaluation.take_diagnostics();
    diagnostics.extend(unclosed);
    if !diagnostics.has_errors() && request.options.mode == Mode::Normal && selected.is_whole() {
        diagnostics.extend(imports::unwanted(request.config, &evaluation));
    }
    diagnostics.extend(combination);
    diagnostics.extend(planner.incomplete_requests());
    let findings = planner.findings.take();
    let mut needs = Needs::default();
    if let Some(outcome) = &outcome
        && !diagnostics.has_errors()
        && !findings.missing.is_empty()
    {
        needs = probe::needs(&request, &scope, &findings, outcome).await;
    }
    let Findings {
        changes, deposed, observations, diagnostics: found, create_before_destroy, missing, ..
    } = findings;
    diagnostics.extend(needs.diagnostics);
    diagnostics.extend(failures.take_diagnostics());
    let is_unobserved = diagnostics.has_errors();
    diagnostics.extend(found);
    diagnostics.sort();
    let errored = diagnostics.has_errors();
    if is_unobserved && request.options.mode == Mode::Destroy {
        // As in Terraform, a destruction is planned when everything is known of what there is.
        return (None, diagnostics);
    }
    if !errored {
        diagnostics.extend(moves.warning());
    }
    let mut changes: Vec<_> = changes.into_values().map(|it| *it).chain(deposed).collect();
    if request.options.mode == Mode::RefreshOnly {
        // The data sources of checks are read by an apply that changes something.
        changes.retain(|it| it.action == Action::NoOp);
    }
    let missing = missing.into_keys().map(|it| it.resource).collect();
    dependencies::leave_out_unreadable(&mut changes, missing);
    dependencies::record(&mut changes);
    dependencies::propagate_create_before_destroy(&mut changes, &create_before_destroy);
    if !errored {
        diagnostics.extend(removals::warning(&changes));
    }
    let outputs = Outputs { mode: request.options.mode, state, untold: &needs.outputs };
    let mut outputs = outputs.changes(outcome.as_ref(), planner.leaves_something(&changes));
    if let (Some(outcome), false) = (&outcome, selected.is_whole()) {
        outputs.retain(|name, _| outcome.outputs.contains_key(name.as_str()));
    }
    if request.options.mode == Mode::Destroy && request.options.is_of_a_part() {
        // As in Terraform, which leaves them as they are, even when nothing is left behind.
        outputs.clear();
    }
    if errored {
        // Of the others nothing is known.
        let declared = &request.config.root().outputs;
        let told = |name: &str| outcome.as_ref().is_some_and(|it| it.tells(name));
        outputs.retain(|name, _| told(name) || !declared.contains_key(name.as_str()));
    }
    let changed = outputs.iter().filter(|(_, it)| it.action != Action::NoOp);
    let changed = changed.map(|(name, _)| (ModuleInstance::root(), Arc::from(name.as_str())));
    // What the outputs of called modules were before nobody knows, so they all count as new.
    let changed = changed.chain(evaluation.outputs_of_calls());
    let changing = changes.iter().filter(|it| it.action != Action::NoOp).map(|it| &it.address.resource);
    // A destruction also forgets what it once read.
    let forgets =
        |it: &&AbsResource| request.options.mode == Mode::Destroy && it.resource.mode == ResourceMode::Data;
    let changing = changing.chain(state.resources.keys().filter(forgets)).collect();
    let relevant_attributes = relevant_attributes(request.config, request.catalogue, changing, changed);
    let mut checks = evaluation.check_results();
    if request.options.mode == Mode::Destroy {
        checks.iter_mut().for_each(CheckResult::expect_root_output);
    }
    let plan = Plan {
        mode: request.options.mode,
        timestamp: request.timestamp,
        errored,
        regions: scope.regions().clone(),
        targets: request.options.targets.clone(),
        excludes: request.options.excludes.clone(),
        variables: variables(request.config, request.inputs),
        ephemeral_variables: ephemeral_variables(request.config, request.inputs),
        fingerprints: Fingerprints {
            configuration: request.configuration_digest,
            lineage: request.state.lineage.clone(),
            serial: request.state.serial,
            workspace: request.inputs.workspace.to_string(),
            ..Fingerprints::default()
        },
        moves: moves.steps.clone(),
        moves_in_doubt: moves_in_doubt(request.config, request.catalogue, request.state, request.unfinished),
        observations,
        checks,
        graph: if errored { Default::default() } else { execution_graph(&changes) },
        changes,
        outputs,
        relevant_attributes,
        calls: connections.calls(),
        configuration: None,
        backend: None,
        prior_state: None,
    };
    (Some(plan), diagnostics)
}

/// Returns the values of the root variables that may be stored: those that were given, and the defaults of the others.
fn variables(config: &Config, inputs: &Inputs) -> BTreeMap<String, Value> {
    let declared = config.root().variables.iter().filter(|(_, it)| !it.ephemeral);
    let value = |(name, variable): (&Arc<str>, &Variable)| {
        let value = inputs.variables.get(name).or(variable.default.as_ref())?;
        Some((name.to_string(), value.clone()))
    };
    declared.filter_map(value).collect()
}

/// Returns the ephemeral root variables that were given a value.
fn ephemeral_variables(config: &Config, inputs: &Inputs) -> BTreeSet<String> {
    let ephemeral = config.root().variables.iter().filter(|(_, it)| it.ephemeral);
    ephemeral
        .filter(|(name, _)| inputs.variables.contains_key(*name))
        .map(|(name, _)| name.to_string())
        .collect()
}
