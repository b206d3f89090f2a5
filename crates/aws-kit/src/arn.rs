//! Amazon Resource Names.

use std::fmt;

/// An ARN in its six parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// The partition, such as `aws`.
    pub partition: &'a str,
    /// The service, such as `ec2`.
    pub service: &'a str,
    /// The Region; empty for global services.
    pub region: &'a str,
    /// The account id; empty where the resource's name is unique in the world.
    pub account: &'a str,
    /// The rest: `vpc/vpc-1`, `role/path/name`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Reads an ARN; `None` when the text is none.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        let arn = Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        };
        (!arn.partition.is_empty() && !arn.service.is_empty() && !arn.resource.is_empty()).then_some(arn)
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::Arn;

    #[test]
    fn an_arn_is_read_and_written() {
        for text in
            ["arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1", "arn:aws:s3:::bucket", "arn:aws:x:::a:b:c"]
        {
            assert_eq!(Arn::parse(text).map(|it| it.to_string()).as_deref(), Some(text));
        }
        for text in ["", "arn", "arn:aws:ec2:us-east-1:1:", "arn::ec2:::x", "x:aws:ec2:::x"] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }
}
