//! How often calls are made, as configurations, the environment and the shared configuration files say.

use std::borrow::Cow;

use aws_config::profile::ProfileSet;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

use crate::settings::AwsProviderConfig;
use crate::wire::{ATTEMPTS, Patience};
use crate::{Error, Result};

/// The ways to retry that AWS knows. Here they are one: how many calls are in flight always follows from what the
/// services say of them.
const MODES: [&str; 2] = ["standard", "adaptive"];

/// Where the environment and the shared configuration files are.
pub(crate) struct Surroundings {
    pub(crate) env: Env,
    pub(crate) fs: Fs,
}

impl Surroundings {
    /// Returns those of this process.
    pub(crate) fn real() -> Self {
        Self { env: Env::real(), fs: Fs::real() }
    }
}

/// Returns how often calls are made: as the configuration says, else the environment, else the profile, else as often
/// as Terraform makes them.
///
/// *Errors*: what is no number, and ways to retry that nobody knows.
pub(crate) async fn patience(
    config: &AwsProviderConfig,
    files: Option<EnvConfigFiles>,
    surroundings: &Surroundings,
) -> Result<Patience> {
    let Surroundings { env, fs } = surroundings;
    let name = config.profile.clone().map(Cow::Owned);
    // Files that cannot be read are complained of by those who look for credentials in them.
    let profile = aws_config::profile::load(fs, env, &files.unwrap_or_default(), name).await.ok();
    let said = Said { env, profile: profile.as_ref() };
    if let (None, Some((mode, place))) = (&config.retry_mode, said.first("AWS_RETRY_MODE", "retry_mode"))
        && !MODES.contains(&mode.to_lowercase().as_str())
    {
        return Err(Error::invalid(format!("{place} is {mode:?}"))
            .with_hint("ways to retry are \"standard\" and \"adaptive\""));
    }
    match config.max_retries {
        None | Some(0) => {}
        Some(given) => {
            let refusal = |_| Error::invalid(format!("max_retries is {given}; it cannot be negative"));
            return u32::try_from(given).map(|attempts| Patience { attempts }).map_err(refusal);
        }
    }
    let Some((attempts, place)) = said.first("AWS_MAX_ATTEMPTS", "max_attempts") else {
        return Ok(Patience { attempts: ATTEMPTS });
    };
    match attempts.parse() {
        Ok(0) => Ok(Patience { attempts: ATTEMPTS }),
        Ok(attempts) => Ok(Patience { attempts }),
        Err(_) => Err(Error::invalid(format!("{place} is {attempts:?}; it has to be a number"))),
    }
}

/// What is said outside of the configuration.
struct Said<'s> {
    env: &'s Env,
    profile: Option<&'s ProfileSet>,
}

impl Said<'_> {
    /// Returns what is said first, and where.
    fn first(&self, variable: &'static str, key: &'static str) -> Option<(String, String)> {
        let variable = self.env.get(variable).ok().map(|value| (value, variable.to_owned()));
        let in_profile = || {
            let profile = self.profile?;
            let value = profile.get(key)?.to_owned();
            Some((value, format!("{key} of the profile {:?}", profile.selected_profile())))
        };
        variable.filter(|(value, _)| !value.is_empty()).or_else(in_profile)
    }
}

#[cfg(test)]
mod tests {
    use super::{Env, Fs, Surroundings, patience};
    use crate::settings::AwsProviderConfig;

    const FILE: &str = "[default]\nmax_attempts = 4\n[profile ours]\nmax_attempts = 5\nretry_mode = adaptive\n\
                        [profile odd]\nretry_mode = legacy\n[profile wrong]\nmax_attempts = many\n";

    async fn check(config: AwsProviderConfig, variables: &[(&str, &str)], expected: Result<u32, &str>) {
        let home = [("HOME", "/home/me")];
        let env = Env::from_slice(&home.iter().chain(variables).copied().collect::<Vec<_>>());
        let fs = Fs::from_slice(&[("/home/me/.aws/config", FILE)]);
        let found = patience(&config, None, &Surroundings { env, fs }).await;
        let found = found.map(|it| it.attempts).map_err(|it| it.message().to_owned());
        assert_eq!(found, expected.map_err(str::to_owned), "{config:?} {variables:?}");
    }

    fn config(max_retries: Option<i64>, profile: Option<&str>) -> AwsProviderConfig {
        AwsProviderConfig { max_retries, profile: profile.map(str::to_owned), ..AwsProviderConfig::default() }
    }

    #[tokio::test]
    async fn the_nearest_word_counts() {
        let env = [("AWS_MAX_ATTEMPTS", "3")];
        check(config(Some(2), Some("ours")), &env, Ok(2)).await;
        check(config(None, Some("ours")), &env, Ok(3)).await;
        check(config(Some(0), Some("ours")), &[], Ok(5)).await;
        check(config(None, None), &[("AWS_PROFILE", "ours")], Ok(5)).await;
        check(config(None, None), &[], Ok(4)).await;
        check(config(None, Some("unknown")), &[], Ok(25)).await;
        check(config(None, None), &[("AWS_MAX_ATTEMPTS", "")], Ok(4)).await;
        check(config(None, None), &[("AWS_MAX_ATTEMPTS", "0")], Ok(25)).await;
    }

    #[tokio::test]
    async fn what_makes_no_sense_is_refused() {
        let negative = "max_retries is -1; it cannot be negative";
        check(config(Some(-1), None), &[], Err(negative)).await;
        let many = "max_attempts of the profile \"wrong\" is \"many\"; it has to be a number";
        check(config(None, Some("wrong")), &[], Err(many)).await;
        let variable = "AWS_MAX_ATTEMPTS is \"-2\"; it has to be a number";
        check(config(None, None), &[("AWS_MAX_ATTEMPTS", "-2")], Err(variable)).await;
        let legacy = "retry_mode of the profile \"odd\" is \"legacy\"";
        check(config(None, Some("odd")), &[], Err(legacy)).await;
        check(config(None, Some("odd")), &[("AWS_RETRY_MODE", "Standard")], Ok(25)).await;
        let chosen =
            AwsProviderConfig { retry_mode: Some("standard".to_owned()), ..config(None, Some("odd")) };
        check(chosen, &[], Ok(25)).await;
    }
}
