//! What the framework adds to every plan: the Region, all tags, and checked timeouts.

use std::sync::Arc;

use rinfra_provider::{PlanRequest, Planned};
use rinfra_value::{Type, Value};

use crate::account::Account;
use crate::erased::ResourceKind;
use crate::object::{self, REGION, TAGS, TAGS_ALL};
use crate::tags;
use crate::{Draft, Error, Result, partition};

/// Finishes the plan of one object.
///
/// *Errors*: arguments no apply could satisfy.
pub(super) fn finish(
    kind: &Arc<dyn ResourceKind>,
    account: &Account,
    request: &PlanRequest<'_>,
) -> Result<Planned> {
    let mut draft = Draft::new(request.prior, request.config, &request.proposed);
    let attributes = &kind.schema().block.attributes;
    if attributes.contains_key(REGION) {
        plan_region(&mut draft, account)?;
    }
    if attributes.contains_key(TAGS_ALL) {
        plan_tags(&mut draft, account);
    }
    object::timeouts(kind.schema().timeouts, request.config)?;
    kind.plan(&mut draft)?;
    let (value, replace) = draft.finish();
    Ok(Planned { value, replace })
}

fn plan_region(draft: &mut Draft<'_>, account: &Account) -> Result<()> {
    let given = draft.config(REGION);
    let region = if given.is_null() { Value::string(account.region.as_str()) } else { given };
    if let Some(name) = region.as_str()
        && name != account.region.as_str()
        && !partition::is_region_name(name)
    {
        return Err(Error::invalid(format!("{name:?} is not the name of a Region")));
    }
    let prior = draft.prior(REGION);
    let moves = !prior.is_null() && prior.as_str() != region.as_str();
    draft.set(REGION, region);
    if moves {
        draft.replace(REGION);
    }
    Ok(())
}

fn plan_tags(draft: &mut Draft<'_>, account: &Account) {
    let planned = draft.planned(TAGS);
    let all = match account.tags.all(&planned) {
        Some(all) => {
            let prior = draft.prior(TAGS_ALL);
            tags::value(&all, (!draft.is_create()).then_some(&prior))
        }
        None => Value::unknown(Type::map(Type::String)),
    };
    draft.set(TAGS_ALL, all.with_marks(planned.marks_deep()));
}
