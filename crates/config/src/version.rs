//! Version constraints such as `>= 1.5, < 2.0`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A version: numbers separated by dots, and what follows a dash for versions before the final one.
///
/// Missing numbers count as zero, so `1.2` equals `1.2.0`; `1.2.0-rc1` comes before `1.2.0`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Version {
    numbers: Vec<u64>,
    prerelease: Vec<Part>,
}

/// One part of a prerelease; numbers come before words.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Part {
    Number(u64),
    Word(String),
}

/// A list of conditions on a version, all of which must hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VersionConstraint(Vec<(Operator, Version)>);

/// What a condition compares with; in the order in which conditions on one version are listed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Operator {
    Greater,
    GreaterOrEqual,
    Equal,
    /// `~>`: only the last number that is given may be greater.
    Pessimistic,
    LessOrEqual,
    Less,
    NotEqual,
}

/// The text is no version or version constraint.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VersionError(String);

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a version", self.0)
    }
}

impl std::error::Error for VersionError {}

impl Version {
    /// Tells whether this is a version before the final one.
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    fn number(&self, place: usize) -> u64 {
        self.numbers.get(place).copied().unwrap_or(0)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, number) in self.numbers.iter().enumerate() {
            write!(f, "{}{number}", if place == 0 { "" } else { "." })?;
        }
        for (place, part) in self.prerelease.iter().enumerate() {
            f.write_str(if place == 0 { "-" } else { "." })?;
            match part {
                Part::Number(number) => write!(f, "{number}")?,
                Part::Word(word) => f.write_str(word)?,
            }
        }
        Ok(())
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let error = || VersionError(text.to_owned());
        let plain = text.trim();
        let plain = plain.strip_prefix('v').unwrap_or(plain);
        let (plain, metadata) = plain.split_once('+').map_or((plain, None), |(it, rest)| (it, Some(rest)));
        let end = plain.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(plain.len());
        let (numbers, rest) = plain.split_at(end);
        let numbers: Option<Vec<u64>> = numbers.split('.').map(number).collect();
        let numbers = numbers.ok_or_else(error)?;
        // The dash may be left out before a letter, and alone it is a prerelease itself.
        let prerelease = rest.strip_prefix('-').filter(|it| !it.is_empty()).unwrap_or(rest);
        let parts: Vec<&str> = if rest.is_empty() { Vec::new() } else { prerelease.split('.').collect() };
        let has_metadata = metadata.is_none_or(|it| it.split('.').all(is_part));
        if !has_metadata || !parts.iter().all(|it| is_part(it)) {
            return Err(error());
        }
        let part = |it: &str| it.parse().map_or_else(|_| Part::Word(it.to_owned()), Part::Number);
        Ok(Self { numbers, prerelease: parts.into_iter().map(part).collect() })
    }
}

/// Returns one number of a version: what fits into 63 bits.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|it| i64::try_from(*it).is_ok())
}

/// Tells whether this may stand between the dots of a prerelease.
fn is_part(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '~'))
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.numbers.len().max(other.numbers.len());
        let numbers = (0..length).map(|it| self.number(it)).cmp((0..length).map(|it| other.number(it)));
        // What has a prerelease comes before what has none.
        let is_final = |it: &Self| it.prerelease.is_empty();
        numbers
            .then(is_final(self).cmp(&is_final(other)))
            .then_with(|| self.prerelease.cmp(&other.prerelease))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl VersionConstraint {
    /// Tells whether the constraint names this version and nothing else.
    pub fn is_exactly(&self, version: &Version) -> bool {
        matches!(&self.0[..], [(Operator::Equal, wanted)] if wanted.cmp(version).is_eq())
    }

    /// Returns the conditions of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// Returns the one spelling of all constraints that ask for the same: conditions by their versions, each once,
    /// with all numbers of a version, as Terraform spells what is asked of providers.
    pub fn canonical(&self) -> String {
        let mut conditions: Vec<_> = self.0.iter().collect();
        conditions.sort_by(|(operator, version), (other, than)| version.cmp(than).then(operator.cmp(other)));
        let mut texts: Vec<String> = conditions.into_iter().map(|it| condition(it.0, &it.1)).collect();
        texts.dedup();
        texts.join(", ")
    }

    /// Tells whether a condition names a version before the final one.
    pub fn has_prerelease(&self) -> bool {
        self.0.iter().any(|(_, version)| version.is_prerelease())
    }

    /// Returns true when a version fulfils all conditions.
    ///
    /// As in Terraform, a version before the final one fulfils only conditions that name one of the same
    /// number.
    pub fn matches(&self, version: &Version) -> bool {
        self.0.iter().all(|(operator, wanted)| fulfils(version, *operator, wanted))
    }
}

/// Returns one condition in its one spelling.
fn condition(operator: Operator, version: &Version) -> String {
    let sign = match operator {
        Operator::Equal => "",
        Operator::NotEqual => "!= ",
        Operator::Greater => "> ",
        Operator::GreaterOrEqual => ">= ",
        Operator::Less => "< ",
        Operator::LessOrEqual => "<= ",
        Operator::Pessimistic => "~> ",
    };
    // How many numbers are given is part of what this operator asks for.
    let length = match (operator, version.numbers.len()) {
        (Operator::Pessimistic, ..=2) => 2,
        _ => 3,
    };
    let numbers = (0..length).map(|place| version.number(place)).collect();
    format!("{sign}{}", Version { numbers, prerelease: version.prerelease.clone() })
}

