//! What the figures were measured with.

use std::fs;
use std::process::Command;

use rinfra_testkit::bench::Program;

/// More processes than this that want to run before anything is measured are other work.
const IDLE: f64 = 0.5;

/// Returns machine, date and versions in a few sentences.
pub(super) fn description(programs: &[Program], is_given: bool) -> String {
    let versions: Vec<_> = programs.iter().map(|it| format!("{} ({})", it.name(), it.version())).collect();
    let revision = output("git", &["describe", "--always", "--dirty"]);
    let build = if is_given {
        format!("a binary that was given, **perhaps of another build profile and revision** than {revision}")
    } else {
        format!("the release build of {revision}")
    };
    format!(
        "{}, {}; {}. {} Measured: {}; rinfra is {build}.",
        output("date", &["-u", "+%-d %B %Y, %H:%M UTC"]),
        processors(),
        memory(),
        load(),
        versions.join(", "),
    )
}

fn processors() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|it| it.strip_prefix("model name")).unwrap_or_default();
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{count} processors ({})", model.trim_start_matches([' ', '\t', ':']))
}

fn memory() -> String {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = text.lines().find_map(|it| it.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"));
    total.and_then(|it| it.parse::<u64>().ok()).map_or(String::new(), |it| format!("{} GiB", it / (1 << 20)))
}

fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = text.split(' ').next().and_then(|it| it.parse::<f64>().ok()).unwrap_or_default();
    if load < IDLE {
        "The machine was idle.".to_owned()
    } else {
        format!("**Other work ran on the machine (load {load} before the first run): provisional.**")
    }
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(rinfra_testkit::root()).output();
    output.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned()).unwrap_or_default()
}
