//! Provider configurations with `for_each`: which instances they have, and which one is meant.

use futures::future::LocalBoxFuture;
use rinfra_addr::{InstanceKey, ModuleInstance, ProviderConfig, ResourceInstance};
use rinfra_config::{InstanceChoice, ProviderChoice, Repetition as Declared};
use rinfra_diag::Diagnostic;
use rinfra_lang::Expression;
use rinfra_value::convert::convert;
use rinfra_value::{Marks, Type, Value};

use crate::answer::Origin;
use crate::evaluation::{Evaluation, Expansion, Repeated, Site};
use crate::expansion::{Instances, UnknownRepetition};
use crate::providers::key_of;

impl Evaluation<'_> {
    /// Tells whether the configuration a provider instance belongs to has such an instance.
    ///
    /// Where there is no such configuration, or its instances could not be told, nothing speaks against it.
    pub async fn has_provider_instance(&self, address: &ProviderConfig) -> bool {
        if self.config.provider_block(&key_of(address)).is_none() {
            return true;
        }
        let Expansion { instances, origin } = self.provider_instances(address).await;
        origin.poisoned || instances.contains(&address.key)
    }

    /// Returns the instances of a provider configuration.
    pub(crate) fn provider_instances<'s>(
        &'s self,
        address: &'s ProviderConfig,
    ) -> LocalBoxFuture<'s, Expansion> {
        let key = key_of(address);
        let for_each = self.config.provider_block(&key).and_then(|it| it.for_each.as_ref());
        let Some(for_each) = for_each else {
            let expansion = Expansion { instances: Instances::Single, origin: Origin::default() };
            return Box::pin(std::future::ready(expansion));
        };
        Box::pin(async move {
            let repetition = Declared::ForEach(for_each.clone());
            self.repeat(Repeated::Provider(key), &address.module, &repetition).await
        })
    }

    /// Returns the provider configuration a resource instance uses, and what choosing it depended on; `None` when it
    /// cannot be told, which has been reported.
    pub(crate) async fn choose_provider(
        &self,
        site: &Site,
        address: &ResourceInstance,
        choice: &ProviderChoice,
    ) -> (Option<ProviderConfig>, Origin) {
        let configuration = choice.key.address();
        let Some(InstanceChoice { module, call, expression }) = &choice.instance else {
            return (Some(configuration), Origin::default());
        };
        let chooser = match call {
            None => Some(site.clone()),
            Some(_) => self.calling_site(address.module(), module.names().len()).await,
        };
        let Some(chooser) = chooser else {
            return (None, Origin { poisoned: true, ..Origin::default() });
        };
        let answer = self.value_of(&chooser, expression).await;
        let mut origin = Origin::default();
        origin.absorb(&answer);
        if origin.poisoned {
            return (None, origin);
        }
        let key = match self.instance_key(address, expression, &answer.value) {
            Ok(key) => key,
            Err(diagnostic) => {
                self.report(diagnostic);
                return (None, Origin { poisoned: true, ..origin });
            }
        };
        let Expansion { instances, origin: behind } = self.provider_instances(&configuration).await;
        origin.merge(behind);
        if origin.poisoned {
            return (None, origin);
        }
        let chosen = match (key, &instances) {
            // One that stands for all.
            (_, Instances::Unknown) => configuration,
            // Who only looks need not know, and cannot look there.
            (None, _) => return (None, Origin { poisoned: true, ..origin }),
            (Some(key), _) => ProviderConfig { key, ..configuration },
        };
        if !instances.contains(&chosen.key) {
            self.report(not_among(address, &chosen, &instances).at(expression.span.clone()));
            return (None, Origin { poisoned: true, ..origin });
        }
        (Some(chosen), origin)
    }

    /// Returns the place of the arguments of the call at a depth of the calls that lead to a module instance.
    async fn calling_site(&self, module: &ModuleInstance, depth: usize) -> Option<Site> {
        let (name, key) = module.steps().get(depth)?;
        let caller: ModuleInstance = module.steps().iter().take(depth).cloned().collect();
        let repetition = self.call_instances(&caller, name).await.instances.repetition(key)?;
        Some(Site { repetition, ..Site::module(&caller) })
    }

    /// Returns the key a value stands for; `None` when it is not known and need not be.
    ///
    /// *Errors*: values that are no key, that must not be seen, or that are not known in time.
    fn instance_key(
        &self,
        address: &ResourceInstance,
        expression: &Expression,
        value: &Value,
    ) -> Result<Option<InstanceKey>, Diagnostic> {
        let invalid = |detail: String| {
            let diagnostic = Diagnostic::error("Invalid provider instance key", detail);
            diagnostic.at(expression.span.clone()).address(address.to_string())
        };
        if value.has_mark(Marks::SENSITIVE) {
            let detail =
                "A provider instance key must not be derived from a sensitive value: the state shows it.";
            return Err(invalid(detail.to_owned()));
        }
        if value.has_mark(Marks::EPHEMERAL) {
            let detail = "A provider instance key must not be derived from an ephemeral value: it must be the same \
                          in the plan and the apply.";
            return Err(invalid(detail.to_owned()));
        }
        if value.is_null() {
            return Err(invalid("A provider instance key must not be null.".to_owned()));
        }
        let text = convert(value, &Type::String)
            .map_err(|error| invalid(format!("The given instance key is unsuitable: {}.", error.message)))?;
        match text.as_str() {
            Some(key) => Ok(Some(InstanceKey::String(key.into()))),
            None if self.inputs.unknown_repetition != UnknownRepetition::Refused => Ok(None),
            None => {
                let detail = format!(
                    "The provider instance key for {address} depends on values that cannot be determined until \
                     apply, so it cannot be told which provider configuration is to plan it."
                );
                let hint = "Apply what it depends on first, or choose by a value that is known before apply";
                Err(invalid(detail).hint(hint))
            }
        }
    }
}

/// Says that a resource chooses an instance that its provider configuration does not have.
fn not_among(address: &ResourceInstance, chosen: &ProviderConfig, instances: &Instances) -> Diagnostic {
    const SHOWN: usize = 10;
    let keys: Vec<_> = instances.repetitions().into_iter().map(|(key, _)| key.to_string()).collect();
    let known = match keys.as_slice() {
        [] => "has no instances".to_owned(),
        keys if keys.len() <= SHOWN => format!("has only {}", keys.join(", ")),
        keys => format!("has only {} and {} others", keys[..SHOWN].join(", "), keys.len() - SHOWN),
    };
    let configuration = ProviderConfig { key: InstanceKey::None, ..chosen.clone() };
    let detail = format!("{address} chooses {chosen}, and {configuration} {known}.");
    Diagnostic::error("Provider instance not present", detail)
        .address(address.to_string())
        .hint("Add the key to the \"for_each\" of the provider block, or choose another one")
}
