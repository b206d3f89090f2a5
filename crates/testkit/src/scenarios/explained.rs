//! The steps that differ from Terraform on purpose.

/// Steps of a scenario that differ from what Terraform does.
#[derive(Clone, Copy, Debug)]
pub struct Explained {
    /// The name of the scenario.
    pub scenario: &'static str,
    /// The names of the steps.
    pub steps: &'static [&'static str],
    /// Where their results differ: a part of the place of each difference.
    pub place: &'static str,
    /// The row of `docs/differences.md` that says how and why: what it is about.
    pub subject: &'static str,
}

/// The example with two Regions.
const EXAMPLE: &str = "two-region-network";

const EXPLAINED: &[Explained] = &[
    Explained {
        scenario: "module_not_installed",
        steps: &["03-init"],
        place: "diagnostics",
        subject: "A missing local directory",
    },
    Explained {
        scenario: "module_not_installed",
        steps: &["04-init"],
        place: "diagnostics",
        subject: "Variables, named values and functions in `source` and `version` of modules and in `backend`",
    },
    Explained {
        scenario: "nonsensitive_plan_text",
        steps: &["06-plan"],
        place: "plan/output_changes",
        subject: "Outputs in the plan of a destruction",
    },
    Explained {
        scenario: "nonsensitive_plan_text",
        steps: &["07-cli"],
        place: "stdout",
        subject: "An empty string within an object, in the text of outputs",
    },
    Explained {
        scenario: EXAMPLE,
        steps: &["09-destroy"],
        place: "events/module.",
        subject: "Data sources in a destruction",
    },
    Explained {
        scenario: EXAMPLE,
        steps: &["09-destroy"],
        place: "state/check_results/var.name/objects",
        subject: "Variables with conditions that a provider configuration refers to, after a destruction",
    },
    Explained {
        scenario: EXAMPLE,
        steps: &["02-plan", "04-plan", "08-plan"],
        place: "/region: null expected",
        subject: "`show -json PLAN`",
    },
    Explained {
        scenario: EXAMPLE,
        steps: &["02-plan"],
        place: ".data.aws_iam_policy_document.",
        subject: "Data sources that are read while applying",
    },
    Explained {
        scenario: EXAMPLE,
        steps: &["03-apply", "04-plan", "07-show", "08-plan"],
        place: "aws_s3_bucket.logs/",
        subject: "`aws_s3_bucket`: their values as attributes",
    },
    Explained {
        scenario: EXAMPLE,
        steps: &["02-plan"],
        place: "aws_s3_bucket.logs/",
        subject: "A Region of one's own",
    },
    Explained {
        scenario: EXAMPLE,
        steps: &["04-plan"],
        place: "plan/resource_drift/",
        subject: "What a provider finds changed after it has made it",
    },
];

/// Returns the steps that differ on purpose. Every one of them has to differ.
pub fn explained() -> &'static [Explained] {
    EXPLAINED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_has_a_row_that_explains_it() {
        let path = crate::root().join("docs/differences.md");
        let rows = std::fs::read_to_string(&path).unwrap();
        for it in EXPLAINED {
            let begins = format!("| {} |", it.subject);
            assert!(rows.lines().any(|row| row.starts_with(&begins)), "no row about {:?}", it.subject);
        }
    }
}
