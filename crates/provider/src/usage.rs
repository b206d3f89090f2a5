//! What was asked of the services behind providers, and what that took.

use std::collections::BTreeMap;
use std::time::Duration;

/// Which requests: on whose behalf, where, and what for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The resource types and data sources that wanted to know, as a data source is addressed: `aws_vpc`,
    /// `data.aws_region`. Several where one answer serves them all, none where it was for the connection itself.
    pub on_behalf_of: Vec<String>,
    /// The account, where it is known.
    pub account: String,
    /// The Region the request was made to; empty where there is none.
    pub region: String,
    /// The service, as its requests are signed for.
    pub service: String,
    /// The operation, such as `DescribeVpcs`.
    pub operation: String,
}

/// How often something was asked, and how that went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Every attempt to send a request.
    pub calls: u64,
    /// Those that the service refused because they came too fast.
    pub throttled: u64,
    /// Those that were made again after an attempt that failed.
    pub retried: u64,
    /// From sending to the end of the answer, of all of them together.
    pub time: Duration,
}

/// What was asked, with the limit that the service sets to that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What was asked.
    pub asked: Asked,
    /// How it went.
    pub spent: Spent,
    /// The token bucket it is taken from, where one is known.
    pub bucket: Option<String>,
    /// How long that bucket needs at least for everything that this run took from it.
    pub floor: Duration,
}

/// Everything that was asked of the services behind a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// What was asked, ordered by on whose behalf and where.
    pub lines: Vec<Line>,
}

impl Usage {
    /// Adds what was asked of another provider's services.
    pub fn extend(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.lines.sort_by(|one, another| one.asked.cmp(&another.asked));
    }

    /// Returns everything together.
    pub fn total(&self) -> Spent {
        let mut total = Spent::default();
        self.lines.iter().for_each(|it| total.add(it.spent));
        total
    }

    /// Returns how often each service was asked.
    pub fn by_service(&self) -> BTreeMap<&str, Spent> {
        let mut services: BTreeMap<&str, Spent> = BTreeMap::new();
        for it in &self.lines {
            services.entry(&it.asked.service).or_default().add(it.spent);
        }
        services
    }

    /// Returns how long the token buckets of the services need at least for what was taken from them: no program that
    /// asks the same can be faster.
    pub fn floor(&self) -> Duration {
        self.lines.iter().map(|it| it.floor).max().unwrap_or_default()
    }
}

impl Spent {
    /// Adds what something else took.
    pub fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.throttled += other.throttled;
        self.retried += other.retried;
        self.time += other.time;
    }
}
