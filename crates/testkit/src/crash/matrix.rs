//! All deaths, or a sample of them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::CrashError;
use super::backend::Subject;
use super::moments::{Group, Moment};
use super::reference::{Reference, Requests};
use super::report::Report;
use super::stages::Stage;
use super::tour::{Finding, Tour};
use crate::Moto;
use crate::proxy::{Side, Victim};

/// Of the requests that change nothing, every one of so many is a moment to die.
const LOOKING_STRIDE: usize = 9;

/// How many moments of a stage are places in the journal, with and without a torn end, and how many are times.
const JOURNAL_MOMENTS: u64 = 24;
const TORN_MOMENTS: u64 = 24;
const TIMED_MOMENTS: u64 = 8;

/// Which deaths are tried.
#[derive(Clone, Copy, Debug)]
pub enum Sample {
    /// Every one.
    All,
    /// This many of each stage, picked by a seed.
    Some {
        /// How many of each stage.
        each: usize,
        /// What picks them.
        seed: u64,
    },
}

/// Who is told of each death.
pub type Progress<'p> = dyn Fn(&Finding) + Sync + 'p;

/// All deaths, in tours that are taken side by side.
#[derive(Debug)]
pub struct Matrix {
    tours: VecDeque<Vec<(Stage, Moment)>>,
}

impl Matrix {
    /// Returns the deaths to be tried.
    pub fn new(reference: &Reference, sample: Sample) -> Self {
        Self::of(reference, sample, &Group::ALL)
    }

    /// Returns the deaths to be tried at these kinds of moments.
    pub fn of(reference: &Reference, sample: Sample, groups: &[Group]) -> Self {
        let mut stages: BTreeMap<Stage, VecDeque<Moment>> = BTreeMap::new();
        for (stage, requests) in &reference.requests {
            let mut moments = moments(*requests, seed(sample));
            moments.retain(|it| groups.contains(&it.group()));
            let each = match sample {
                Sample::All => moments.len(),
                Sample::Some { each, .. } => each.min(moments.len()),
            };
            // In no order, so that a part of them is a fair sample.
            let mut chance = Chance(seed(sample) ^ (*stage as u64 + 1));
            let mut pick = || moments.swap_remove(chance.below(moments.len() as u64) as usize);
            stages.insert(*stage, (0..each).map(|_| pick()).collect());
        }
        let mut tours = VecDeque::new();
        loop {
            let next =
                |(stage, moments): (&Stage, &mut VecDeque<Moment>)| Some((*stage, moments.pop_front()?));
            let tour: Vec<_> = stages.iter_mut().filter_map(next).collect();
            if tour.is_empty() {
                return Self { tours };
            }
            tours.push_back(tour);
        }
    }

    /// Returns how many deaths there are.
    pub fn len(&self) -> usize {
        self.tours.iter().map(Vec::len).sum()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tours.is_empty()
    }

    /// Takes all tours, or those that begin in time, as many side by side as there are local AWSs. A tour that ended
    /// early is gone on with.
    ///
    /// # Errors
    /// When the harness itself fails.
    pub fn run(
        self,
        subject: &Subject,
        clouds: &[Moto],
        reference: &Reference,
        until: Option<Instant>,
        progress: &Progress<'_>,
    ) -> Result<Report, CrashError> {
        let tours = Mutex::new(self.tours);
        let report = Mutex::new(Report::default());
        let failure = Mutex::new(None);
        let lock = || tours.lock().unwrap_or_else(PoisonError::into_inner);
        let work = |moto: &Moto| -> Result<(), CrashError> {
            let mut guide = Tour::new(subject, moto, reference);
            loop {
                if until.is_some_and(|it| it < Instant::now()) {
                    return Ok(());
                }
                let Some(deaths) = lock().pop_front() else { return Ok(()) };
                let findings = guide.take(&deaths)?;
                if let Some(last) = findings.last().filter(|it| !it.verdict.is_clean()) {
                    let rest: Vec<_> = deaths.into_iter().filter(|(it, _)| *it > last.stage).collect();
                    if !rest.is_empty() {
                        lock().push_front(rest);
                    }
                }
                findings.iter().for_each(progress);
                let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
                findings.into_iter().for_each(|it| report.add(it));
            }
        };
        std::thread::scope(|scope| {
            for moto in clouds {
                scope.spawn(|| {
                    if let Err(error) = work(moto) {
                        lock().clear();
                        failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    }
                });
            }
        });
        match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(report.into_inner().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}

fn seed(sample: Sample) -> u64 {
    match sample {
        Sample::All => 1,
        Sample::Some { seed, .. } => seed,
    }
}

/// Returns all moments of a stage.
fn moments(requests: Requests, seed: u64) -> Vec<Moment> {
    let sides = [Side::Before, Side::After];
    let all = |store, mutating, number: usize| {
        let stride = if mutating { 1 } else { LOOKING_STRIDE };
        let victim = move |number, side| Moment::Request(Victim { number, store, mutating, side });
        (1..=number).step_by(stride).flat_map(move |it| sides.map(|side| victim(it, side)))
    };
    let mutating = all(false, true, requests.mutating).chain(all(true, true, requests.store_mutating));
    let looking = all(false, false, requests.looking).chain(all(true, false, requests.store_looking));
    let mut chance = Chance(seed);
    // Where the journal is no file, its requests are moments.
    let is_file = requests.journal > 0;
    let mut places = |number: u64| -> Vec<u64> {
        (0..if is_file { number } else { 0 }).map(|_| 1 + chance.below(requests.journal)).collect()
    };
    let journal: Vec<_> =
        places(JOURNAL_MOMENTS).into_iter().map(|bytes| Moment::Journal { bytes }).collect();
    let torn = places(TORN_MOMENTS);
    let torn: Vec<_> =
        torn.into_iter().map(|bytes| Moment::Torn { bytes, kept: chance.below(1000) }).collect();
    let times: Vec<_> =
        (0..TIMED_MOMENTS).map(|_| Moment::Time(Duration::from_millis(20 + chance.below(2_000)))).collect();
    mutating.chain(looking).chain(journal).chain(torn).chain(times).collect()
}

/// Numbers that look like chance and are the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference() -> Reference {
        let requests =
            Requests { mutating: 10, looking: 20, store_mutating: 5, store_looking: 9, journal: 1000 };
        Reference {
            requests: Stage::ALL.into_iter().map(|it| (it, requests)).collect(),
            ..Reference::default()
        }
    }

    #[test]
    fn every_changing_request_is_a_moment_before_and_after() {
        let (cloud, store) = (10 * 2 + 3 * 2, 5 * 2 + 2);
        let each = cloud + store + (JOURNAL_MOMENTS + TORN_MOMENTS + TIMED_MOMENTS) as usize;
        assert_eq!(Matrix::new(&reference(), Sample::All).len(), 3 * each);
        assert_eq!(Matrix::of(&reference(), Sample::All, &[Group::Store]).len(), 3 * store);
    }

    #[test]
    fn a_sample_is_the_same_for_the_same_seed() {
        let picked = |seed| format!("{:?}", Matrix::new(&reference(), Sample::Some { each: 4, seed }));
        assert_eq!(picked(1), picked(1));
        assert_ne!(picked(1), picked(2));
        assert_eq!(Matrix::new(&reference(), Sample::Some { each: 4, seed: 1 }).len(), 12);
    }
}
