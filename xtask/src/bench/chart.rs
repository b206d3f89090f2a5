//! A chart of times, which can be read on light and on dark pages: it brings its own background.

use std::fmt::Write as _;
use std::time::Duration;

use rinfra_testkit::bench::Setting;

use super::results::{OfSetting, Runs};
use super::tables;

const WIDTH: f64 = 760.0;
/// Where bars begin, and how long the longest may be.
const LEFT: f64 = 190.0;
const ROOM: f64 = 460.0;
const TOP: f64 = 70.0;
const BAR: f64 = 15.0;
const GROUP: f64 = 44.0;

/// Bars begin at a tenth of a second, the least that is told.
const LEAST: f64 = 0.1;

/// Returns the name of the file with the chart of a setting.
pub(super) fn file_name(setting: Setting) -> String {
    let buckets = if setting.buckets { "-buckets" } else { "" };
    format!("performance-{}ms{buckets}.svg", setting.latency.as_millis())
}

/// Returns a chart of the median times of both programs, on a logarithmic scale.
pub(super) fn drawn(setting: Setting, of_setting: &OfSetting) -> String {
    let medians = of_setting.values().flat_map(|it| it.values()).filter_map(Runs::median);
    let most = medians.map(|it| it.wall.as_secs_f64()).fold(1.0, f64::max);
    let decades = (most / LEAST).log10().ceil().max(1.0);
    let x = |seconds: f64| LEFT + ROOM * (seconds.max(LEAST) / LEAST).log10() / decades;
    let mut body = String::new();
    let mut y = TOP;
    for ((size, operation), programs) in of_setting {
        let middle = y + BAR + 4.0;
        // Writing to a string cannot fail.
        let _ = writeln!(
            body,
            r#"<text x="{}" y="{middle}" text-anchor="end">{} {size}</text>"#,
            LEFT - 10.0,
            operation.name()
        );
        let mut bar = y;
        for (program, runs) in programs.iter().rev() {
            let text_y = bar + BAR - 3.0;
            let _ = match runs.median() {
                Some(it) => {
                    let end = x(it.wall.as_secs_f64());
                    let width = (end - LEFT).max(1.0);
                    writeln!(
                        body,
                        r#"<rect class="{program}" x="{LEFT}" y="{bar}" width="{width:.1}" height="{}"/><text x="{:.1}" y="{text_y}">{}</text>"#,
                        BAR - 1.0,
                        end + 6.0,
                        time(it.wall)
                    )
                }
                None => writeln!(
                    body,
                    r#"<text class="failed" x="{}" y="{text_y}">{program}: failed</text>"#,
                    LEFT + 6.0
                ),
            };
            bar += BAR;
        }
        y += GROUP;
    }
    let mut grid = String::new();
    let mut tick = LEAST;
    while tick <= LEAST * 10_f64.powf(decades) * 1.01 {
        let at = x(tick);
        let _ = writeln!(
            grid,
            r#"<line x1="{at:.1}" x2="{at:.1}" y1="{}" y2="{y}"/><text x="{at:.1}" y="{}" text-anchor="middle">{}</text>"#,
            TOP - 6.0,
            y + 16.0,
            time(Duration::from_secs_f64(tick))
        );
        tick *= 10.0;
    }
    let height = y + 30.0;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="12">
<style>
  .page {{ fill: #ffffff }} text {{ fill: #24292f }} line {{ stroke: #d0d7de }}
  .rinfra {{ fill: #0a7d5a }} .Terraform {{ fill: #8c6bd8 }} .failed {{ fill: #c93c37; font-weight: bold }}
  @media (prefers-color-scheme: dark) {{
    .page {{ fill: #0d1117 }} text {{ fill: #e6edf3 }} line {{ stroke: #30363d }}
    .rinfra {{ fill: #3fb68b }} .Terraform {{ fill: #a68cf0 }} .failed {{ fill: #ff7b72 }}
  }}
</style>
<rect class="page" width="{WIDTH}" height="{height}"/>
<text x="16" y="24" font-size="15">Median time by number of resource instances, logarithmic scale</text>
<text x="16" y="44">{}</text>
<rect class="Terraform" x="470" y="34" width="12" height="12"/><text x="488" y="44">Terraform</text>
<rect class="rinfra" x="570" y="34" width="12" height="12"/><text x="588" y="44">rinfra</text>
{grid}{body}</svg>
"#,
        tables::setting(setting)
    )
}

fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 9.95 { format!("{seconds:.1} s") } else { format!("{seconds:.0} s") }
}

#[cfg(test)]
mod tests {
    use super::super::results::Results;
    use super::super::results::tests::measured;
    use super::*;
    use rinfra_testkit::bench::Operation;

    #[test]
    fn bars_are_as_long_as_their_times_say() {
        let setting = Setting { latency: Duration::from_millis(50), buckets: true };
        let mut results = Results::new(String::new());
        let outcome = |outcome| [(Operation::Plan, outcome)].into_iter().collect();
        results.add(setting, 100, "rinfra", outcome(Ok(measured(1, 1))));
        results.add(setting, 100, "Terraform", outcome(Ok(measured(100, 1))));
        results.add(setting, 200, "Terraform", outcome(Err("no".to_owned())));
        let chart = drawn(setting, &results.settings[&setting]);
        // A tenth of a second to a hundred seconds are three decades.
        for part in [
            r#"class="Terraform" x="190" y="85" width="460.0""#,
            r#"class="rinfra" x="190" y="70" width="153.3""#,
            "Terraform: failed",
            "plan 200",
            "50 ms for every request, token buckets",
        ] {
            assert!(chart.contains(part), "{part}\n{chart}");
        }
        assert_eq!(chart.matches("<text").count(), chart.matches("</text>").count());
        assert_eq!(file_name(setting), "performance-50ms-buckets.svg");
    }
}
