//! Objects that may exist without the state knowing of them, for those who ask what is at an address.

use std::borrow::Cow;

use rinfra_addr::ResourceInstance;

use super::{Event, Intent, Unfinished};
use crate::{Object, State};

/// The key of what stands for such an object: no deposed object has one like it.
const PLACE_HOLDER: &str = "in doubt";

/// Returns a state that has an instance also where a creation may have made an object. It is for looking at: nothing
/// is known of such an object, and what stands for it is never written.
pub fn with_lost<'s>(state: &'s State, unfinished: &[Unfinished]) -> Cow<'s, State> {
    let mut known = Cow::Borrowed(state);
    for it in unfinished.iter().filter(|it| it.is_lost()) {
        let Intent { address, provider, .. } = &it.intent;
        if state.instance(address).is_none() {
            let nothing = Object::new(0, serde_json::Value::Null);
            known.to_mut().put(address, Some(PLACE_HOLDER), provider, nothing);
        }
    }
    known
}

impl Unfinished {
    /// Returns the events that give it another address, at which it is looked for, recorded and in the way from now
    /// on. There are none where the address is of another type: nothing could be looked for there.
    pub fn moved(&self, to: &ResourceInstance) -> Vec<Event> {
        if self.intent.address.kind() != to.kind() || self.intent.address.mode() != to.mode() {
            return Vec::new();
        }
        let intent = Intent { address: to.clone(), ..self.intent.clone() };
        Self { intent, ..self.clone() }.events()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rinfra_addr::ProviderConfig;

    use super::with_lost;
    use crate::journal::{Event, Folded, Intent, Opcode, Sequence};
    use crate::{Object, State};

    fn intent(sequence: u64, address: &str, opcode: Opcode) -> Event {
        Event::Intent(Box::new(Intent {
            sequence: Sequence(sequence),
            run: Arc::from("run"),
            opcode,
            address: address.parse().expect("an address"),
            deposed: None,
            provider: provider(),
            region: None,
            token: format!("token-{sequence}"),
            identity: None,
            planned: None,
            outline: None,
            at: None,
            marks: true,
        }))
    }

    fn provider() -> ProviderConfig {
        "provider[\"registry.terraform.io/hashicorp/aws\"]".parse().expect("a provider")
    }

    #[test]
    fn what_may_exist_has_a_place() {
        let mut folded = Folded::new(State::new("lost"));
        folded.apply(intent(1, "aws_vpc.a", Opcode::Create));
        folded.apply(intent(2, "aws_vpc.b", Opcode::Update));
        let unfinished: Vec<_> = folded.unfinished.values().cloned().collect();
        let known = with_lost(&folded.state, &unfinished);
        let there: Vec<_> = known.instances().map(|(address, ..)| address.to_string()).collect();
        assert_eq!(there, ["aws_vpc.a"]);
        assert!(known.current(&"aws_vpc.a".parse().expect("an address")).is_none());
    }

    #[test]
    fn it_keeps_everything_but_its_address_when_that_changes() {
        let (to, other) = ("aws_vpc.z[0]".parse().expect("an address"), "aws_subnet.z".parse().expect("one"));
        let mut folded = Folded::new(State::new("lost"));
        folded.apply(intent(1, "aws_vpc.a", Opcode::Create));
        folded.apply(intent(2, "aws_vpc.b", Opcode::Create));
        let object = Box::new(Object::new(1, serde_json::json!({})));
        let (sequence, identity) = (Sequence(2), "vpc-2".to_owned());
        folded.apply(Event::Identified { sequence, identity, object: object.clone() });
        folded.apply(Event::Settled { sequence, object });
        for (sequence, was_marked) in [(1, false), (2, true)] {
            let before = folded.unfinished[&Sequence(sequence)].clone();
            assert!(before.moved(&other).is_empty(), "of another type");
            before.moved(&to).into_iter().for_each(|it| folded.apply(it));
            let mut after = folded.unfinished[&Sequence(sequence)].clone();
            assert_eq!((&after.intent.address, after.is_marked_only), (&to, was_marked));
            after.intent.address = before.intent.address.clone();
            after.intent.identity = before.intent.identity.clone();
            assert_eq!(after, before);
        }
        assert!(folded.strays.is_empty());
    }
}
