use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use rinfra_addr::{AbsResource, ProviderConfig, ResourceInstance};
use rinfra_provider::{Catalogue, Connection, Result};
use rinfra_value::Value;
use tokio::sync::OnceCell;

/// One data source with all its arguments, asked through one provider configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// The provider configuration.
    pub provider: ProviderConfig,
    /// The data source.
    pub kind: Arc<str>,
    /// The arguments, wholly known and without marks.
    pub config: Value,
    /// What has to be done before it is asked; what is asked before that is another question.
    pub after: Arc<BTreeSet<AbsResource>>,
}

/// What data sources answered in one phase.
///
/// Modules that are called many times ask the same again and again: for the Availability Zones, for the account. Where
/// the type says that asking once will do, nobody is asked twice.
#[derive(Debug, Default)]
pub struct Answers(RefCell<HashMap<Question, Rc<OnceCell<Result<Value>>>>>);

impl Answers {
    /// Returns the answer to a question of an instance of the configuration; who asks the same meanwhile waits for the
    /// same answer.
    ///
    /// *Errors*: those of the provider, for everybody who asked.
    pub async fn ask(
        &self,
        catalogue: &Catalogue,
        connection: &dyn Connection,
        address: &ResourceInstance,
        question: Question,
    ) -> Result<Value> {
        let source = catalogue.get(&question.provider.source);
        let is_asked_once =
            source.and_then(|it| it.data_source(&question.kind)).is_some_and(|it| it.is_asked_once());
        if !is_asked_once {
            return connection.read_data_for(address, &question.config).await;
        }
        let answer = Rc::clone(self.0.borrow_mut().entry(question.clone()).or_default());
        answer.get_or_init(|| connection.read_data_for(address, &question.config)).await.clone()
    }
}
