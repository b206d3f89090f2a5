//! How many calls a second the user wants at most.

use rinfra_throttling::service_named;

use crate::settings::AwsProviderConfig;
use crate::wire::Ceilings;
use crate::{Error, Result};

/// Returns how many calls of each operation a second are wanted at most, by service as signatures name it.
///
/// *Errors*: services nothing is known of, and what is no rate.
pub(crate) fn ceilings(config: &AwsProviderConfig) -> Result<Ceilings> {
    let mut ceilings = Ceilings::new();
    for (name, a_second) in config.api_rate_limits.iter().flatten() {
        let Some(service) = service_named(name) else {
            return Err(Error::invalid(format!(
                "api_rate_limits names {name:?}, which is no service it is about"
            ))
            .with_hint("services are named as in endpoints, such as ec2, iam or logs"));
        };
        if !a_second.is_finite() || *a_second <= 0.0 {
            let message = format!("api_rate_limits says {a_second} calls a second for {name}");
            return Err(Error::invalid(message).with_hint("say a number greater than 0, such as 0.5"));
        }
        let ceiling = ceilings.entry(service.to_owned()).or_insert(*a_second);
        *ceiling = ceiling.min(*a_second);
    }
    Ok(ceilings)
}

#[cfg(test)]
mod tests {
    use super::ceilings;
    use crate::settings::AwsProviderConfig;

    fn check(given: &[(&str, f64)], expected: Result<&[(&str, f64)], &str>) {
        let limits = given.iter().map(|(name, it)| ((*name).to_owned(), *it)).collect();
        let config = AwsProviderConfig { api_rate_limits: Some(limits), ..AwsProviderConfig::default() };
        let found = ceilings(&config).map_err(|it| it.message().to_owned());
        let expected = expected.map(|it| it.iter().map(|(name, it)| ((*name).to_owned(), *it)).collect());
        assert_eq!(found, expected.map_err(str::to_owned), "{given:?}");
    }

    #[test]
    fn services_are_named_as_in_endpoints() {
        check(&[], Ok(&[]));
        check(&[("ec2", 0.5), ("elbv2", 2.0)], Ok(&[("ec2", 0.5), ("elasticloadbalancing", 2.0)]));
        check(&[("elb", 3.0), ("elbv2", 2.0)], Ok(&[("elasticloadbalancing", 2.0)]));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        check(&[("moon", 1.0)], Err("api_rate_limits names \"moon\", which is no service it is about"));
        check(&[("ec2", 0.0)], Err("api_rate_limits says 0 calls a second for ec2"));
        check(&[("ec2", -1.0)], Err("api_rate_limits says -1 calls a second for ec2"));
    }
}
