//! `import` blocks: which instances they are about, and what each is called.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use futures::future::join_all;
use rinfra_addr::{ConfigResource, InstanceKey, ModuleInstance, ResourceInstance};
use rinfra_config::{Import, Repetition as Declared};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::functions::Functions;
use rinfra_lang::{Expression, Scope, evaluate, evaluate_as};
use rinfra_value::{Marks, Type, Value};

use crate::answer::Origin;
use crate::evaluation::{Evaluation, Site};
use crate::expansion::{Repetition, UnknownRepetition};

/// An object that exists already and is to become a resource instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRequest {
    /// What the provider calls the object.
    pub id: Arc<str>,
    /// Where the import says which instance it becomes.
    pub span: Span,
}

/// What the imports of one resource say, by instance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requests {
    pub(crate) by_instance: Rc<BTreeMap<ResourceInstance, ImportRequest>>,
    pub(crate) origin: Origin,
}

impl<'e> Evaluation<'e> {
    /// Returns what each import block comes to, once everything was evaluated: nothing where that failed.
    pub fn imports(&self) -> Vec<(&'e Import, Vec<ResourceInstance>)> {
        let blocks = self.config.root().imports.iter().enumerate();
        let targets = |position| {
            let requests: Option<Requests> = self.imports.get(&position);
            requests.map(|it| it.by_instance.keys().cloned().collect()).unwrap_or_default()
        };
        blocks.map(|(position, import)| (import, targets(position))).collect()
    }

    /// Evaluates all import blocks.
    pub(crate) async fn all_imports(&self) {
        join_all((0..self.config.root().imports.len()).map(|it| self.requests(it))).await;
    }

    /// Returns what is to be imported as a resource instance.
    pub(crate) async fn import_of(&self, address: &ResourceInstance) -> (Option<ImportRequest>, Origin) {
        let resource = address.config();
        let Some(blocks) = self.import_positions().get(&resource) else { return Default::default() };
        let compute = async {
            let own = join_all(blocks.iter().map(|it| self.requests(*it))).await;
            let mut origin = Origin::default();
            let mut by_instance = BTreeMap::new();
            // Of several imports of one instance the last one counts.
            for requests in own {
                by_instance
                    .extend(requests.by_instance.iter().map(|(it, request)| (it.clone(), request.clone())));
                origin.merge(requests.origin);
            }
            Requests { by_instance: Rc::new(by_instance), origin }
        };
        let all = self.imports_of.get_or(resource.clone(), compute).await;
        (all.by_instance.get(address).cloned(), all.origin)
    }

    /// Returns the positions of the import blocks of each resource.
    fn import_positions(&self) -> &HashMap<ConfigResource, Vec<usize>> {
        self.import_positions.get_or_init(|| {
            let mut positions: HashMap<_, Vec<_>> = HashMap::new();
            for (position, import) in self.config.root().imports.iter().enumerate() {
                positions.entry(import.to.resource.clone()).or_default().push(position);
            }
            positions
        })
    }

    async fn requests(&self, position: usize) -> Requests {
        let import = &self.config.root().imports[position];
        let compute = async {
            let mut origin = Origin::default();
            let requests = self.expand(import, &mut origin).await.unwrap_or_else(|diagnostics| {
                origin.poisoned = true;
                self.report_all(diagnostics);
                BTreeMap::new()
            });
            Requests { by_instance: Rc::new(requests), origin }
        };
        self.imports.get_or(position, compute).await
    }

    async fn expand(
        &self,
        import: &Import,
        origin: &mut Origin,
    ) -> Result<BTreeMap<ResourceInstance, ImportRequest>, Diagnostics> {
        let mut requests = BTreeMap::new();
        let repetitions = match &import.for_each {
            None => vec![Repetition::None],
            Some(for_each) => self.import_repetitions(for_each, origin).await?,
        };
        for repetition in repetitions {
            let site = Site { repetition, ..Site::module(&ModuleInstance::root()) };
            let Some(address) = self.target(import, &site.repetition)? else { continue };
            let (scope, references) = self.scope_for(&site, &rinfra_lang::references(&import.id)).await;
            origin.merge(references);
            if origin.poisoned {
                break;
            }
            if let Some(id) = self.import_id(&import.id, &scope)? {
                requests.insert(address, ImportRequest { id, span: import.to.span.clone() });
            }
        }
        Ok(requests)
    }

