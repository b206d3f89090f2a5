//! Route tables, for all that are read from them: tables, routes, associations, and the main table of a VPC.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::RouteTable;
use futures::future::try_join_all;
use rinfra_aws_kit::{Cx, Error, Gathering, Result};
use rinfra_schema::typed::Id;

use crate::api::{Ec2, VALUES, by};

/// What names a route table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// Its id.
    Table(String),
    /// The VPC whose main table it is.
    MainOf(String),
    /// A subnet that uses it.
    Subnet(String),
    /// A gateway that uses it.
    Gateway(String),
}

/// Where route tables are asked for.
pub(crate) type RouteTables = Gathering<Key, Arc<Vec<RouteTable>>>;

/// The filters, in the order in which one makes the next ones unnecessary.
const FILTERS: [&str; 4] = ["vpc-id", "route-table-id", "association.subnet-id", "association.gateway-id"];

impl Key {
    /// Returns the filter that finds the table, and its value.
    fn filter(&self) -> (&'static str, &str) {
        match self {
            Self::MainOf(id) => (FILTERS[0], id),
            Self::Table(id) => (FILTERS[1], id),
            Self::Subnet(id) => (FILTERS[2], id),
            Self::Gateway(id) => (FILTERS[3], id),
        }
    }
}

/// Returns the tables that these name, and others that are asked for at the same time.
pub(crate) async fn find(cx: &Cx<Ec2>, keys: impl IntoIterator<Item = Key>) -> Result<Arc<Vec<RouteTable>>> {
    let client = cx.client().sdk().clone();
    cx.client().route_tables().ask(keys, |keys| ask(client, keys)).await
}

/// Returns the ids of the main tables of VPCs, by VPC.
pub(crate) async fn main_of(cx: &Cx<Ec2>, vpcs: &[Id]) -> Result<BTreeMap<String, String>> {
    let tables = find(cx, vpcs.iter().map(|it| Key::MainOf(it.to_string()))).await?;
    let is_main = |it: &&RouteTable| it.associations().iter().any(|it| it.main == Some(true));
    let main = tables.iter().filter(is_main);
    Ok(main.filter_map(|it| Some((it.vpc_id.clone()?, it.route_table_id.clone()?))).collect())
}

/// The tables of a VPC are those of its routes and subnets as well: what an answer has told is not asked for again.
async fn ask(client: Client, mut keys: BTreeSet<Key>) -> Result<Arc<Vec<RouteTable>>> {
    let client = &client;
    let mut tables = Vec::new();
    for filter in FILTERS {
        let of_this = keys.iter().map(Key::filter).filter(|(name, _)| *name == filter);
        let values: Vec<&str> = of_this.map(|(_, value)| value).collect();
        let pages = values.chunks(VALUES).map(|page| async move {
            let request = client.describe_route_tables().filters(by(filter, page));
            let tables: Vec<RouteTable> = request.into_paginator().items().send().try_collect().await?;
            Ok::<_, Error>(tables)
        });
        for table in try_join_all(pages).await?.into_iter().flatten() {
            named(&table).for_each(|key| {
                keys.remove(&key);
            });
            tables.push(table);
        }
    }
    Ok(Arc::new(tables))
}

/// Returns everything that names a table.
fn named(table: &RouteTable) -> impl Iterator<Item = Key> {
    let own = table.route_table_id.clone().map(Key::Table);
    let associations = table.associations().iter().flat_map(|it| {
        let main = table.vpc_id.clone().filter(|_| it.main == Some(true)).map(Key::MainOf);
        let (subnet, gateway) =
            (it.subnet_id.clone().map(Key::Subnet), it.gateway_id.clone().map(Key::Gateway));
        [main, subnet, gateway].into_iter().flatten()
    });
    own.into_iter().chain(associations)
}
