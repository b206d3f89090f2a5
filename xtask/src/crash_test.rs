//! `cargo xtask crash-test`: the binary killed at every call it makes, and run in all bad weather.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use rinfra_testkit::crash::{
    Backend, CrashError, Ending, Finding, Group, Matrix, Reference, Report, Sample, Storm, Subject,
};
use rinfra_testkit::proxy::{PROFILES, Profile, STORE_PROFILES};
use rinfra_testkit::{Moto, root};

use crate::{binary, duration, local_aws, workspace};

/// What is killed: relative to the repository's root.
const CONFIGURATION: &str = "tests/crash";

/// Where the tables are kept.
const DOCUMENT: &str = "docs/reliability.md";

/// Where the state is kept.
#[derive(Clone, Copy, Eq, PartialEq, ValueEnum)]
enum Kept {
    /// In files beside the configuration
    Local,
    /// In a bucket
    S3,
    /// In the one, and then in the other
    All,
}

/// Which deaths and which weather.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the state is kept
    #[arg(long, value_enum, default_value_t = Kept::Local)]
    backend: Kept,
    /// Only deaths of these kinds: cloud, store, journal, torn, time
    #[arg(long, value_delimiter = ',')]
    groups: Vec<String>,
    /// How many deaths of each stage: a number, or all
    #[arg(long, default_value = "all")]
    points: String,
    /// What picks the deaths and decides about chances
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this fault profile, and no deaths
    #[arg(long)]
    profile: Option<String>,
    /// Only the deaths, without fault profiles
    #[arg(long)]
    only_deaths: bool,
    /// How many local AWSs are used side by side
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// This binary, rather than one that is built now
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Begins no death after so many minutes
    #[arg(long)]
    minutes: Option<u64>,
    /// Writes the tables into the document as well
    #[arg(long)]
    write: bool,
}

/// Runs what is asked for and prints the tables.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let sample = match arguments.points.as_str() {
        "all" => Sample::All,
        number => {
            let each = number.parse().map_err(|_| format!("--points {number}: a number, or all"))?;
            Sample::Some { each, seed: arguments.seed }
        }
    };
    let backends: &[Backend] = match arguments.backend {
        Kept::Local => &[Backend::Local],
        Kept::S3 => &[Backend::S3],
        Kept::All => &[Backend::Local, Backend::S3],
    };
    let known: Vec<_> = backends.iter().flat_map(|it| profiles(*it)).map(|it| it.name).collect();
    if let Some(name) = arguments.profile.as_deref().filter(|it| !known.contains(it)) {
        return Err(format!("--profile {name}: there are {}", known.join(", ")));
    }
    let groups = groups(&arguments.groups)?;
    let binary = match &arguments.binary {
        Some(binary) => binary.clone(),
        None => binary::build(&workspace::load()?.target_directory)?,
    };
    let clouds = (0..arguments.jobs.max(1)).map(|_| local_aws::start()).collect::<Result<Vec<_>, _>>()?;
    let mut wrong = 0;
    for backend in backends {
        let configuration = root().join(CONFIGURATION);
        let subject = Subject { binary: binary.clone(), configuration, backend: *backend };
        let began = Instant::now();
        let place = Place { subject, clouds: &clouds, groups: &groups };
        let outcome = place.all(arguments, sample).map_err(|error| error.to_string())?;
        println!("\n{}\nIt took {}.", outcome.tables, duration::text(began.elapsed()));
        if arguments.write {
            let written = write(*backend, &outcome.tables);
            written.map_err(|error| format!("{DOCUMENT} cannot be written: {error}"))?;
        }
        wrong += outcome.wrong;
    }
    match wrong {
        0 => Ok(()),
        wrong => Err(format!("{wrong} times something was wrong; see above")),
    }
}

/// Returns the kinds of weather there are for a backend.
fn profiles(backend: Backend) -> Vec<&'static Profile> {
    let of_store: &[Profile] = if backend == Backend::Local { &[] } else { &STORE_PROFILES };
    PROFILES.iter().chain(of_store).collect()
}

fn groups(names: &[String]) -> Result<Vec<Group>, String> {
    let named = |name: &String| {
        let found = Group::ALL.into_iter().find(|it| it.name() == name);
        let known = || Group::ALL.map(Group::name).join(", ");
        found.ok_or_else(|| format!("--groups {name}: there are {}", known()))
    };
    if names.is_empty() { Ok(Group::ALL.to_vec()) } else { names.iter().map(named).collect() }
}

struct Place<'p> {
    subject: Subject,
    clouds: &'p [Moto],
    groups: &'p [Group],
}

/// What came of everything.
struct Outcome {
    tables: String,
    wrong: usize,
}

