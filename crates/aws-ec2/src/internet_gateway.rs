use aws_sdk_ec2::types::{self as aws, ResourceType};
use rinfra_aws_kit::{ByTag, Cx, Resource, Result, Seen, Settled, Tags, or_empty, or_gone, required};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, OrComputed};

use crate::api::{Ec2, by, given, tagged, tags};

/// The way from a VPC to the internet and back.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_internet_gateway", timeouts(create = "20m", update = "20m", delete = "20m"))]
pub(crate) struct InternetGateway {
    id: Computed<Id>,
    arn: Computed<String>,
    owner_id: Computed<String>,
    /// The VPC the gateway is attached to.
    vpc_id: OrComputed<String>,
    tags: Tags,
}

impl Resource for InternetGateway {
    type Api = Ec2;
    type Trace = ByTag;
    const READ_BATCH: usize = 200;

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        let request = cx.client().create_internet_gateway();
        let made = request.set_tag_specifications(tagged(ResourceType::InternetGateway, cx)).send().await?;
        required(made.internet_gateway.and_then(|it| it.internet_gateway_id), "InternetGatewayId")
            .map(Id::from)
    }

    async fn complete(&self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        match self.attach(id, cx).await {
            // The answer was lost and the call repeated: nobody else knows the gateway yet.
            Err(error) if error.code() == Some("Resource.AlreadyAssociated") => Ok(()),
            done => done,
        }
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let request = cx.client().describe_internet_gateways().filters(by("internet-gateway-id", ids));
        let mut pages = request.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(it) = pages.try_next().await? {
            found.push(seen(cx, it)?);
        }
        Ok(found)
    }

    async fn update(&self, prior: &Self, cx: &Cx<Ec2>) -> Result<()> {
        prior.detach(cx).await?;
        self.attach(required(self.id.value(), "id")?, cx).await
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        self.detach(cx).await?;
        let request = cx.client().delete_internet_gateway().set_internet_gateway_id(self.id.text());
        or_gone(request.send().await).map(drop)
    }
}

impl InternetGateway {
    async fn attach(&self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        if let Some(vpc) = given(&self.vpc_id) {
            let request = cx.client().attach_internet_gateway().internet_gateway_id(id.as_str());
            request.vpc_id(vpc).send().await?;
        }
        Ok(())
    }

    async fn detach(&self, cx: &Cx<Ec2>) -> Result<()> {
        let Some(vpc) = given(&self.vpc_id) else { return Ok(()) };
        let request = cx.client().detach_internet_gateway().set_internet_gateway_id(self.id.text());
        match or_gone(request.vpc_id(vpc).send().await) {
            Err(error) if error.code() != Some("Gateway.NotAttached") => Err(error),
            _ => Ok(()),
        }
    }
}

fn seen(cx: &Cx<Ec2>, it: aws::InternetGateway) -> Result<Seen<InternetGateway>> {
    let id = required(it.internet_gateway_id, "InternetGatewayId")?;
    let owner = it.owner_id.unwrap_or_default();
    let attachment = it.attachments.into_iter().flatten().next();
    let state = attachment.as_ref().and_then(|it| it.state.as_ref()).map(aws::AttachmentStatus::as_str);
    // EC2 says "available" for internet gateways where it says "attached" for everything else.
    let settled = match state {
        None => Settled::Yes,
        state => Settled::when(state, &["available", "attached"]),
    };
    let gateway = InternetGateway {
        arn: cx.arn("ec2", &owner, &format!("internet-gateway/{id}")).into(),
        id: Id::from(id).into(),
        owner_id: owner.into(),
        vpc_id: or_empty(attachment.and_then(|it| it.vpc_id)).into(),
        tags: tags(it.tags),
    };
    Ok(Seen::new(gateway, settled))
}
