//! A policy document, as it is merged and written.

use crate::json_text::Json;

/// A policy document.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Document {
    pub(super) version: String,
    pub(super) id: String,
    pub(super) statements: Vec<Statement>,
}

/// A statement. What stands in lists of a source document is kept as it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Statement {
    pub(super) sid: String,
    pub(super) effect: String,
    pub(super) actions: Option<Json>,
    pub(super) not_actions: Option<Json>,
    pub(super) resources: Option<Json>,
    pub(super) not_resources: Option<Json>,
    /// Kind and identifiers.
    pub(super) principals: Vec<(String, Values)>,
    pub(super) not_principals: Vec<(String, Values)>,
    /// Test, variable and values.
    pub(super) conditions: Vec<(String, String, Values)>,
}

/// One text or a list of them: IAM tells no difference, but a document keeps the one it has.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    One(String),
    Many(Vec<String>),
}

impl Values {
    /// Returns what was written as a list.
    pub(super) fn of_list(mut texts: Vec<String>) -> Self {
        match texts.pop() {
            Some(only) if texts.is_empty() => Self::One(only),
            last => {
                texts.extend(last);
                Self::Many(texts)
            }
        }
    }

    /// Returns what was written as a set: from the last to the first.
    pub(super) fn of_set(mut texts: Vec<String>) -> Self {
        texts.sort_unstable_by(|one, other| other.cmp(one));
        Self::of_list(texts)
    }

    /// Returns the JSON of the values.
    pub(super) fn json(self) -> Json {
        match self {
            Self::One(text) => Json::Text(text),
            Self::Many(texts) => Json::List(texts.into_iter().map(Json::Text).collect()),
        }
    }

    /// Adds other values after these.
    fn extend(&mut self, others: Self) {
        let mut texts = self.clone().list();
        texts.extend(others.list());
        *self = Self::Many(texts);
    }

    fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }

    fn list(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

impl Document {
    /// Adopts id, newer version and statements of another document; a statement replaces the one with its sid.
    pub(super) fn merge(&mut self, other: Self) {
        if !other.id.is_empty() {
            self.id = other.id;
        }
        if other.version > self.version {
            self.version = other.version;
        }
        for statement in other.statements {
            let same = |it: &&mut Statement| !statement.sid.is_empty() && it.sid == statement.sid;
            match self.statements.iter_mut().find(same) {
                Some(existing) => *existing = statement,
                None => self.statements.push(statement),
            }
        }
    }

    /// Returns the sids of the statements that have one.
    pub(super) fn sids(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().map(|it| it.sid.as_str()).filter(|it| !it.is_empty())
    }

    /// Returns the JSON of the document.
    pub(super) fn json(self) -> Json {
        let statements: Vec<Json> = self.statements.into_iter().map(Statement::json).collect();
        object([
            ("Version", text(self.version)),
            ("Id", text(self.id)),
            ("Statement", (!statements.is_empty()).then_some(Json::List(statements))),
        ])
    }
}

impl Statement {
    fn json(self) -> Json {
        object([
            ("Sid", text(self.sid)),
            ("Effect", text(self.effect)),
            ("Action", self.actions),
            ("NotAction", self.not_actions),
            ("Resource", self.resources),
            ("NotResource", self.not_resources),
            ("Principal", principals(self.principals)),
            ("NotPrincipal", principals(self.not_principals)),
            ("Condition", conditions(self.conditions)),
        ])
    }
}

fn principals(principals: Vec<(String, Values)>) -> Option<Json> {
    if let [(kind, identifiers)] = &principals[..]
        && kind == "*"
        && identifiers.texts() == ["*"]
    {
        return Some(Json::from("*"));
    }
    let mut kinds: Vec<(String, Values)> = Vec::new();
    for (kind, values) in principals {
        let values = match values {
            Values::Many(texts) if texts.len() > 1 => Values::of_set(texts),
            values => values,
        };
        match kinds.iter_mut().find(|(it, _)| *it == kind) {
            Some((_, existing)) => existing.extend(values),
            None => kinds.push((kind, values)),
        }
    }
    sorted(kinds.into_iter().map(|(kind, values)| (kind, values.json())).collect())
}

fn conditions(conditions: Vec<(String, String, Values)>) -> Option<Json> {
    let mut tests: Vec<(String, Vec<(String, Values)>)> = Vec::new();
    for (test, variable, values) in conditions {
        let at = tests.iter().position(|(it, _)| *it == test).unwrap_or_else(|| {
            tests.push((test, Vec::new()));
            tests.len() - 1
        });
        let variables = &mut tests[at].1;
        match variables.iter_mut().find(|(it, _)| *it == variable) {
            Some((_, existing)) => existing.extend(values),
            None => variables.push((variable, values)),
        }
    }
    let json = |variables: Vec<(String, Values)>| {
        let values = variables.into_iter();
        // Of a condition, even a list of one that somebody wrote becomes that one.
        sorted(values.map(|(variable, it)| (variable, Values::of_list(it.list()).json())).collect())
    };
    sorted(tests.into_iter().filter_map(|(test, variables)| Some((test, json(variables)?))).collect())
}

fn text(text: String) -> Option<Json> {
    (!text.is_empty()).then_some(Json::Text(text))
}

/// Returns an object with its keys sorted; nothing when it is empty.
fn sorted(mut fields: Vec<(String, Json)>) -> Option<Json> {
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    (!fields.is_empty()).then_some(Json::Object(fields))
}

fn object<const N: usize>(fields: [(&str, Option<Json>); N]) -> Json {
    Json::Object(fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect())
}
