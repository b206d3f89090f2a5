//! Our side: the provider's own connection, without the engine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rinfra_aws_kit::AwsProvider;
use rinfra_provider::{Connection, Operation, PlanRequest, Provider, Turn, Wanted};
use rinfra_schema::{Block, planning};
use rinfra_testkit::Account;
use rinfra_value::{Type, Value, json};
use serde_json::{Value as Json, json};

/// A connection to an account.
pub(crate) struct Ours {
    provider: AwsProvider,
    connection: Arc<dyn Connection>,
    account: Account,
    operations: AtomicU64,
}

impl Ours {
    /// Connects to an account, in eu-central-1.
    pub(crate) async fn connect(account: &Account) -> Self {
        let provider = rinfra_aws::provider();
        let endpoint = account.endpoint();
        let config = json!({
            "region": "eu-central-1",
            "access_key": account.id(),
            "secret_key": "test",
            "endpoints": [{ "logs": endpoint, "s3": endpoint, "sts": endpoint }],
        });
        let connection = provider.configure(&object(provider.config_schema(), &config)).await;
        let connection = connection.expect("a connection");
        Self { provider, connection, account: account.clone(), operations: AtomicU64::new(0) }
    }

    pub(crate) fn block(&self, kind: &str) -> &Block {
        &self.provider.resource_type(kind).expect(kind).schema().block
    }

    fn plan(&self, kind: &str, prior: Option<&Value>, config: &Json) -> Value {
        let config = object(self.block(kind), config);
        let proposed = planning::propose(self.block(kind), prior, &config);
        let planned = self.connection.plan(PlanRequest { kind, prior, config: &config, proposed });
        let planned = planned.expect(kind);
        assert!(planned.replace.is_empty(), "{kind}: {:?} need a new object", planned.replace);
        planned.value
    }

    pub(crate) async fn create(&self, kind: &str, config: &Json) -> Value {
        let planned = self.plan(kind, None, config);
        let number = self.operations.fetch_add(1, Ordering::Relaxed);
        let operation = Operation {
            kind: kind.into(),
            region: self.connection.region(kind, Some(&planned)),
            address: format!("{kind}.test"),
            token: format!("{}{number:014x}", self.account.id()),
            turn: Turn::default(),
        };
        let identity = self.connection.create(&operation, &planned).await.expect(kind);
        self.connection.settle(&operation, &identity, &planned).await.expect(kind)
    }

    pub(crate) async fn read(&self, kind: &str, prior: &Value) -> Value {
        let identity = self.provider.resource_type(kind).expect(kind).identity(prior).expect("an identity");
        let region = self.connection.region(kind, Some(prior));
        let wanted = vec![Wanted { identity, prior: Some(prior.clone()) }];
        let mut read = self.connection.read(kind, region.as_ref(), wanted).await.expect(kind);
        read.remove(0).expect("the object")
    }

    /// Asserts that a configuration describes an object as it is.
    pub(crate) fn assert_unchanged(&self, kind: &str, object: &Value, config: &Json) {
        let planned = self.plan(kind, Some(object), config);
        let difference = planning::difference(self.block(kind), object, &planned);
        assert!(difference.changed.is_empty(), "{kind}: {:?} would change with {config}", difference.changed);
        assert!(difference.replace.is_empty(), "{kind}: {:?} need a new object", difference.replace);
    }
}

/// Returns an object of a block; what it does not say is null, and what the block does not know is left out.
pub(crate) fn object(block: &Block, given: &Json) -> Value {
    let ty = block.implied_type();
    let attributes = given.as_object().expect("an object").iter().filter_map(|(name, given)| {
        let ty = ty.attribute_type(name)?;
        let value = json::decode(&filled(given, ty), ty).unwrap_or_else(|error| panic!("{name}: {error}"));
        Some((name.as_str(), value))
    });
    block.complete(&Value::object(attributes))
}

/// Adds the attributes an object leaves out.
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
