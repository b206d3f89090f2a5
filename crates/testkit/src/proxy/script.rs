//! What goes wrong, as data.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::call::Call;

/// What is done to a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// The service says that there are too many requests, in its own words. It did nothing.
    Throttle,
    /// The service answers with a server error of this status. It did nothing.
    Trouble(u16),
    /// The service says that this is not allowed. It did nothing.
    Deny,
    /// The connection is reset before the service sees the request.
    ResetBefore,
    /// The connection is reset when the service has acted and before any of its answer arrives.
    ResetAfter,
    /// The connection ends in the middle of the answer: the service has acted.
    ResetWithin,
    /// The service never sees the request; nothing comes for this long, then the connection ends.
    SilenceBefore(Duration),
    /// The service has acted; nothing comes for this long, then the connection ends.
    SilenceAfter(Duration),
    /// The answer comes, this much later.
    Slow(Duration),
}

impl Fault {
    /// Returns how the log names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Throttle => "throttled",
            Self::Trouble(_) => "server error",
            Self::Deny => "denied",
            Self::ResetBefore => "reset before",
            Self::ResetAfter => "reset after",
            Self::ResetWithin => "reset within",
            Self::SilenceBefore(_) => "silence before",
            Self::SilenceAfter(_) => "silence after",
            Self::Slow(_) => "slow",
        }
    }

    /// Tells whether the service sees the request.
    pub fn reaches(self) -> bool {
        matches!(self, Self::ResetAfter | Self::ResetWithin | Self::SilenceAfter(_) | Self::Slow(_))
    }
}

/// Which requests are meant: those that are like everything that is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Calls {
    /// The service.
    pub service: Option<&'static str>,
    /// The operation.
    pub operation: Option<&'static str>,
    /// The Region.
    pub region: Option<&'static str>,
    /// Whether they change something.
    pub mutating: Option<bool>,
}

impl Calls {
    /// All requests that change something.
    pub const MUTATING: Self = Self { service: None, operation: None, region: None, mutating: Some(true) };
    /// All requests.
    pub const ALL: Self = Self { service: None, operation: None, region: None, mutating: None };

    fn covers(&self, call: &Call) -> bool {
        self.service.is_none_or(|it| it == call.service)
            && self.operation.is_none_or(|it| it == call.operation)
            && self.region.is_none_or(|it| it == call.region)
            && self.mutating.is_none_or(|it| it == call.mutates)
    }
}

/// How often something happens.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// Each time.
    Always,
    /// This part of the times, out of a thousand, by chance that the seed decides.
    PerMille(u64),
    /// The first times of every operation in every Region.
    First(u64),
    /// Each time when there were so many of these requests.
    Beyond(u64),
    /// The last ones of every so many of these requests.
    Burst {
        /// How many there are from the end of one burst to the end of the next.
        every: u64,
        /// How many of them it is.
        long: u64,
    },
}

/// A kind of request, and what is done to it how often.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Which requests.
    pub calls: Calls,
    /// How often.
    pub when: When,
    /// What.
    pub fault: Fault,
}

/// Everything that goes wrong, and what holds for all requests.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// What goes wrong: the first rule that applies does.
    pub rules: Vec<Rule>,
    /// How long every request takes besides what the service takes.
    pub latency: Duration,
    /// Whether requests need tokens of buckets such as AWS has.
    pub buckets: bool,
    /// How many requests that name something new get to hear that it is not there.
    pub unseen: u32,
    /// What decides about chances: the same seed, the same decision for the n-th request of an operation.
    pub seed: u64,
}

/// Decides what a script does to each request.
#[derive(Debug, Default)]
pub(super) struct Director {
    pub(super) script: Script,
    occurrences: HashMap<(String, String, String), u64>,
    /// How many requests each rule was about.
    covered: Vec<u64>,
}

impl Director {
    pub(super) fn new(script: Script) -> Self {
        let covered = vec![0; script.rules.len()];
        Self { script, occurrences: HashMap::new(), covered }
    }

    /// Returns what is done to the next request of this kind.
    pub(super) fn next(&mut self, call: &Call) -> Option<Fault> {
        let kind = (call.service.clone(), call.region.clone(), call.operation.clone());
        let occurrence = self.occurrences.entry(kind).or_default();
        *occurrence += 1;
        let occurrence = *occurrence;
        for (rule, covered) in self.script.rules.iter().zip(&mut self.covered) {
            *covered += u64::from(rule.calls.covers(call));
        }
        let happens = |(place, rule): &(usize, &Rule)| {
            rule.calls.covers(call)
                && match rule.when {
                    When::Always => true,
                    When::First(times) => occurrence <= times,
                    When::Beyond(times) => self.covered[*place] > times,
                    When::Burst { every, long } => (self.covered[*place] - 1) % every >= every - long,
                    When::PerMille(share) => chance(self.script.seed, *place, call, occurrence) < share,
                }
        };
        self.script.rules.iter().enumerate().find(happens).map(|(_, rule)| rule.fault)
    }
}

fn chance(seed: u64, place: usize, call: &Call, occurrence: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, place, &call.service, &call.region, &call.operation, occurrence).hash(&mut hasher);
    hasher.finish() % 1000
}

#[cfg(test)]
mod tests {
    use super::super::message::Message;
    use super::{Call, Calls, Director, Fault, Rule, Script, When};

    fn happens(when: When, requests: usize) -> String {
        let rule = Rule { calls: Calls::ALL, when, fault: Fault::Throttle };
        let mut director = Director::new(Script { rules: vec![rule], ..Script::default() });
        let call = Call::of(&Message {
            start: "POST / HTTP/1.1".to_owned(),
            headers: Vec::new(),
            body: b"Action=CreateVpc".to_vec(),
        });
        (0..requests).map(|_| if director.next(&call).is_some() { 'x' } else { '.' }).collect()
    }

    #[test]
    fn each_rule_has_its_times() {
        assert_eq!(happens(When::Always, 3), "xxx");
        assert_eq!(happens(When::First(2), 4), "xx..");
        assert_eq!(happens(When::Beyond(2), 4), "..xx");
        assert_eq!(happens(When::Burst { every: 5, long: 2 }, 12), "...xx...xx..");
    }
}
