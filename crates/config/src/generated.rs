//! Resource blocks that nobody wrote: they follow from what is imported.

use std::sync::{Arc, OnceLock};

use rinfra_addr::{ModulePath, ResourceInstance};
use rinfra_diag::Diagnostics;
use rinfra_lang::syntax::parse_native;

use crate::blocks::import::Import;
use crate::blocks::resource::Resource;
use crate::config::Config;
use crate::module::Module;

/// What stands for the name of the file of generated text.
const FILE: &str = "<generated configuration>";

impl Config {
    /// Returns the configuration with a resource for each import that leads to none, as far as one can be written for
    /// it; `None` when there is none. Its arguments are awaited until the object is known.
    ///
    /// None is written for what `is_managed` already.
    pub fn with_awaited_resources(&self, is_managed: impl Fn(&ResourceInstance) -> bool) -> Option<Self> {
        let awaited = self.root().imports.iter().filter(|it| {
            let target = it.to.constant.as_ref().filter(|it| it.key.is_none() && it.module().is_root());
            it.for_each.is_none()
                && target.is_some_and(|it| self.resource(&it.config()).is_none() && !is_managed(it))
        });
        let awaited: Vec<_> = awaited.map(awaited_by).collect();
        (!awaited.is_empty()).then(|| {
            self.changed(|root| {
                root.resources.extend(awaited.into_iter().map(|it| (it.address.clone(), Box::new(it))));
            })
        })
    }

    /// Returns the configuration with these resource blocks in its root module.
    ///
    /// # Errors
    /// Texts that are no resource blocks, or blocks that are there already.
    pub fn with_generated<'t>(&self, blocks: impl IntoIterator<Item = &'t str>) -> rinfra_diag::Result<Self> {
        let mut found = Diagnostics::new();
        let parse = |text| {
            let (body, diagnostics) = parse_native(&Arc::from(FILE), text);
            found.extend(diagnostics);
            body
        };
        let bodies: Vec<_> = blocks.into_iter().map(parse).collect();
        let bodies: Vec<_> = bodies.iter().collect();
        let config = self.changed(|root| root.add_files(&bodies, &mut found));
        if found.has_errors() { Err(found) } else { Ok(config) }
    }

    /// Returns the configuration with another root module.
    fn changed(&self, change: impl FnOnce(&mut Module)) -> Self {
        let mut config = Self { analysis: OnceLock::new(), ..self.clone() };
        config.modules.entry(ModulePath::root()).and_modify(change);
        config
    }
}

fn awaited_by(import: &Import) -> Resource {
    let provider = import.provider.as_ref().map(|(reference, _)| Box::new(reference.clone()));
    Resource::awaited(import.to.resource.resource.clone(), provider, import.to.span.clone())
}
