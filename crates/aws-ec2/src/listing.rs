//! Many objects by their ids, or all of the Region: whichever takes fewer calls.

use std::collections::BTreeSet;

use futures::future::try_join_all;
use rinfra_aws_kit::Result;

use crate::api::VALUES;

/// The largest page of most describe calls.
pub(crate) const LARGEST_PAGE: i32 = 1000;

/// One page of a listing, and where the next one begins.
pub(crate) type Page<T> = (Vec<T>, Option<String>);

/// Returns those of the wanted objects that exist.
///
/// A filter takes 200 ids and a page holds 1,000 objects: many of the Region's objects are read faster with all the
/// others. How many others there are nobody knows; after half as many pages as asking by ids takes, those that are
/// missing still are asked for by their ids.
pub(crate) async fn find<T, All, Some>(
    wanted: impl IntoIterator<Item = String>,
    id: impl Fn(&T) -> Option<&str>,
    list: impl Fn(Option<String>) -> All,
    by_ids: impl Fn(Vec<String>) -> Some,
) -> Result<Vec<T>>
where
    All: Future<Output = Result<Page<T>>>,
    Some: Future<Output = Result<Vec<T>>>,
{
    let mut missing: BTreeSet<String> = wanted.into_iter().collect();
    let mut found = Vec::new();
    let mut next = None;
    for _ in 0..missing.len().div_ceil(VALUES) / 2 {
        let (page, token) = list(next.take()).await?;
        found.extend(page.into_iter().filter(|it| id(it).is_some_and(|it| missing.remove(it))));
        if token.is_none() || missing.is_empty() {
            return Ok(found);
        }
        next = token;
    }
    let missing: Vec<String> = missing.into_iter().collect();
    let pages = try_join_all(missing.chunks(VALUES).map(|page| by_ids(page.to_vec()))).await?;
    found.extend(pages.into_iter().flatten());
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Page, find};
    use rinfra_aws_kit::Result;
    use std::cell::RefCell;

    /// Finds `wanted` of a Region that has the numbers below `size`, 1,000 a page; returns what was found, and how
    /// many pages and filters that took.
    async fn calls(wanted: std::ops::Range<usize>, size: usize) -> (usize, usize, usize) {
        let (pages, filters) = (RefCell::new(0), RefCell::new(0));
        let list = async |token: Option<String>| -> Result<Page<String>> {
            *pages.borrow_mut() += 1;
            let start: usize = token.map_or(0, |it| it.parse().unwrap());
            let end = size.min(start + 1000);
            let page = (start..end).map(|it| it.to_string()).collect();
            Ok((page, (end < size).then(|| end.to_string())))
        };
        let by_ids = async |ids: Vec<String>| -> Result<Vec<String>> {
            *filters.borrow_mut() += 1;
            Ok(ids.into_iter().filter(|it| it.parse::<usize>().unwrap() < size).collect())
        };
        let wanted = wanted.map(|it| it.to_string());
        let found = find(wanted, |it: &String| Some(it), list, by_ids).await.unwrap();
        let (pages, filters) = (*pages.borrow(), *filters.borrow());
        (found.len(), pages, filters)
    }

    #[tokio::test]
    async fn few_are_asked_for_by_their_ids_and_many_with_all_others() {
        assert_eq!(calls(0..200, 100_000).await, (200, 0, 1));
        assert_eq!(calls(0..300, 300).await, (300, 1, 0));
        assert_eq!(calls(0..3_000, 3_000).await, (3_000, 3, 0));
        assert_eq!(calls(0..3_000, 2_500).await, (2_500, 3, 0), "those that are gone nobody asks for again");
    }

    #[tokio::test]
    async fn a_crowded_region_costs_half_as_much_again_at_most() {
        assert_eq!(calls(99_000..99_400, 100_000).await, (400, 1, 2));
        assert_eq!(calls(90_000..93_000, 100_000).await, (3_000, 7, 15));
    }
}
