//! Policy texts as Terraform stores them.

use percent_encoding::percent_decode_str;
use rinfra_aws_kit::{Draft, Error, IamPolicy, Result};
use rinfra_value::Value;

use crate::json_text::Json;

/// How a text is written before it is stored.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// Without spaces, its keys sorted.
    Sorted,
    /// The same, but the version stands first, as IAM once wanted it.
    VersionFirst,
}

impl Form {
    /// Returns a policy in this form; nothing for what is no JSON object.
    pub(crate) fn of(self, text: &str) -> Option<String> {
        let Json::Object(mut fields) = Json::from(serde_json::from_str::<serde_json::Value>(text).ok()?)
        else {
            return None;
        };
        if let Self::VersionFirst = self {
            let current =
                |(key, value): &(String, Json)| key == "Version" && *value == Json::from("2012-10-17");
            if let Some(at) = fields.iter().position(current) {
                fields[..=at].rotate_right(1);
            }
        }
        Some(Json::Object(fields).compact())
    }

    /// Returns a policy of one of IAM's answers, where it is encoded as in an address.
    pub(crate) fn of_answer(self, text: &str) -> IamPolicy {
        let text = percent_decode_str(text).decode_utf8_lossy();
        IamPolicy::new(self.of(&text).unwrap_or_else(|| text.into_owned()))
    }

    /// Plans an argument that is a policy: stored in this form, unless what is there means the same.
    ///
    /// *Errors*: texts that are no JSON objects.
    pub(crate) fn plan(self, draft: &mut Draft<'_>, name: &str) -> Result<()> {
        let planned = draft.planned(name);
        if let Some(text) = planned.as_str()
            && planned.unmark_deep() != draft.prior(name)
        {
            let form = self.of(text).ok_or_else(|| no_policy(name))?;
            draft.set(name, Value::string(form).with_marks(planned.marks()));
        }
        Ok(())
    }
}

/// Returns the error of an argument that is no policy.
pub(crate) fn no_policy(name: &str) -> Error {
    Error::invalid(format!("{name} is not a JSON object"))
        .with_hint("write it with jsonencode() or the data source aws_iam_policy_document")
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn forms() {
        let cases = [
            (r#"{ "Version": "2012-10-17", "Statement": [] }"#, r#"{"Statement":[],"Version":"2012-10-17"}"#),
            (r#"{"b":1.0,"a":"<"}"#, r#"{"a":"\u003c","b":1}"#),
        ];
        for (text, expected) in cases {
            assert_eq!(Form::Sorted.of(text).as_deref(), Some(expected));
        }
        let cases = [
            (
                r#"{"Statement":[],"Id":"x","Version":"2012-10-17"}"#,
                r#"{"Version":"2012-10-17","Id":"x","Statement":[]}"#,
            ),
            (r#"{"Version":"2008-10-17","Statement":[]}"#, r#"{"Statement":[],"Version":"2008-10-17"}"#),
        ];
        for (text, expected) in cases {
            assert_eq!(Form::VersionFirst.of(text).as_deref(), Some(expected));
        }
        for text in ["", "[]", "{", "\"{}\""] {
            assert_eq!(Form::Sorted.of(text), None, "{text}");
        }
        let answer = Form::Sorted.of_answer("%7B%22a%22%3A%20%22+%2B%22%7D");
        assert_eq!(&*answer, r#"{"a":"++"}"#);
    }
}
