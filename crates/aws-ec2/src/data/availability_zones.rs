use rinfra_aws_kit::{Cx, DataSource, Result};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, Set};

use super::filter::{self, Filter};
use crate::api::{Ec2, by};

/// The Availability Zones of a Region.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[data(name = "aws_availability_zones", timeouts(read = "20m"))]
pub(crate) struct AvailabilityZones {
    id: Computed<Id>,
    /// Whether to include zones that the account has not opted in to.
    all_availability_zones: Option<bool>,
    exclude_names: Option<Set<String>>,
    exclude_zone_ids: Option<Set<String>>,
    group_names: Computed<Set<String>>,
    names: Computed<Vec<String>>,
    #[attr(choices("available", "information", "impaired", "unavailable", "constrained"))]
    state: Option<String>,
    zone_ids: Computed<Vec<String>>,
    #[block]
    filter: Set<Filter>,
}

impl DataSource for AvailabilityZones {
    type Api = Ec2;

    async fn read(&self, cx: &Cx<Ec2>) -> Result<Self> {
        let mut filters = filter::of(&self.filter, None);
        filters.extend(self.state.iter().map(|state| by("state", [state])));
        let request = cx.client().describe_availability_zones();
        let answer = request
            .set_all_availability_zones(self.all_availability_zones)
            .set_filters(Some(filters).filter(|it| !it.is_empty()))
            .send()
            .await?;
        let excludes = |list: &Option<Set<String>>, it: &Option<String>| {
            it.as_ref().is_some_and(|it| list.as_ref().is_some_and(|list| list.contains(it)))
        };
        let mut zones = answer.availability_zones.unwrap_or_default();
        zones.retain(|it| {
            !excludes(&self.exclude_names, &it.zone_name) && !excludes(&self.exclude_zone_ids, &it.zone_id)
        });
        zones.sort_by(|one, other| one.zone_name.cmp(&other.zone_name));
        let groups = zones.iter().map(|it| it.group_name.clone().unwrap_or_default()).collect();
        Ok(Self {
            id: Id::from(cx.region()).into(),
            group_names: Some(groups).into(),
            names: Some(zones.iter().filter_map(|it| it.zone_name.clone()).collect()).into(),
            zone_ids: Some(zones.iter().filter_map(|it| it.zone_id.clone()).collect()).into(),
            ..self.clone()
        })
    }
}
