//! The kinds of bad weather.

use std::time::Duration;

use super::script::{Calls, Fault, Rule, Script, When};

/// A kind of bad weather.
#[derive(Debug)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// What it is like.
    pub says: &'static str,
    /// What the process is told, so that giving up does not take minutes.
    pub environment: &'static [(&'static str, &'static str)],
    /// The script for a seed.
    pub script: fn(u64) -> Script,
}

/// Few attempts, for what does not pass.
const FEW_ATTEMPTS: &[(&str, &str)] = &[("TF_VAR_attempts", "2")];

/// New things may not be seen at first: they are looked for again.
const PATIENCE: &[(&str, &str)] = &[("RINFRA_SHOWS_WITHIN", "6")];

/// All kinds of bad weather.
pub const PROFILES: [Profile; 11] = [
    Profile {
        name: "throttling",
        says: "every fifth request is throttled, in the words of its service",
        environment: &[],
        script: |seed| script(seed, &[(Calls::ALL, 200, Fault::Throttle)]),
    },
    Profile {
        name: "server-errors",
        says: "one request in twelve ends with 500, and one in twelve with 503",
        environment: &[],
        script: |seed| {
            script(seed, &[(Calls::ALL, 80, Fault::Trouble(500)), (Calls::ALL, 80, Fault::Trouble(503))])
        },
    },
    Profile {
        name: "timeouts",
        says: "one request in thirty never arrives, and the answer of one in thirty never does: silence, then the end",
        environment: &[],
        script: |seed| {
            let silence = Duration::from_secs(2);
            let before = (Calls::ALL, 33, Fault::SilenceBefore(silence));
            script(seed, &[before, (Calls::ALL, 33, Fault::SilenceAfter(silence))])
        },
    },
    Profile {
        name: "resets-before",
        says: "one connection in seven is reset before the service sees the request",
        environment: &[],
        script: |seed| script(seed, &[(Calls::ALL, 150, Fault::ResetBefore)]),
    },
    Profile {
        name: "resets-after",
        says: "one connection in ten is reset when the service has acted and before it answers",
        environment: &[],
        script: |seed| script(seed, &[(Calls::ALL, 100, Fault::ResetAfter)]),
    },
    Profile {
        name: "torn-answers",
        says: "one answer in ten ends in its middle",
        environment: &[],
        script: |seed| script(seed, &[(Calls::ALL, 100, Fault::ResetWithin)]),
    },
    Profile {
        name: "late-visibility",
        says: "the first two requests that name something new hear that it is not there, and lists lack it",
        environment: PATIENCE,
        script: |seed| Script { unseen: 2, seed, ..Script::default() },
    },
    Profile {
        name: "slow",
        says: "every request takes 20 ms longer, and one in five 400 ms",
        environment: &[],
        script: |seed| Script {
            latency: Duration::from_millis(20),
            ..script(seed, &[(Calls::ALL, 200, Fault::Slow(Duration::from_millis(400)))])
        },
    },
    Profile {
        name: "region-refused",
        says: "eu-west-1 resets every connection",
        environment: FEW_ATTEMPTS,
        script: |seed| refused(seed, Fault::ResetBefore),
    },
    Profile {
        name: "region-down",
        says: "eu-west-1 answers everything with 503",
        environment: FEW_ATTEMPTS,
        script: |seed| refused(seed, Fault::Trouble(503)),
    },
    Profile {
        name: "everything",
        says: "a little of all of it",
        environment: PATIENCE,
        script: |seed| {
            let silence = Duration::from_secs(1);
            let faults = [
                Fault::Throttle,
                Fault::Trouble(500),
                Fault::ResetBefore,
                Fault::ResetAfter,
                Fault::ResetWithin,
                Fault::SilenceAfter(silence),
                Fault::Slow(silence),
            ];
            Script { unseen: 1, ..script(seed, &faults.map(|it| (Calls::ALL, 25, it))) }
        },
    },
];

fn script(seed: u64, rules: &[(Calls, u64, Fault)]) -> Script {
    let rule = |(calls, share, fault): &(Calls, u64, Fault)| Rule {
        calls: *calls,
        when: When::PerMille(*share),
        fault: *fault,
    };
    Script { rules: rules.iter().map(rule).collect(), seed, ..Script::default() }
}

fn refused(seed: u64, fault: Fault) -> Script {
    let calls = Calls { region: Some("eu-west-1"), ..Calls::ALL };
    Script { rules: vec![Rule { calls, when: When::Always, fault }], seed, ..Script::default() }
}
