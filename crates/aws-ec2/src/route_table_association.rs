use aws_sdk_ec2::types::{self as aws, RouteTableAssociationStateCode as State};
use rinfra_aws_kit::{
    ByName, Cx, Error, Named, Resource, Result, Seen, Settled, or_empty, or_gone, required,
};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id};

use crate::api::{Ec2, given};
use crate::route_tables::{self, Key};

/// Says which route table a subnet, or a gateway, uses.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_route_table_association", timeouts(create = "5m", update = "2m", delete = "5m"))]
pub(crate) struct RouteTableAssociation {
    #[attr(recomputed_by(route_table_id))]
    id: Computed<Id>,
    #[attr(force_new, exactly_one_of(subnet_id))]
    gateway_id: Option<String>,
    route_table_id: String,
    #[attr(force_new)]
    subnet_id: Option<String>,
}

impl Resource for RouteTableAssociation {
    type Api = Ec2;
    type Trace = ByName;
    const READ_BATCH: usize = usize::MAX;

    /// The subnet or gateway: it has at most one association, whose own id changes with the route table.
    fn identity(&self) -> Option<Id> {
        given(&self.subnet_id).or_else(|| given(&self.gateway_id)).map(Id::from)
    }

    /// Terraform imports by `subnet-1/rtb-1`.
    fn imported(id: &str) -> Id {
        Id::from(id.split_once('/').map_or(id, |(target, _)| target))
    }

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        let request = cx.client().associate_route_table().route_table_id(&self.route_table_id);
        let request = request.set_subnet_id(given(&self.subnet_id).map(str::to_owned));
        request.set_gateway_id(given(&self.gateway_id).map(str::to_owned)).send().await?;
        self.identity().ok_or_else(|| Error::invalid("an association needs a subnet_id or a gateway_id"))
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let key = |id: &Id| {
            if id.starts_with("subnet-") { Key::Subnet(id.to_string()) } else { Key::Gateway(id.to_string()) }
        };
        let tables = route_tables::find(cx, ids.iter().map(key)).await?;
        Ok(tables.iter().flat_map(|it| it.associations().iter().cloned()).filter_map(seen).collect())
    }

    async fn update(&self, prior: &Self, cx: &Cx<Ec2>) -> Result<()> {
        let association = required(prior.id.text(), "id")?;
        let request = cx.client().replace_route_table_association().association_id(association);
        request.route_table_id(&self.route_table_id).send().await?;
        Ok(())
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        let request = cx.client().disassociate_route_table().set_association_id(self.id.text());
        or_gone(request.send().await).map(drop)
    }
}

impl Named for RouteTableAssociation {}

fn seen(it: aws::RouteTableAssociation) -> Option<Seen<RouteTableAssociation>> {
    let state = it.association_state;
    let settled = match state.as_ref().and_then(|it| it.state.as_ref()) {
        None | Some(State::Associated) => Settled::Yes,
        Some(State::Disassociated) => Settled::Gone,
        Some(State::Failed) => Settled::Failed(state.and_then(|it| it.status_message).unwrap_or_default()),
        Some(_) => Settled::NotYet,
    };
    let association = RouteTableAssociation {
        id: Id::from(it.route_table_association_id?).into(),
        gateway_id: or_empty(it.gateway_id),
        route_table_id: it.route_table_id?,
        subnet_id: or_empty(it.subnet_id),
    };
    Some(Seen::new(association, settled))
}
