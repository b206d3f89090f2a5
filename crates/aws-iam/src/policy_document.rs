mod document;
mod order;
mod parse;

use rinfra_aws_kit::{Cx, DataSource, Error, Result};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, Set};

use crate::api::Iam;
use document::{Document, Values};

/// A policy document, put together from statements and other documents. Nobody is asked.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[data(name = "aws_iam_policy_document")]
pub(crate) struct PolicyDocument {
    id: Computed<Id>,
    json: Computed<String>,
    /// The same without spaces.
    minified_json: Computed<String>,
    #[attr(deprecated = "use override_policy_documents instead")]
    override_json: Option<String>,
    /// Documents whose statements take the place of those with the same `sid`.
    override_policy_documents: Option<Vec<String>>,
    policy_id: Option<String>,
    #[attr(deprecated = "use source_policy_documents instead")]
    source_json: Option<String>,
    /// Documents to start from.
    source_policy_documents: Option<Vec<String>>,
    #[block]
    statement: Vec<Statement>,
    #[attr(default = "2012-10-17", choices("2008-10-17", "2012-10-17"))]
    version: String,
}

/// What is allowed or denied.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
struct Statement {
    actions: Option<Set<String>>,
    #[attr(default = "Allow", choices("Allow", "Deny"))]
    effect: String,
    not_actions: Option<Set<String>>,
    not_resources: Option<Set<String>>,
    resources: Option<Set<String>>,
    #[attr(default = "")]
    sid: String,
    #[block]
    condition: Set<Condition>,
    #[block]
    not_principals: Set<Principals>,
    #[block]
    principals: Set<Principals>,
}

/// When a statement counts.
#[derive(Schema, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Condition {
    test: String,
    values: Vec<String>,
    variable: String,
}

/// Whom a statement is about.
#[derive(Schema, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Principals {
    identifiers: Set<String>,
    #[attr(name = "type")]
    kind: String,
}

impl DataSource for PolicyDocument {
    type Api = Iam;

    async fn read(&self, _: &Cx<Iam>) -> Result<Self> {
        self.completed()
    }
}

impl PolicyDocument {
    /// Returns the document with its texts.
    fn completed(&self) -> Result<Self> {
        let json = self.merged()?.json();
        let text = json.pretty();
        Ok(Self {
            id: Id::new(order::hash(&text).to_string()).into(),
            minified_json: json.compact().into(),
            json: text.into(),
            ..self.clone()
        })
    }

    fn merged(&self) -> Result<Document> {
        unused("source_json", self.source_json.as_deref())?;
        unused("override_json", self.override_json.as_deref())?;
        let mut merged = Document::default();
        for source in documents("source_policy_documents", self.source_policy_documents.as_ref()) {
            let source = source?;
            if let Some(sid) = source.sids().find(|sid| merged.sids().any(|it| it == *sid)) {
                return Err(twice(sid, "source_policy_documents"));
            }
            no_sid_twice(&source, "source_policy_documents")?;
            merged.merge(source);
        }
        let own = self.own()?;
        no_sid_twice(&own, "statement")?;
        merged.merge(own);
        for other in documents("override_policy_documents", self.override_policy_documents.as_ref()) {
            merged.merge(other?);
        }
        Ok(merged)
    }

    /// Returns the document of the statements of the configuration.
    fn own(&self) -> Result<Document> {
        let version = self.version.clone();
        let variables = Variables { are_known: version != "2008-10-17" };
        let statements = self.statement.iter().map(|it| it.document(variables)).collect::<Result<_>>()?;
        Ok(Document { version, id: self.policy_id.clone().unwrap_or_default(), statements })
    }
}

impl Statement {
    fn document(&self, variables: Variables) -> Result<document::Statement> {
        let principals = |set: &Set<Principals>| {
            let ordered = order::ordered(set, order::principals).into_iter();
            ordered
                .map(|it| Ok((it.kind.clone(), Values::of_set(variables.each(&it.identifiers)?))))
                .collect::<Result<Vec<_>>>()
        };
        let conditions = order::ordered(&self.condition, order::condition).into_iter().map(|it| {
            let values = Values::of_list(variables.each(&it.values)?);
            Ok((it.test.clone(), it.variable.clone(), values))
        });
        let set = |set: &Option<Set<String>>| set.as_ref().filter(|it| !it.is_empty()).cloned();
        let with_variables = |it| {
            Ok::<_, Error>(match set(it) {
                Some(it) => Some(Values::of_set(variables.each(&it)?).json()),
                None => None,
            })
        };
        let plain = |it| set(it).map(|it| Values::of_set(it.into_iter().collect()).json());
        Ok(document::Statement {
            sid: self.sid.clone(),
            effect: self.effect.clone(),
            actions: plain(&self.actions),
            not_actions: plain(&self.not_actions),
            resources: with_variables(&self.resources)?,
            not_resources: with_variables(&self.not_resources)?,
            principals: principals(&self.principals)?,
            not_principals: principals(&self.not_principals)?,
            conditions: conditions.collect::<Result<_>>()?,
        })
    }
}

/// The variables of IAM, written `&{…}` because `${…}` is Terraform's.
#[derive(Clone, Copy)]
struct Variables {
    are_known: bool,
}

impl Variables {
    fn each<'a>(self, texts: impl IntoIterator<Item = &'a String>) -> Result<Vec<String>> {
        let replaced = texts.into_iter().map(|text| match text.contains("&{") {
            true if !self.are_known => Err(Error::invalid(format!(
                "found &{{ in {text:?}: documents of version 2008-10-17 know no variables"
            ))),
            _ => Ok(text.replace("&{", "${")),
        });
        replaced.collect()
    }
}

fn documents(argument: &str, texts: Option<&Vec<String>>) -> impl Iterator<Item = Result<Document>> {
    let texts = texts.into_iter().flatten().enumerate().filter(|(_, text)| !text.is_empty());
    texts.map(move |(index, text)| {
        parse::document(text).map_err(|reason| Error::invalid(format!("{argument}[{index}]: {reason}")))
    })
}

fn unused(argument: &str, text: Option<&str>) -> Result<()> {
    if text.unwrap_or_default().is_empty() {
        return Ok(());
    }
    let instead = argument.replace("_json", "_policy_documents");
    Err(Error::invalid(format!("{argument} is no longer supported"))
        .with_hint(format!("use {instead} = […]")))
}

fn no_sid_twice(document: &Document, argument: &str) -> Result<()> {
    let mut seen = Set::new();
    match document.sids().find(|it| !seen.insert(*it)) {
        Some(sid) => Err(twice(sid, argument)),
        None => Ok(()),
    }
}

fn twice(sid: &str, argument: &str) -> Error {
    Error::invalid(format!("duplicate Sid {sid:?} in {argument}"))
        .with_hint("remove the Sid or make it unique; override_policy_documents may repeat one")
}
