//! An account of the local AWS and what a test does in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rinfra_aws_kit::{AwsProvider, Registry};
use rinfra_provider::{Connection, Operation, PlanRequest, Provider, Turn, Wanted};
use rinfra_schema::{Block, planning};
use rinfra_testkit::Account;
use rinfra_value::{Path, Type, Value, json};
use serde_json::Value as Json;

/// A connection to an empty account.
pub(crate) struct World {
    account: Account,
    provider: AwsProvider,
    connection: Arc<dyn Connection>,
    operations: AtomicU64,
}

/// What a plan says.
pub(crate) struct Plan {
    pub(crate) value: Value,
    pub(crate) changed: Vec<Path>,
    pub(crate) replace: Vec<Path>,
}

impl World {
    /// Returns a connection to an account of its own, in eu-central-1.
    pub(crate) async fn new() -> Self {
        Self::with(serde_json::json!({})).await
    }

    /// Returns a connection with more arguments in its provider block.
    pub(crate) async fn with(arguments: Json) -> Self {
        let account = rinfra_testkit::moto().account();
        let mut registry = Registry::new();
        rinfra_aws_logs::register(&mut registry);
        let provider = AwsProvider::new(registry);
        let mut config = serde_json::json!({
            "region": "eu-central-1",
            "access_key": account.id(),
            "secret_key": "test",
            "endpoints": [{ "logs": account.endpoint(), "sts": account.endpoint() }],
        });
        config.as_object_mut().expect("an object").extend(arguments.as_object().expect("an object").clone());
        let config = value(provider.config_schema(), &config);
        let connection = provider.configure(&config).await.expect("a connection");
        Self { account, provider, connection, operations: AtomicU64::new(0) }
    }

    pub(crate) fn block(&self, kind: &str) -> &Block {
        &self.provider.resource_type(kind).expect(kind).schema().block
    }

    pub(crate) fn connection(&self) -> &dyn Connection {
        &*self.connection
    }

    pub(crate) fn identity(&self, kind: &str, object: &Value) -> String {
        let identity = self.provider.resource_type(kind).expect(kind).identity(object);
        identity.unwrap_or_else(|| panic!("{kind} has no identity: {object:?}"))
    }

    /// Returns an operation on an object with a token of its own.
    pub(crate) fn operation(&self, kind: &str, object: &Value) -> Operation {
        let number = self.operations.fetch_add(1, Ordering::Relaxed);
        Operation {
            kind: kind.into(),
            region: self.connection.region(kind, Some(object)),
            address: format!("{kind}.test"),
            token: format!("{}{number:014x}", self.account.id()),
            turn: Turn::default(),
        }
    }

    pub(crate) fn plan(&self, kind: &str, prior: Option<&Value>, config: &Json) -> Plan {
        self.try_plan(kind, prior, config).unwrap_or_else(|error| panic!("{kind}: {error}"))
    }

    pub(crate) fn try_plan(
        &self,
        kind: &str,
        prior: Option<&Value>,
        config: &Json,
    ) -> rinfra_provider::Result<Plan> {
        let block = self.block(kind);
        let config = value(block, config);
        let proposed = planning::propose(block, prior, &config);
        let planned = self.connection.plan(PlanRequest { kind, prior, config: &config, proposed })?;
        let (changed, mut replace) = match prior {
            Some(prior) => {
                let difference = planning::difference(block, prior, &planned.value);
                (difference.changed, difference.replace)
            }
            None => (Vec::new(), Vec::new()),
        };
        replace.extend(planned.replace);
        Ok(Plan { value: planned.value, changed, replace })
    }

    pub(crate) async fn create(&self, kind: &str, config: &Json) -> Value {
        let plan = self.plan(kind, None, config);
        let operation = self.operation(kind, &plan.value);
        let identity = self.connection.create(&operation, &plan.value).await.expect(kind);
        let object = self.connection.settle(&operation, &identity, &plan.value).await.expect(kind);
        assert!(object.is_wholly_known(), "{kind}: {object:?}");
        assert_eq!(self.identity(kind, &object), identity, "{kind}: the identity of what was created");
        self.assert_unchanged(kind, &object, config);
        object
    }

    /// Changes an object in place.
    pub(crate) async fn update(&self, kind: &str, prior: &Value, config: &Json) -> Value {
        let plan = self.plan(kind, Some(prior), config);
        assert!(!plan.changed.is_empty(), "{kind}: nothing changes with {config}");
        assert!(plan.replace.is_empty(), "{kind}: {} need a new object", paths(&plan.replace));
        let operation = self.operation(kind, &plan.value);
        self.connection.update(&operation, prior, &plan.value).await.expect(kind);
        let identity = self.identity(kind, &plan.value);
        let object = self.connection.settle(&operation, &identity, &plan.value).await.expect(kind);
        self.assert_unchanged(kind, &object, config);
        object
    }

