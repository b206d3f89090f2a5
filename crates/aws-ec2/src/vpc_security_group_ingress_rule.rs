use rinfra_aws_kit::{ByName, Cidr, Cx, Draft, Lost, Named, Resource, Result, Seen, Tags};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id};

use crate::api::Ec2;
use crate::group_changes::Direction;
use crate::permission::Protocol;
use crate::single_rule::SingleRule;

/// One rule of a security group about what comes in.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_vpc_security_group_ingress_rule")]
pub(crate) struct VpcSecurityGroupIngressRule {
    id: Computed<Id>,
    arn: Computed<String>,
    #[attr(exactly_one_of(cidr_ipv6, prefix_list_id, referenced_security_group_id))]
    cidr_ipv4: Option<Cidr>,
    cidr_ipv6: Option<Cidr>,
    description: Option<String>,
    #[attr(min = -1, max = 65535)]
    from_port: Option<i32>,
    ip_protocol: Protocol,
    prefix_list_id: Option<String>,
    referenced_security_group_id: Option<String>,
    #[attr(force_new)]
    security_group_id: String,
    security_group_rule_id: Computed<String>,
    #[attr(min = -1, max = 65535)]
    to_port: Option<i32>,
    tags: Tags,
}

impl Resource for VpcSecurityGroupIngressRule {
    type Api = Ec2;
    type Trace = ByName;
    const READ_BATCH: usize = usize::MAX;

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        self.single().create(Direction::Ingress, cx).await
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let rules = SingleRule::read(cx, ids, Direction::Ingress).await?;
        Ok(rules.into_iter().map(|it| Seen::from(Self::of(it))).collect())
    }

    async fn update(&self, _: &Self, cx: &Cx<Ec2>) -> Result<()> {
        self.single().update(cx).await
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        self.single().delete(Direction::Ingress, cx).await
    }

    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        Cidr::check("cidr_ipv4", &draft.config("cidr_ipv4"))?;
        Cidr::check("cidr_ipv6", &draft.config("cidr_ipv6"))
    }
}

impl Named for VpcSecurityGroupIngressRule {
    /// A group has no two rules of the same contents.
    async fn find(lost: &[Lost<Self>]) -> Result<Vec<Option<Id>>> {
        let Some(first) = lost.first() else { return Ok(Vec::new()) };
        let wanted: Vec<SingleRule> = lost.iter().map(|it| it.object.single()).collect();
        SingleRule::find(&first.cx, &wanted, Direction::Ingress).await
    }
}

impl VpcSecurityGroupIngressRule {
    fn single(&self) -> SingleRule {
        SingleRule {
            id: self.id.0.clone(),
            arn: self.arn.0.clone(),
            cidr_ipv4: self.cidr_ipv4.clone().map(String::from),
            cidr_ipv6: self.cidr_ipv6.clone().map(String::from),
            description: self.description.clone(),
            from_port: self.from_port,
            ip_protocol: self.ip_protocol.to_string(),
            prefix_list_id: self.prefix_list_id.clone(),
            referenced_security_group_id: self.referenced_security_group_id.clone(),
            security_group_id: self.security_group_id.clone(),
            to_port: self.to_port,
            tags: self.tags.clone(),
        }
    }

    fn of(it: SingleRule) -> Self {
        Self {
            security_group_rule_id: it.id.clone().map(String::from).into(),
            id: it.id.into(),
            arn: it.arn.into(),
            cidr_ipv4: it.cidr_ipv4.map(Cidr::new),
            cidr_ipv6: it.cidr_ipv6.map(Cidr::new),
            description: it.description,
            from_port: it.from_port,
            ip_protocol: Protocol(it.ip_protocol),
            prefix_list_id: it.prefix_list_id,
            referenced_security_group_id: it.referenced_security_group_id,
            security_group_id: it.security_group_id,
            to_port: it.to_port,
            tags: it.tags,
        }
    }
}
