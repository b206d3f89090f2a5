//! Addresses as arguments and options give them: read like references in a configuration.

use std::collections::BTreeSet;
use std::sync::Arc;

use rinfra_addr::{InstanceKey, Mode, ObjectAddress, ResourceInstance};
use rinfra_config::object_address;
use rinfra_diag::{Diagnostic, Diagnostics, Position, Sources};
use rinfra_lang::syntax::parse_traversal;

use crate::failure::{Failure, Outcome};

/// What diagnostics call the place of the address that `import` is given.
pub const IMPORT: &str = "<import-address>";

/// What diagnostics call the place of any other address.
const PLACE: &str = "<address>";

const HINT: &str = "Write addresses with keys in single quotes, such as 'aws_vpc.main[\"a\"]'";

/// Returns the address that a command is given.
///
/// *Errors*: that the text is none.
pub fn given(text: &str) -> Outcome<ObjectAddress> {
    read(PLACE, text).map_err(|wrong| failure(PLACE, text, wrong))
}

/// Returns the address of a resource instance that a command is given, in a place of this name.
///
/// *Errors*: that the text is none.
pub fn instance_in(place: &str, text: &str) -> Outcome<ResourceInstance> {
    let address = read(place, text).map_err(|wrong| failure(place, text, wrong))?;
    as_instance(address).ok_or_else(|| {
        let detail =
            "A resource instance address is required here: a resource has to follow the module path.";
        failure(place, text, Diagnostic::error("Invalid address", detail).into())
    })
}

/// Returns the address of a resource instance that a command is given.
///
/// *Errors*: that the text is none.
pub fn instance(text: &str) -> Outcome<ResourceInstance> {
    instance_in(PLACE, text)
}

fn as_instance(address: ObjectAddress) -> Option<ResourceInstance> {
    match address {
        ObjectAddress::Module(_) => None,
        ObjectAddress::Resource(resource) => Some(resource.instance(InstanceKey::None)),
        ObjectAddress::Instance(instance) => Some(instance),
    }
}

fn read(place: &str, text: &str) -> Result<ObjectAddress, Diagnostics> {
    let (traversal, found) = parse_traversal(&Arc::from(place), text, Position::START);
    match traversal.filter(|_| !found.has_errors()) {
        Some(traversal) => object_address::parse(&traversal),
        None => Err(found),
    }
}

/// Shows what is wrong with an address in the address.
fn failure(place: &str, text: &str, wrong: Diagnostics) -> Failure {
    let mut sources = Sources::default();
    sources.insert(place, text);
    let mut wrong: Vec<_> = wrong.into_iter().collect();
    if let Some(last) = wrong.last_mut() {
        last.hint.get_or_insert_with(|| HINT.to_owned());
    }
    Failure { diagnostics: wrong.into_iter().collect(), sources }
}

/// Returns the objects that options such as `-target` name.
///
/// *Errors*: texts that are no addresses, all at once.
pub fn objects(option: &str, given: &[String]) -> Result<Vec<ObjectAddress>, Diagnostics> {
    let mut found = Vec::new();
    let mut refused = Diagnostics::new();
    for text in given {
        match read(option, text) {
            Ok(address) => found.push(address),
            Err(wrong) => refused.extend(wrong.iter().take(1).map(|it| invalid(option, text, &it.detail))),
        }
    }
    if refused.is_empty() { Ok(found) } else { Err(refused) }
}

/// Returns the instances that `-replace` names.
///
/// *Errors*: texts that are no addresses of managed instances, all at once.
pub fn instances(given: &[String]) -> Result<BTreeSet<ResourceInstance>, Diagnostics> {
    const OPTION: &str = "force-replace address";
    let mut found = BTreeSet::new();
    let mut refused = Diagnostics::new();
    for (text, address) in given.iter().zip(objects(OPTION, given)?) {
        let Some(instance) = as_instance(address) else {
            refused.push(invalid(OPTION, text, "The address of a resource instance is needed."));
            continue;
        };
        if instance.mode() == Mode::Managed {
            found.insert(instance);
        } else {
            refused.push(invalid(OPTION, text, "Only managed resources can be replaced."));
        }
    }
    if refused.is_empty() { Ok(found) } else { Err(refused) }
}

fn invalid(option: &str, text: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(format!("Invalid {option} {text:?}"), reason)
}

#[cfg(test)]
mod tests {
    use rinfra_diag::Diagnostics;

    use super::{IMPORT, given, instance_in, instances, objects};

    /// Compares what is wrong with an address, and in which column that begins.
    fn check(text: &str, expected: &[(&str, usize)]) {
        let wrong = instance_in(IMPORT, text).unwrap_err().diagnostics;
        let column = |it: &rinfra_diag::Diagnostic| it.subject.as_ref().map_or(0, |it| it.start.column);
        let found: Vec<_> = wrong.iter().map(|it| (it.summary.as_str(), column(it) as usize)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said_where_it_is() {
        check("bad address", &[("Invalid character", 5)]);
        check("a.b[", &[("Index value required", 5)]);
        check("a.b[]", &[("Index value required", 5)]);
        check("a.b[x]", &[("Index value required", 5)]);
        check("a.b[-1]", &[("Index value required", 5)]);
        check("a.", &[("Attribute name required", 3)]);
        check("a..b", &[("Attribute name required", 3)]);
        check("a.b[*]", &[("Attribute name required", 5)]);
        check("a.b.*", &[("Attribute name required", 5)]);
        check("a.b[\"${x}\"]", &[("Invalid string literal", 6)]);
        check("1a.b", &[("Variable name required", 1)]);
        check("", &[("Variable name required", 1)]);
        check("a", &[("Invalid address", 1)]);
        check("a.b[0.5]", &[("Invalid address", 4)]);
        check("a.b[1].c", &[("Invalid address", 7)]);
        check("module.m", &[("Invalid address", 0)]);
        check("module", &[("Invalid address operator", 1)]);
        check("count.x", &[("Invalid address", 1)]);
    }

    #[test]
    fn addresses_are_read_like_references() {
        for (text, expected) in [
            ("a.b", "a.b"),
            (" a.b ", "a.b"),
            ("a . b[ 0 ]", "a.b[0]"),
            ("resource.a.b[\"x y\"]", "a.b[\"x y\"]"),
            ("module.m[\"k\"].data.a.b", "module.m[\"k\"].data.a.b"),
            ("module.m[0]", "module.m[0]"),
        ] {
            assert_eq!(given(text).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_by_name() {
        let summaries = |found: Diagnostics| found.iter().map(|it| it.summary.clone()).collect::<Vec<_>>();
        let given = ["terraform_data.a".to_owned(), "not an address".to_owned(), "module.m".to_owned()];
        let refused = objects("target", &given).unwrap_err();
        assert_eq!(
            refused.iter().next().unwrap().detail,
            "An attribute access or an index is expected here."
        );
        assert_eq!(summaries(refused), ["Invalid target \"not an address\""]);
        assert_eq!(objects("target", &given[..1]).unwrap().len(), 1);
        assert_eq!(
            summaries(instances(&["module.m".to_owned(), "data.a.b".to_owned()]).unwrap_err()),
            ["Invalid force-replace address \"module.m\"", "Invalid force-replace address \"data.a.b\""]
        );
    }
}