    pub(crate) async fn read(&self, kind: &str, identity: &str, prior: Option<&Value>) -> Option<Value> {
        let region = self.connection.region(kind, prior);
        let wanted = Wanted { identity: identity.to_owned(), prior: prior.cloned() };
        let mut read = self.connection.read(kind, region.as_ref(), vec![wanted]).await.expect(kind);
        assert_eq!(read.len(), 1);
        read.remove(0)
    }

    pub(crate) async fn delete(&self, kind: &str, object: &Value) {
        self.connection.delete(&self.operation(kind, object), object).await.expect(kind);
    }

    /// Asserts that a configuration describes an object as it is.
    pub(crate) fn assert_unchanged(&self, kind: &str, object: &Value, config: &Json) {
        let plan = self.plan(kind, Some(object), config);
        assert!(plan.changed.is_empty(), "{kind}: {} would change with {config}", paths(&plan.changed));
        assert!(plan.replace.is_empty(), "{kind}: {} need a new object", paths(&plan.replace));
    }

    /// Asserts that a configuration needs a new object because of one argument.
    pub(crate) fn assert_replaces(&self, kind: &str, object: &Value, config: &Json, because: &str) {
        let replace = paths(&self.plan(kind, Some(object), config).replace);
        assert!(replace.contains(because), "{kind}: {because} should need a new object, not {replace:?}");
    }

    /// Reads an object afresh, imports it, changes its tags behind its back if it has any, and deletes it:
    /// what is the same for all types.
    pub(crate) async fn end(&self, kind: &str, object: &Value, config: &Json) {
        let identity = self.identity(kind, object);
        let again = self.read(kind, &identity, Some(object)).await.expect("the object");
        assert_eq!(again, *object, "{kind}: a refresh changes nothing");
        let imported = self.read(kind, &identity, None).await.expect("the object");
        let plan = self.plan(kind, Some(&imported), config);
        assert!(
            plan.replace.is_empty(),
            "{kind}: an imported object needs replacing: {}",
            paths(&plan.replace)
        );
        if self.block(kind).attributes.contains_key("tags_all") {
            self.drift(kind, object, &identity).await;
        }
        self.delete(kind, object).await;
        assert_eq!(self.read(kind, &identity, Some(object)).await, None, "{kind}: it is gone");
        self.delete(kind, object).await;
    }

    async fn drift(&self, kind: &str, object: &Value, identity: &str) {
        let tags = Value::map(Type::String, [("drifted".into(), Value::string("yes"))]);
        let meddled = object.entries().expect("an object").iter().map(|(name, value)| {
            let is_tags = ["tags", "tags_all"].contains(&name.as_ref());
            (Arc::clone(name), if is_tags { tags.clone() } else { value.clone() })
        });
        let meddled = Value::object(meddled);
        self.connection.update(&self.operation(kind, object), object, &meddled).await.expect(kind);
        let seen = self.read(kind, identity, Some(object)).await.expect("the object");
        assert_eq!(seen.attribute("tags"), Some(&tags), "{kind}: drift shows");
        self.connection.update(&self.operation(kind, object), &seen, object).await.expect(kind);
        let restored = self.read(kind, identity, Some(object)).await.expect("the object");
        assert_eq!(restored, *object, "{kind}: the tags are as they were");
    }
}

/// Returns an attribute as text.
pub(crate) fn text(object: &Value, name: &str) -> String {
    let value = object.attribute(name).unwrap_or_else(|| panic!("no {name} in {object:?}"));
    value.as_str().unwrap_or_else(|| panic!("{name} is {value:?}")).to_owned()
}

fn paths(paths: &[Path]) -> String {
    paths.iter().map(Path::to_string).collect::<Vec<_>>().join(" ")
}

/// Returns a configuration; what it does not say is null.
fn value(block: &Block, config: &Json) -> Value {
    let ty = block.implied_type();
    let attributes = config.as_object().expect("an object").iter().map(|(name, given)| {
        let ty = ty.attribute_type(name).unwrap_or_else(|| panic!("no argument {name}"));
        let value = json::decode(&filled(given, ty), ty).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name.as_str(), value)
    });
    block.complete(&Value::object(attributes))
}

/// Adds the attributes an object of a configuration leaves out.
fn filled(given: &Json, ty: &Type) -> Json {
    match (given, ty) {
        (Json::Object(given), Type::Object(object)) => object
            .attributes
            .iter()
            .map(|(name, ty)| {
                let value = given.get(name.as_ref()).map_or(Json::Null, |it| filled(it, ty));
                (name.as_ref().to_owned(), value)
            })
            .collect(),
        (Json::Array(given), Type::List(ty) | Type::Set(ty)) => {
            given.iter().map(|it| filled(it, ty)).collect()
        }
        _ => given.clone(),
    }
}