fn fulfils(version: &Version, operator: Operator, wanted: &Version) -> bool {
    let order = version.cmp(wanted);
    let same_numbers = || {
        (0..version.numbers.len().max(wanted.numbers.len())).all(|it| version.number(it) == wanted.number(it))
    };
    let is_comparable = match (version.prerelease.is_empty(), wanted.prerelease.is_empty()) {
        (true, _) => true,
        (false, true) => false,
        (false, false) => same_numbers(),
    };
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Greater => is_comparable && order.is_gt(),
        Operator::GreaterOrEqual => is_comparable && order.is_ge(),
        Operator::Less => is_comparable && order.is_lt(),
        Operator::LessOrEqual => is_comparable && order.is_le(),
        Operator::Pessimistic => {
            let is_final = wanted.is_prerelease() && !version.is_prerelease();
            let is_longer = wanted.numbers.len() > version.numbers.len().max(3);
            let fixed = wanted.numbers.len().saturating_sub(1);
            let is_close = (0..fixed).all(|it| version.number(it) == wanted.number(it));
            is_comparable && !is_final && !is_longer && order.is_ge() && is_close
        }
    }
}

impl FromStr for VersionConstraint {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        const OPERATORS: [(&str, Operator); 7] = [
            (">=", Operator::GreaterOrEqual),
            ("<=", Operator::LessOrEqual),
            ("!=", Operator::NotEqual),
            ("~>", Operator::Pessimistic),
            (">", Operator::Greater),
            ("<", Operator::Less),
            ("=", Operator::Equal),
        ];
        let condition = |part: &str| {
            let part = part.trim();
            let found =
                OPERATORS.iter().find_map(|(sign, operator)| Some((*operator, part.strip_prefix(sign)?)));
            let (operator, version) = found.unwrap_or((Operator::Equal, part));
            Ok((operator, version.parse()?))
        };
        text.split(',').map(condition).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_hold_as_in_terraform() {
        let check = |constraint: &str, version: &str, expected: bool| {
            let parsed: VersionConstraint = constraint.parse().unwrap();
            assert_eq!(parsed.matches(&version.parse().unwrap()), expected, "{version} {constraint}");
        };
        check("1.2", "1.2.0", true);
        check(">= 1.0, < 2.0", "1.11.4", true);
        check(">= 1.0, < 2.0", "2.0.0", false);
        check("~> 1.11.0", "1.11.4", true);
        check("~> 1.11.0", "1.12.0", false);
        check("~> 1.5", "1.11.4", true);
        check("~> 1.5", "2.0.0", false);
        check("~> 1", "1.9.0", true);
        check("~> 1", "2.0.0", true);
        check("~> 1", "0.9.0", false);
        check("~> 1.11.4.0", "1.11.4", false);
        check("!= 1.11.4", "1.11.4", false);
        check("> 1.11.4", "1.11.4", false);
        check("<=1.11.4", "1.11.4", true);
        check(">= 1.0.0", "1.1.0-rc1", false);
        check(">= 1.1.0-beta2", "1.1.0-rc1", true);
        check("= v1.1.0", "1.1.0", true);
        check("~> 1.1.0-rc1", "1.1.0-rc2", true);
        check("~> 1.1.0-rc1", "1.1.0", false);
        check(">= 1.0+meta", "1.0.0", true);
        check("1.0rc1", "1.0.0-rc1", true);
    }

    #[test]
    fn prereleases_come_before_the_final_version() {
        let versions = ["1.0.0-alpha.1", "1.0.0-alpha.2", "1.0.0-alpha.10", "1.0.0-beta", "1.0.0", "1.0.1"];
        let parsed: Vec<Version> = versions.iter().map(|it| it.parse().unwrap()).collect();
        assert!(parsed.is_sorted());
        assert_eq!(parsed.iter().map(ToString::to_string).collect::<Vec<_>>(), versions);
    }

    #[test]
    fn constraints_have_one_spelling() {
        let check = |constraint: &str, expected: &str| {
            assert_eq!(constraint.parse::<VersionConstraint>().unwrap().canonical(), expected);
        };
        check("1.2", "1.2.0");
        check("=1.2.3", "1.2.3");
        check(">=5", ">= 5.0.0");
        check("~> 5.0", "~> 5.0");
        check("~> 5.0.1", "~> 5.0.1");
        check("< 2.0,>= 1.5, >=1.5.0", ">= 1.5.0, < 2.0.0");
        check("!= 1.0.0-rc1", "!= 1.0.0-rc1");
        check("< 6, ~> 5.0", "~> 5.0, < 6.0.0");
        check("~> 1.0-beta", "~> 1.0-beta");
        check("> 1, < 2, != 1.5.0, >= 1.2", "> 1.0.0, >= 1.2.0, != 1.5.0, < 2.0.0");
        check(
            ">= 1.0, > 1.0, ~> 1.0, != 1.0, <= 1.0, < 1.0, = 1.0",
            "> 1.0.0, >= 1.0.0, 1.0.0, ~> 1.0, <= 1.0.0, < 1.0.0, != 1.0.0",
        );
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["x y", "", ">= ", "1..2", "1.x", "=> 1.0", "vv1", "1+", "1.0-a..b", "99999999999999999999"]
        {
            assert!(text.parse::<VersionConstraint>().is_err(), "{text:?}");
        }
    }
}
