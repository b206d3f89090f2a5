use rinfra_aws_kit::{Cx, DataSource, Result};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, Map, OrComputed, Set};

use super::filter::{self, Filter};
use crate::api::Ec2;

/// The ids of all subnets that fulfil some conditions.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[data(name = "aws_subnets", timeouts(read = "20m"))]
pub(crate) struct Subnets {
    id: Computed<Id>,
    ids: Computed<Vec<String>>,
    tags: OrComputed<Map<String>>,
    #[block]
    filter: Set<Filter>,
}

impl DataSource for Subnets {
    type Api = Ec2;

    async fn read(&self, cx: &Cx<Ec2>) -> Result<Self> {
        let filters = Some(filter::of(&self.filter, self.tags.value())).filter(|it| !it.is_empty());
        let mut pages = cx.client().describe_subnets().set_filters(filters).into_paginator().items().send();
        let mut ids = Vec::new();
        while let Some(it) = pages.try_next().await? {
            ids.extend(it.subnet_id);
        }
        Ok(Self { id: Id::from(cx.region()).into(), ids: Some(ids).into(), ..self.clone() })
    }
}
