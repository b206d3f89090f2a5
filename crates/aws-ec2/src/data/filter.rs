use aws_sdk_ec2::types::Filter as AwsFilter;
use rinfra_derive::Schema;
use rinfra_schema::typed::{Map, Set};

use crate::api::by;

/// A condition in the words of EC2's describe calls.
#[derive(Schema, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Filter {
    name: String,
    values: Set<String>,
}

/// Returns the conditions of a configuration, its tags among them.
pub(crate) fn of(filters: &Set<Filter>, tags: Option<&Map<String>>) -> Vec<AwsFilter> {
    let filters = filters.iter().map(|it| by(&it.name, &it.values));
    let tags = tags.into_iter().flatten().map(|(key, value)| by(&format!("tag:{key}"), [value]));
    filters.chain(tags).collect()
}