    /// Returns what `each` means for each import of a block.
    async fn import_repetitions(
        &self,
        for_each: &Expression,
        origin: &mut Origin,
    ) -> Result<Vec<Repetition>, Diagnostics> {
        let invalid =
            |detail: &str| Diagnostic::error("Invalid for_each argument", detail).at(for_each.span.clone());
        let site = Site::module(&ModuleInstance::root());
        let (scope, references) = self.scope_for(&site, &rinfra_lang::references(for_each)).await;
        origin.merge(references);
        if origin.poisoned {
            return Ok(Vec::new());
        }
        let value = evaluate(for_each, &scope)?;
        if !value.is_wholly_known() {
            return match self.inputs.unknown_repetition {
                UnknownRepetition::Allowed | UnknownRepetition::Tolerated => Ok(Vec::new()),
                UnknownRepetition::Refused => {
                    let detail = "The \"for_each\" expression includes values derived from other resource \
                                  attributes that cannot be determined until apply, so it cannot be told what is to \
                                  be imported.";
                    let hint = "Apply what it depends on first, or use values that are known before apply";
                    Err(invalid(detail).hint(hint).into())
                }
            };
        }
        let (value, marks) = value.without_marks();
        if marks.contains(Marks::EPHEMERAL) {
            let detail = "The given \"for_each\" value is derived from an ephemeral value, and the imports must be \
                          the same in the plan and the apply.";
            return Err(invalid(detail).into());
        }
        if value.is_null() {
            return Ok(Vec::new());
        }
        let each =
            |key: Value, value: &Value| Repetition::Each { key, value: value.clone().with_marks(marks) };
        if let Some(entries) = value.entries() {
            return Ok(entries.iter().map(|(key, it)| each(Value::string(key.clone()), it)).collect());
        }
        let Some(elements) = value.elements() else {
            return Err(invalid("The \"for_each\" expression must be a collection.").into());
        };
        let is_set = matches!(value.ty(), Type::Set(_));
        let key = |index: usize, it: &Value| if is_set { it.clone() } else { Value::number(index) };
        Ok(elements.iter().enumerate().map(|(index, it)| each(key(index, it), it)).collect())
    }

    /// Returns the instance an import goes to; `None` when that cannot be told yet.
    fn target(
        &self,
        import: &Import,
        repetition: &Repetition,
    ) -> Result<Option<ResourceInstance>, Diagnostics> {
        let mut is_unknown = false;
        // As in Terraform, keys are made without functions.
        let no_functions = Functions::default();
        let mut scope = Scope::new(&no_functions);
        repetition.extend(&mut scope);
        let resolved = import.to.resolve(|key| {
            let value = evaluate(key, &scope).map_err(explain)?;
            if value.has_mark(Marks::SENSITIVE) {
                let detail = "An instance key in the address of an import cannot be sensitive.";
                return Err(Diagnostic::error("Invalid index expression", detail)
                    .at(key.span.clone())
                    .into());
            }
            is_unknown |= !value.is_known();
            Ok(value)
        });
        if is_unknown {
            return Ok(None);
        }
        let address = resolved?;
        let declared = self.config.resource(&address.config()).map(|it| &it.repetition);
        match misfit(&address.key, declared) {
            None => Ok(Some(address)),
            Some(detail) => {
                let diagnostic = Diagnostic::error("Invalid import 'to' expression", detail);
                Err(diagnostic.at(import.to.span.clone()).into())
            }
        }
    }

    /// Returns what the provider calls an object; `None` when that is not known yet and need not be.
    fn import_id(&self, id: &Expression, scope: &Scope<'_>) -> Result<Option<Arc<str>>, Diagnostics> {
        let invalid =
            |detail: &str| Diagnostic::error("Invalid import id argument", detail).at(id.span.clone());
        let (value, marks) = evaluate_as(id, scope, &Type::String)?.without_marks();
        if marks.contains(Marks::EPHEMERAL) {
            let detail = "The import ID is derived from an ephemeral value, and the plan has to keep it.";
            return Err(invalid(detail).into());
        }
        if value.is_null() {
            return Err(invalid("The import ID cannot be null.").into());
        }
        match value.as_str() {
            Some("") => {
                Err(invalid("The import ID is an empty string: nothing in the world is called that.").into())
            }
            Some(text) => Ok(Some(text.into())),
            None if self.inputs.unknown_repetition != UnknownRepetition::Refused => Ok(None),
            None => {
                let detail = "The import ID depends on resource attributes that cannot be determined until apply, \
                              so it cannot be told what is to be imported.";
                Err(invalid(detail).hint("Apply what it depends on first").into())
            }
        }
    }
}

/// Says what the keys of an address may use.
fn explain(diagnostics: Diagnostics) -> Diagnostics {
    let add = |mut it: Diagnostic| {
        if it.summary == "Unknown variable" {
            it.detail.push_str(
                " Only \"each.key\" and \"each.value\" can be used in the instance keys of an import address.",
            );
        }
        it
    };
    diagnostics.into_iter().map(add).collect()
}

/// Returns why a resource can have no instance with such a key, whichever instances it has.
fn misfit(key: &InstanceKey, declared: Option<&Declared>) -> Option<&'static str> {
    match (key, declared) {
        (InstanceKey::None, Some(Declared::Count(_))) => Some("The target resource is using count."),
        (InstanceKey::None, Some(Declared::ForEach(_))) => Some("The target resource is using for_each."),
        (InstanceKey::None, _)
        | (InstanceKey::Int(_), Some(Declared::Count(_)))
        | (InstanceKey::String(_), Some(Declared::ForEach(_))) => None,
        (InstanceKey::Int(_), _) => Some("The target resource does not use count."),
        (InstanceKey::String(_), _) => Some("The target resource does not use for_each."),
    }
}
