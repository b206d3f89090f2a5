//! What an expression had to do with when it failed.

/// The values behind a finding about an expression.
///
/// *Guarantees*: nothing here tells what a sensitive or ephemeral value is.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Evidence {
    /// What is known of the names the expression uses, ordered by name.
    pub values: Vec<Observation>,
    /// The function that was called.
    pub call: Option<Signature>,
}

/// What is known of one name.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Observation {
    /// The name with the attributes and elements that were taken: `var.a["k"]`.
    pub traversal: String,
    /// What it is, as the end of a sentence: "is a string".
    pub statement: String,
}

/// How a function wants to be called.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Signature {
    /// The name it was called by.
    pub name: String,
    /// The parameters every call must give.
    pub parameters: Vec<Parameter>,
    /// What further arguments are, if any are allowed.
    pub variadic: Option<Parameter>,
    /// The type of its result, in the JSON form of types.
    pub returns: String,
}

/// A parameter of a function.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type, in the JSON form of types.
    pub ty: String,
    /// Whether an argument may be null.
    pub nullable: bool,
}

impl Evidence {
    /// Returns everything there is to tell, one sentence each.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        let calling = self.call.iter().map(|it| format!("while calling {}", it.form()));
        calling.chain(self.values.iter().map(|it| format!("{} {}", it.traversal, it.statement)))
    }
}

impl Signature {
    /// Returns how a call is written: `max(numbers...)`.
    pub fn form(&self) -> String {
        let fixed = self.parameters.iter().map(|it| it.name.clone());
        let variadic = self.variadic.iter().map(|it| format!("{}...", it.name));
        let parameters: Vec<_> = fixed.chain(variadic).collect();
        format!("{}({})", self.name, parameters.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_reads_like_sentences() {
        let parameter =
            |name: &str| Parameter { name: name.to_owned(), ty: "\"number\"".to_owned(), nullable: false };
        let call = |parameters: &[&str], variadic: Option<&str>| Signature {
            name: "f".to_owned(),
            parameters: parameters.iter().map(|it| parameter(it)).collect(),
            variadic: variadic.map(parameter),
            returns: "\"number\"".to_owned(),
        };
        let check = |call: Signature, expected: &str| {
            let value = Observation { traversal: "var.a".to_owned(), statement: "is 5".to_owned() };
            let evidence = Evidence { values: vec![value], call: Some(call) };
            assert_eq!(evidence.sentences().collect::<Vec<_>>(), [expected, "var.a is 5"]);
        };
        check(call(&[], None), "while calling f()");
        check(call(&["a", "b"], None), "while calling f(a, b)");
        check(call(&["a"], Some("b")), "while calling f(a, b...)");
    }
}
