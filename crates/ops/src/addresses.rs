//! Addresses as options give them.

use std::collections::BTreeSet;
use std::str::FromStr;

use rinfra_addr::{AddressError, InstanceKey, Mode, ObjectAddress, ResourceInstance};
use rinfra_diag::{Diagnostic, Diagnostics};

use crate::failure::{Failure, Outcome};

/// Returns the address that a command is given.
///
/// *Errors*: that the text is none.
pub fn given<A: FromStr<Err = AddressError>>(text: &str) -> Outcome<A> {
    text.parse().map_err(|error: AddressError| {
        let hint = "Write addresses with keys in single quotes, such as 'aws_vpc.main[\"a\"]'";
        Failure::said(Diagnostic::error("Invalid address", error.to_string()).hint(hint))
    })
}

/// Returns the objects that options such as `-target` name.
///
/// *Errors*: texts that are no addresses, all at once.
pub fn objects(option: &str, given: &[String]) -> Result<Vec<ObjectAddress>, Diagnostics> {
    let mut found = Vec::new();
    let mut refused = Diagnostics::new();
    for text in given {
        match text.trim().parse() {
            Ok(address) => found.push(address),
            Err(error) => refused.push(invalid(option, text, &error)),
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
        let instance = match address {
            ObjectAddress::Module(_) => {
                refused.push(invalid(OPTION, text, &"the address of a resource instance is needed"));
                continue;
            }
            ObjectAddress::Resource(resource) => resource.instance(InstanceKey::None),
            ObjectAddress::Instance(instance) => instance,
        };
        if instance.mode() == Mode::Managed {
            found.insert(instance);
        } else {
            refused.push(invalid(OPTION, text, &"only managed resources can be replaced"));
        }
    }
    if refused.is_empty() { Ok(found) } else { Err(refused) }
}

fn invalid(option: &str, text: &str, reason: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(format!("Invalid {option} {text:?}"), reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::{instances, objects};

    #[test]
    fn what_is_no_address_is_refused_by_name() {
        let summaries =
            |found: rinfra_diag::Diagnostics| found.iter().map(|it| it.summary.clone()).collect::<Vec<_>>();
        let given = ["terraform_data.a".to_owned(), "not an address".to_owned(), "module.m".to_owned()];
        assert_eq!(summaries(objects("target", &given).unwrap_err()), ["Invalid target \"not an address\""]);
        assert_eq!(objects("target", &given[..1]).unwrap().len(), 1);
        assert_eq!(
            summaries(instances(&["module.m".to_owned(), "data.a.b".to_owned()]).unwrap_err()),
            ["Invalid force-replace address \"module.m\"", "Invalid force-replace address \"data.a.b\""]
        );
    }
}
