//! Guessing what a misspelt name was meant to be.

/// Returns the candidate most like `given`, or `None` when none is like it at all.
///
/// Terraform suggests names at most two edits away; two letters in the wrong order are one edit here. Long names may be three edits away, and a name of one or
/// two letters must keep one of them: otherwise every short name would be "like" every other.
pub fn did_you_mean<'a>(given: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = given.chars().count();
    let furthest = if length >= 9 { 3 } else { 2.min(length.max(2) - 1) };
    candidates
        .map(|candidate| (strsim::osa_distance(given, candidate), candidate))
        .filter(|&(distance, _)| distance <= furthest)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested() {
        let check = |given: &str, candidates: &[&'static str], expected: Option<&str>| {
            assert_eq!(did_you_mean(given, candidates.iter().copied()), expected, "{given}");
        };
        check("nmae", &["name", "names", "tags"], Some("name"));
        check("regoin", &["region", "version"], Some("region"));
        check("colour", &["size", "weight"], None);
        check("descriptoin", &["description"], Some("description"));
        check("prevent_destory_it", &["prevent_destroy"], None);
        check("a", &["b"], Some("b"));
        check("a", &["id"], None);
        check("ab", &["cd", "ad"], Some("ad"));
        check("cats", &["bats", "hats"], Some("bats"));
        check("x", &[], None);
    }
}