impl Place<'_> {
    fn all(&self, arguments: &Arguments, sample: Sample) -> Result<Outcome, CrashError> {
        let reference = Reference::learn(&self.subject, &self.clouds[0])?;
        let (instances, types) = reference.size();
        println!("{instances} resource instances of {types} types; undisturbed: {:?}", reference.requests);
        let mut outcome = Outcome { tables: String::new(), wrong: 0 };
        if arguments.profile.is_none() {
            let until = arguments.minutes.map(|it| Instant::now() + Duration::from_secs(60 * it));
            let report = self.deaths(&reference, sample, until)?;
            outcome.wrong += report.faults.len();
            let operations: Vec<_> =
                report.operations.iter().map(|(name, times)| format!("{name} {times}")).collect();
            outcome.tables = format!(
                "{instances} resource instances of {types} types in two Regions. {} points of each stage{}, seed {}.\n\n\
                 {}\nCalls at which the process died, and how often: {}.\n",
                arguments.points,
                if arguments.groups.is_empty() {
                    String::new()
                } else {
                    format!(" of the kinds {}", arguments.groups.join(", "))
                },
                arguments.seed,
                report.table(),
                operations.join(", ")
            );
        }
        if !arguments.only_deaths {
            outcome.tables += "\n| profile | stage | disturbed requests | outcome | re-runs | orphans | duplicates | lost | other differences |\n\
                               |---|---|---|---|---|---|---|---|---|\n";
            let all = profiles(self.subject.backend).into_iter();
            for profile in all.filter(|it| arguments.profile.as_deref().is_none_or(|name| it.name == name)) {
                let place = (&self.subject, &self.clouds[0]);
                for storm in Storm::weather(profile, arguments.seed, place, &reference)? {
                    outcome.wrong += usize::from(!storm.verdict.is_clean());
                    let line = line(&storm);
                    print!("{line}");
                    println!("The command took {}.", duration::text(storm.took));
                    if storm.ending != Ending::Converged {
                        println!("{}", storm.said);
                    }
                    tell(&format!("{} {}", storm.profile, storm.stage.name()), &storm.verdict);
                    outcome.tables += &line;
                }
            }
        }
        Ok(outcome)
    }

    fn deaths(
        &self,
        reference: &Reference,
        sample: Sample,
        until: Option<Instant>,
    ) -> Result<Report, CrashError> {
        let matrix = Matrix::of(reference, sample, self.groups);
        println!("{}: {} deaths.", self.subject.backend.name(), matrix.len());
        let progress = |it: &Finding| {
            let operation = it.operation.as_deref().unwrap_or("-");
            let reached = if it.reached { "" } else { " (not reached)" };
            let moment = it.moment.map_or_else(String::new, |it| it.to_string());
            println!("{}: {moment} {operation}{reached}, {} re-runs", it.stage.name(), it.reruns);
            tell(&format!("{}: {moment} {operation}", it.stage.name()), &it.verdict);
        };
        matrix.run(&self.subject, self.clouds, reference, until, &progress)
    }
}

fn line(storm: &Storm) -> String {
    let Storm { profile, stage, disturbed, ending, reruns, verdict, .. } = storm;
    let outcome = ending.name();
    format!(
        "| {profile} | {} | {disturbed} | {outcome} | {reruns} | {} | {} | {} | {} |\n",
        stage.name(),
        verdict.orphans.len(),
        verdict.duplicates.len(),
        verdict.lost.len(),
        verdict.troubles.len()
    )
}

/// Says what is wrong.
fn tell(where_: &str, verdict: &rinfra_testkit::crash::Verdict) {
    for (kind, found) in [
        ("orphan", &verdict.orphans),
        ("duplicate", &verdict.duplicates),
        ("lost", &verdict.lost),
        ("other", &verdict.troubles),
    ] {
        for it in found {
            println!("WRONG {where_}: {kind}: {it}");
        }
    }
}

/// Puts the tables between the marks in the document that are there for a backend.
fn write(backend: Backend, tables: &str) -> std::io::Result<()> {
    let of = if backend == Backend::Local { String::new() } else { format!(" {}", backend.name()) };
    let (begin, end) =
        (&*format!("<!-- crash-test{of} begins -->"), &*format!("<!-- crash-test{of} ends -->"));
    let path = root().join(DOCUMENT);
    let text = fs::read_to_string(&path)?;
    let missing = || std::io::Error::other("the marks around the tables are missing");
    let (before, rest) = text.split_once(begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(end).ok_or_else(missing)?;
    fs::write(path, format!("{before}{begin}\n{tables}\n{end}{after}"))
}
