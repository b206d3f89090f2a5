//! Finding partners among the elements of two sets.

use std::collections::BTreeMap;

use rinfra_value::Value;

/// Returns, for each of `wanted`, the position of its partner in `prior`: an equal element where there is one, or the
/// first for which `fits` holds. No element is the partner of two.
pub(super) fn partners(
    prior: &[Value],
    wanted: &[Value],
    mut fits: impl FnMut(&Value, &Value) -> bool,
) -> Vec<Option<usize>> {
    let positions: BTreeMap<&Value, usize> =
        prior.iter().enumerate().map(|(index, it)| (it, index)).collect();
    let mut found: Vec<_> = wanted.iter().map(|it| positions.get(it).copied()).collect();
    let mut taken = vec![false; prior.len()];
    for &index in found.iter().flatten() {
        taken[index] = true;
    }
    for (partner, wanted) in found.iter_mut().zip(wanted) {
        if partner.is_some() {
            continue;
        }
        *partner = prior.iter().enumerate().position(|(index, it)| !taken[index] && fits(it, wanted));
        if let Some(index) = *partner {
            taken[index] = true;
        }
    }
    found
}
