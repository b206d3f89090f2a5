use std::collections::BTreeMap;

use async_trait::async_trait;
use rinfra_config::Node;
use rinfra_diag::Diagnostics;
use rinfra_eval::{
    DesiredInstance, DesiredProvider, Evaluation, Inputs, KnownTypes, Poisoned, Results, UnknownRepetition,
    check_provisioners,
};
use rinfra_provider::Catalogue;
use rinfra_value::Value;

use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::project::{Phase, Project};

/// Checks a configuration without a state, a cloud or values for its variables.
///
/// Returns everything that is wrong with single objects.
///
/// *Errors*: what keeps the configuration from being read or put into an order.
pub async fn validate(environment: &Environment) -> Outcome<(Project, Diagnostics)> {
    let mut project = Project::open_unchecked(environment)?;
    let types = KnownTypes { config: &project.config, catalogue: &environment.catalogue };
    let findings = project.config.check_with(&types);
    let mut structure = std::mem::take(&mut project.warnings);
    structure.extend(check_provisioners(&project.config));
    structure.extend(findings.structure);
    if structure.has_errors() {
        structure.dedup();
        structure.sort();
        return Err(Failure::new(structure, &project.sources));
    }
    let mut diagnostics = structure;
    diagnostics.extend(evaluate(&project, &environment.catalogue, findings.references).await);
    diagnostics.sort();
    diagnostics.dedup();
    Ok((project, diagnostics))
}

/// Returns what is wrong with the objects of a configuration whatever the values of its variables, those included of
/// which a plan would make no instance.
///
/// *Assumptions*: the references are in order.
pub(crate) async fn objects(project: &Project, catalogue: &Catalogue) -> Diagnostics {
    let mut diagnostics = evaluate(project, catalogue, BTreeMap::new()).await;
    diagnostics.sort();
    diagnostics.dedup();
    diagnostics
}

async fn evaluate(
    project: &Project,
    catalogue: &Catalogue,
    references: BTreeMap<Node, Diagnostics>,
) -> Diagnostics {
    let phase = Validation { catalogue };
    let root = project.config.root();
    let unknown = |ty: &rinfra_value::Type| Value::unknown(ty.without_optional_attributes());
    let variables = root
        .variables
        .iter()
        .map(|(name, variable)| (name.clone(), unknown(&variable.constraint.ty)))
        .collect();
    let inputs =
        Inputs { variables, unknown_repetition: UnknownRepetition::Allowed, ..project.inputs.clone() };
    let functions = project.functions(Phase::Validating);
    let evaluation = Evaluation::new(&project.config, catalogue, &functions, &inputs, &phase);
    evaluation.validate(references).await
}

/// The phase that knows nothing but schemas.
struct Validation<'v> {
    catalogue: &'v Catalogue,
}

impl Validation<'_> {
    fn answer(&self, desired: &DesiredInstance<'_>) -> Result<Value, Poisoned> {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind()).ok_or(Poisoned)?;
        Ok(desired.proposal(&schema.block))
    }
}

#[async_trait(?Send)]
impl<'c> Results<'c> for Validation<'_> {
    async fn provider(&self, _desired: DesiredProvider) -> Result<(), Poisoned> {
        Ok(())
    }

    async fn managed(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        self.answer(&desired)
    }

    async fn data(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        self.answer(&desired)
    }
}
