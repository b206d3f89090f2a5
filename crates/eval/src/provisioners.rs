//! Provisioners: what their blocks may hold, and their values for one instance.

use std::sync::{Arc, LazyLock};

use rinfra_addr::{ModuleInstance, Resource as ResourceAddress, ResourceInstance};
use rinfra_config::{Config, Provisioner, Reference, Resource, Subject, When};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::{Body, Traversal};
use rinfra_schema::{Attribute, Block, decode};
use rinfra_value::{Type, Value};

use crate::evaluation::{Evaluation, Repeated, Site, collect};
use crate::expansion::{Repetition, UnknownRepetition};
use crate::results::Poisoned;

/// The arguments of `provisioner "local-exec"`.
static LOCAL_EXEC: LazyLock<Block> = LazyLock::new(|| {
    Block::new()
        .attribute("command", Attribute::required(Type::String))
        .attribute("interpreter", Attribute::optional(Type::list(Type::String)))
        .attribute("working_dir", Attribute::optional(Type::String))
        .attribute("environment", Attribute::optional(Type::map(Type::String)))
        .attribute("quiet", Attribute::optional(Type::Bool))
});

/// The arguments of `connection`, of all types of connections.
static CONNECTION: LazyLock<Block> = LazyLock::new(|| {
    let texts = [
        "type",
        "user",
        "password",
        "private_key",
        "certificate",
        "host_key",
        "target_platform",
        "timeout",
        "script_path",
        "agent_identity",
        "bastion_host",
        "bastion_host_key",
        "bastion_user",
        "bastion_password",
        "bastion_private_key",
        "bastion_certificate",
        "proxy_scheme",
        "proxy_host",
        "proxy_user_name",
        "proxy_user_password",
        "cacert",
    ];
    let mut block = Block::new().attribute("host", Attribute::required(Type::String));
    for name in texts {
        block = block.attribute(name, Attribute::optional(Type::String));
    }
    for name in ["port", "bastion_port", "proxy_port"] {
        block = block.attribute(name, Attribute::optional(Type::Number));
    }
    for name in ["agent", "https", "insecure", "use_ntlm"] {
        block = block.attribute(name, Attribute::optional(Type::Bool));
    }
    block
});

/// Returns what a provisioner of this type may hold; `None` if there is no such type.
pub fn arguments(kind: &str) -> Option<&'static Block> {
    (kind == "local-exec").then(|| &*LOCAL_EXEC)
}

/// Returns how a provisioner reaches its instance: what its own block says, and for the rest that of the resource.
fn connection(resource: &Resource, provisioner: &Provisioner) -> Option<Body> {
    let Some(own) = &provisioner.connection else {
        return resource.connection.as_ref().map(|it| it.body.clone());
    };
    let mut body = own.body.clone();
    if let Some(general) = &resource.connection {
        let others = general.body.attributes.iter().filter(|it| own.body.attribute(&it.name).is_none());
        body.attributes.extend(others.cloned());
        body.blocks.extend(general.body.blocks.iter().cloned());
    }
    Some(body)
}

/// Returns an error for every provisioner of a type there is not.
pub fn check_kinds(config: &Config) -> Diagnostics {
    let of_resources = config.resources().flat_map(|(_, it)| &it.provisioners);
    let of_removed = config.modules().flat_map(|it| &it.removed).flat_map(|it| &it.provisioners);
    of_resources.chain(of_removed).filter_map(check_kind).collect()
}

fn check_kind(provisioner: &Provisioner) -> Option<Diagnostic> {
    let kind = &provisioner.kind;
    let hint = "Use provisioner \"local-exec\" to run a program that does it, or take the block out";
    Some(match &**kind {
        "local-exec" => return None,
        "remote-exec" | "file" => {
            let detail = format!(
                "This rinfra connects to no machine, so it has no provisioner \"{kind}\". What has to happen on a \
                 machine when it starts is better left to its image or its user data."
            );
            Diagnostic::error("Unsupported provisioner type", detail)
                .at(provisioner.header.clone())
                .hint(hint)
        }
        _ => {
            let detail =
                format!("There is no provisioner type \"{kind}\", which {} asks for.", provisioner.header);
            Diagnostic::error("Missing required provisioner plugin", detail).hint(hint)
        }
    })
}

/// Returns what the provisioners of a resource refer to that must be there before they run.
///
/// What runs before an instance is destroyed refers to the instance alone.
pub(crate) fn references(resource: &Resource) -> Vec<Arc<Traversal>> {
    let creating = resource.provisioners.iter().filter(|it| it.when == When::Create);
    let mut references: Vec<_> = creating.flat_map(|it| rinfra_lang::body_references(&it.body)).collect();
    references.retain(|it| !names(it, &resource.address));
    references
}

