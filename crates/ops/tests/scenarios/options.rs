//! The options that steps give their commands.

use rinfra_change::Mode;
use rinfra_diag::Diagnostics;
use rinfra_ops::{Assignment, addresses, planning_mode};

/// Options, understood.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) assignments: Vec<Assignment>,
    /// Whatever is no option.
    pub(crate) operands: Vec<String>,
    modes: Vec<Mode>,
    pub(crate) keeps_observations: bool,
    targets: Vec<String>,
    replace: Vec<String>,
    pub(crate) generated: Option<String>,
}

impl Options {
    /// Understands options.
    ///
    /// *Errors*: the option that is not known.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, &str> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let Some(option) = argument.strip_prefix('-') else {
                options.operands.push(argument.clone());
                continue;
            };
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (option, None),
            };
            let mut value = || value.clone().or_else(|| rest.next().cloned()).unwrap_or_default();
            match name {
                "var" => options.assignments.push(Assignment::Variable(value())),
                "var-file" => options.assignments.push(Assignment::File(value().into())),
                "target" => options.targets.push(value()),
                "replace" => options.replace.push(value()),
                "refresh" => options.keeps_observations = value() == "false",
                "generate-config-out" => options.generated = Some(value()),
                "destroy" => options.modes.push(Mode::Destroy),
                "refresh-only" => options.modes.push(Mode::RefreshOnly),
                "no-color" => {}
                "raw" => options.operands.push("-raw".to_owned()),
                _ => return Err(argument),
            }
        }
        Ok(options)
    }

    /// Returns what they say of the plan to make, of a command that makes plans of some kind by itself.
    ///
    /// *Errors*: addresses that are none, and options that contradict each other.
    pub(crate) fn planning(&self, mode: Option<Mode>) -> Result<rinfra_plan::Options, Diagnostics> {
        let options = rinfra_plan::Options {
            mode: planning_mode(self.modes.iter().copied().chain(mode)).map_err(|it| it.diagnostics)?,
            refresh: !self.keeps_observations,
            targets: addresses::objects("target", &self.targets)?,
            replace: addresses::instances(&self.replace)?,
            generate_config: self.generated.is_some(),
            ..rinfra_plan::Options::default()
        };
        Ok(options)
    }
}
