//! The kinds of bad weather.

use std::time::Duration;

use super::call::STORE;
use super::script::{Calls, Fault, Rule, Script, When};

/// A kind of bad weather.
#[derive(Debug)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// What it is like.
    pub says: &'static str,
    /// What the process is told.
    pub environment: &'static [(&'static str, &'static str)],
    /// The script for a seed.
    pub script: fn(u64) -> Script,
}

/// New things may not be seen at first: they are looked for again.
const PATIENCE: &[(&str, &str)] = &[("RINFRA_SHOWS_WITHIN", "6")];

/// All kinds of bad weather.
pub const PROFILES: [Profile; 12] = [
    Profile {
        name: "throttling",
        says: "every fifth request is throttled, in the words of its service",
        environment: &[],
        script: |seed| script(seed, &[(Calls::ALL, 200, Fault::Throttle)]),
    },
    Profile {
        name: "throttling-bursts",
        says: "six of every forty requests in a row are throttled, and three of every hundred in a row hear 503",
        environment: &[],
        script: |seed| {
            let bursts = [(40, 6, Fault::Throttle), (100, 3, Fault::Trouble(503))];
            let rule =
                |(every, long, fault)| Rule { calls: Calls::ALL, when: When::Burst { every, long }, fault };
            Script { rules: bursts.map(rule).into(), seed, ..Script::default() }
        },
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
        environment: &[],
        script: |seed| refused(seed, Fault::ResetBefore),
    },
    Profile {
        name: "region-down",
        says: "eu-west-1 answers everything with 503",
        environment: &[],
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

/// The kinds of bad weather at the store alone, where that is not files.
pub const STORE_PROFILES: [Profile; 7] = [
    Profile {
        name: "store-throttling",
        says: "every third request of the store hears SlowDown",
        environment: &[],
        script: |seed| script(seed, &[(OF_STORE, 330, Fault::Throttle)]),
    },
    Profile {
        name: "store-server-errors",
        says: "one request of the store in six ends with 500, and one in six with 503",
        environment: &[],
        script: |seed| {
            script(seed, &[(OF_STORE, 160, Fault::Trouble(500)), (OF_STORE, 160, Fault::Trouble(503))])
        },
    },
    Profile {
        name: "store-resets-after",
        says: "one write of the store in four is done, and its answer never arrives",
        environment: &[],
        script: |seed| {
            let writes = Calls { mutating: Some(true), ..OF_STORE };
            script(seed, &[(writes, 250, Fault::ResetAfter)])
        },
    },
    Profile {
        name: "store-silence",
        says: "one request of the store in twenty is done, and two seconds later the connection ends",
        environment: &[],
        script: |seed| script(seed, &[(OF_STORE, 50, Fault::SilenceAfter(Duration::from_secs(2)))]),
    },
    Profile {
        name: "store-gone",
        says: "from the twentieth request of the store on, it answers with 503",
        environment: &[],
        script: |seed| gone(seed, Fault::Trouble(503)),
    },
    Profile {
        name: "store-denied",
        says: "from the twentieth request of the store on, access is denied",
        environment: &[],
        script: |seed| gone(seed, Fault::Deny),
    },
    Profile {
        name: "store-unreachable",
        says: "from the twentieth request of the store on, connections to it are reset",
        environment: &[],
        script: |seed| gone(seed, Fault::ResetBefore),
    },
];

const OF_STORE: Calls = Calls { service: Some(STORE), ..Calls::ALL };

fn script(seed: u64, rules: &[(Calls, u64, Fault)]) -> Script {
    let rule = |(calls, share, fault): &(Calls, u64, Fault)| Rule {
        calls: *calls,
        when: When::PerMille(*share),
        fault: *fault,
    };
    Script { rules: rules.iter().map(rule).collect(), seed, ..Script::default() }
}

fn gone(seed: u64, fault: Fault) -> Script {
    let rule = Rule { calls: OF_STORE, when: When::Beyond(20), fault };
    Script { rules: vec![rule], seed, ..Script::default() }
}

fn refused(seed: u64, fault: Fault) -> Script {
    let calls = Calls { region: Some("eu-west-1"), ..Calls::ALL };
    Script { rules: vec![Rule { calls, when: When::Always, fault }], seed, ..Script::default() }
}