/// Tells whether a reference leads to a resource.
pub(crate) fn names(traversal: &Traversal, resource: &ResourceAddress) -> bool {
    let subject = Reference::parse(traversal).map(|it| it.subject);
    matches!(subject, Ok(Subject::Resource(it, _)) if it == *resource)
}

impl Evaluation<'_> {
    /// Returns the arguments of a provisioner of an instance whose value is `own`.
    ///
    /// *Errors*: arguments that cannot be evaluated; that has been reported.
    pub async fn provisioner(
        &self,
        address: &ResourceInstance,
        provisioner: &Provisioner,
        own: Value,
    ) -> Result<Value, Poisoned> {
        let repetition = match (provisioner.when, self.inputs.unknown_repetition) {
            // The configuration may have no such instance any more; its key says what it was.
            (When::Destroy, UnknownRepetition::Refused) => Repetition::of_key(&address.key),
            _ => self.repetition_of(address).await,
        };
        let itself = (address.resource.resource.clone(), self.itself(address, &own).await);
        // What was removed may have been in a module that is gone as well.
        let root = ModuleInstance::root();
        let module = self.config.module(&address.module().path()).map_or(&root, |_| address.module());
        let site = Site { repetition, this: Some(own), itself: Some(itself), ..Site::module(module) };
        let (scope, origin) = self.scope_for(&site, &rinfra_lang::body_references(&provisioner.body)).await;
        if origin.poisoned {
            return Err(Poisoned);
        }
        let (value, diagnostics) = decode::decode(&provisioner.body, &LOCAL_EXEC, &scope);
        let diagnostics = diagnostics.into_iter().map(|it| it.address(address.to_string())).collect();
        if self.report_all(diagnostics) { Err(Poisoned) } else { Ok(value) }
    }

    /// Checks the provisioners of an instance as far as that is possible before it exists: all of it when only
    /// validating, when planning only what was not validated.
    pub(crate) async fn check_provisioners(
        &self,
        address: &ResourceInstance,
        resource: &Resource,
        block: &Block,
    ) {
        for provisioner in &resource.provisioners {
            let unknown = || Value::unknown(block.implied_type());
            if self.inputs.unknown_repetition == UnknownRepetition::Allowed {
                // What is wrong has been reported.
                let _ = self.provisioner(address, provisioner, unknown()).await;
            } else {
                self.report_all(decode::static_check(&provisioner.body, &LOCAL_EXEC));
            }
            if let Some(connection) = connection(resource, provisioner) {
                self.check_connection(address, &connection, unknown()).await;
            }
        }
    }

    /// Checks how a provisioner is to reach its instance. Nothing connects, and Terraform checks it all the same.
    async fn check_connection(&self, address: &ResourceInstance, body: &Body, own: Value) {
        if self.inputs.unknown_repetition == UnknownRepetition::Refused {
            self.report_all(decode::static_check(body, &CONNECTION));
            return;
        }
        let repetition = self.repetition_of(address).await;
        let itself = (address.resource.resource.clone(), self.itself(address, &own).await);
        let site =
            Site { repetition, this: Some(own), itself: Some(itself), ..Site::module(address.module()) };
        let (scope, origin) = self.scope_for(&site, &rinfra_lang::body_references(body)).await;
        if !origin.poisoned {
            self.report_all(decode::decode(body, &CONNECTION, &scope).1);
        }
    }

    async fn repetition_of(&self, address: &ResourceInstance) -> Repetition {
        let resource = &address.resource;
        let Some(block) = self.config.resource(&resource.config()) else {
            return Repetition::of_key(&address.key);
        };
        let repeated = Repeated::Resource(resource.clone());
        let expansion = self.repeat(repeated, &resource.module, &block.repetition).await;
        expansion.instances.repetition(&address.key).unwrap_or(Repetition::Unknown)
    }

    /// Returns what the name of a resource means to a provisioner of one of its instances: the instance itself, and
    /// nothing that is known yet of the others.
    async fn itself(&self, address: &ResourceInstance, own: &Value) -> Value {
        let Some(block) = self.config.resource(&address.config()) else { return own.clone() };
        if block.repetition.expression().is_none() || address.key.is_none() {
            return own.clone();
        }
        let repeated = Repeated::Resource(address.resource.clone());
        let expansion = self.repeat(repeated, address.module(), &block.repetition).await;
        collect(&expansion.instances, [(address.key.clone(), own.clone())].into())
    }
}
