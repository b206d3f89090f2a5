//! The options that steps give their commands.

use rinfra_change::Mode;
use rinfra_diag::Diagnostics;
use rinfra_ops::{Assignment, addresses};

/// Options, understood.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) assignments: Vec<Assignment>,
    /// Whatever is no option.
    pub(crate) operands: Vec<String>,
    pub(crate) mode: Mode,
    pub(crate) keeps_observations: bool,
    targets: Vec<String>,
    replace: Vec<String>,
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
                "destroy" => options.mode = Mode::Destroy,
                "no-color" => {}
                "raw" => options.operands.push("-raw".to_owned()),
                _ => return Err(argument),
            }
        }
        Ok(options)
    }

    /// Returns what they say of the plan to make.
    ///
    /// *Errors*: addresses that are none.
    pub(crate) fn planning(&self, mode: Mode) -> Result<rinfra_plan::Options, Diagnostics> {
        let options = rinfra_plan::Options {
            mode: if self.mode == Mode::Normal { mode } else { self.mode },
            refresh: !self.keeps_observations,
            targets: addresses::objects("target", &self.targets)?,
            replace: addresses::instances(&self.replace)?,
            ..rinfra_plan::Options::default()
        };
        Ok(options)
    }
}
