//! Which elements of two sequences belong together.

/// Above so many pairs, looking for the best match would take longer than a reader wants to wait.
const MOST_PAIRS: usize = 4_000_000;

/// Positions that belong together: in the old sequence, in the new one, or in both.
pub(super) type Pair = (Option<usize>, Option<usize>);

/// Pairs the elements of two lists: those of the longest common subsequence, and between them those that
/// `related` says may have become each other.
pub(super) fn pair_lists<T: PartialEq>(old: &[T], new: &[T], related: impl Fn(&T, &T) -> bool) -> Vec<Pair> {
    let common = common_subsequence(old, new);
    let mut pairs = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    for (next_old, next_new) in common.into_iter().chain([(old.len(), new.len())]) {
        while at_old < next_old {
            if at_new < next_new && related(&old[at_old], &new[at_new]) {
                pairs.push((Some(at_old), Some(at_new)));
                at_new += 1;
            } else {
                pairs.push((Some(at_old), None));
            }
            at_old += 1;
        }
        pairs.extend((at_new..next_new).map(|it| (None, Some(it))));
        if next_old < old.len() {
            pairs.push((Some(next_old), Some(next_new)));
        }
        (at_old, at_new) = (next_old + 1, next_new + 1);
    }
    pairs
}

/// Pairs two lists by position.
pub(super) fn pair_positions(old: usize, new: usize) -> Vec<Pair> {
    (0..old.max(new)).map(|it| (Some(it).filter(|it| *it < old), Some(it).filter(|it| *it < new))).collect()
}

/// Pairs the elements of two sets: those that are equal, each once.
pub(super) fn pair_sets<T: PartialEq>(old: &[T], new: &[T]) -> Vec<Pair> {
    let mut taken = vec![false; new.len()];
    let mut pairs = Vec::new();
    for (position, value) in old.iter().enumerate() {
        let same = (0..new.len()).find(|it| !taken[*it] && new[*it] == *value);
        if let Some(same) = same {
            taken[same] = true;
        }
        pairs.push((Some(position), same));
    }
    pairs.extend((0..new.len()).filter(|it| !taken[*it]).map(|it| (None, Some(it))));
    pairs
}

/// How many lines around a change of a text are shown.
const CONTEXT: usize = 3;

/// How many lines have to stay in a row before they are hidden.
const WORTH_HIDING: usize = 10;

/// Tells which lines of a text to show, given which change: these, a few around them, and everything between them that
/// is not long.
pub(super) fn excerpts(changes: impl Iterator<Item = bool>) -> Vec<bool> {
    let changes: Vec<_> = changes.collect();
    let mut shown = changes.clone();
    let mut at = 0;
    while at < changes.len() {
        let end = (at..changes.len()).find(|it| changes[*it]).unwrap_or(changes.len());
        let from = if at == 0 { 0 } else { at + CONTEXT };
        let to = if end == changes.len() { end } else { end.saturating_sub(CONTEXT) };
        let hides = to.saturating_sub(from) >= WORTH_HIDING && to - from < changes.len();
        let unchanged = shown.iter_mut().enumerate().take(end).skip(at);
        unchanged.for_each(|(position, it)| *it = !hides || position < from || position >= to);
        at = end + 1;
    }
    shown
}

/// Returns the positions of a longest sequence of elements that both lists have in the same order.
fn common_subsequence<T: PartialEq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let shorter = old.len().min(new.len());
    let start = (0..shorter).take_while(|it| old[*it] == new[*it]).count();
    let end =
        (0..shorter - start).take_while(|it| old[old.len() - 1 - it] == new[new.len() - 1 - it]).count();
    let (old_rest, new_rest) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    let mut common: Vec<_> = (0..start).map(|it| (it, it)).collect();
    if old_rest.len().saturating_mul(new_rest.len()) <= MOST_PAIRS {
        common.extend(
            longest(old_rest, new_rest).into_iter().map(|(left, right)| (left + start, right + start)),
        );
    }
    common.extend((0..end).map(|it| (old.len() - end + it, new.len() - end + it)));
    common
}

fn longest<T: PartialEq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    for left in 0..old.len() {
        for right in 0..new.len() {
            let diagonal = lengths[left * width + right];
            let longer = lengths[left * width + right + 1].max(lengths[(left + 1) * width + right]);
            lengths[(left + 1) * width + right + 1] =
                if old[left] == new[right] { diagonal + 1 } else { longer };
        }
    }
    let (mut left, mut right) = (old.len(), new.len());
    let mut common = Vec::new();
    while left > 0 && right > 0 {
        if old[left - 1] == new[right - 1] {
            common.push((left - 1, right - 1));
            (left, right) = (left - 1, right - 1);
        } else if lengths[left * width + right - 1] >= lengths[(left - 1) * width + right] {
            right -= 1;
        } else {
            left -= 1;
        }
    }
    common.reverse();
    common
}

#[cfg(test)]
mod tests {
    use super::{excerpts, pair_lists, pair_positions, pair_sets};

    /// Renders pairs as `old:new`, `old:-` and `-:new`.
    fn shown(pairs: &[super::Pair]) -> String {
        let side = |it: Option<usize>| it.map_or_else(|| "-".to_owned(), |it| it.to_string());
        pairs.iter().map(|(old, new)| format!("{}:{} ", side(*old), side(*new))).collect()
    }

    #[test]
    fn lists_keep_what_they_have_in_common() {
        let check = |old: &str, new: &str, expected: &str| {
            let characters = |text: &str| text.chars().collect::<Vec<_>>();
            let pairs = pair_lists(&characters(old), &characters(new), |_, new| new.is_ascii_digit());
            assert_eq!(shown(&pairs), expected, "{old} {new}");
        };
        check("", "", "");
        check("abc", "abc", "0:0 1:1 2:2 ");
        check("abc", "ac", "0:0 1:- 2:1 ");
        check("ac", "abc", "0:0 -:1 1:2 ");
        check("axc", "ayc", "0:0 1:- -:1 2:2 ");
        check("axc", "a1c", "0:0 1:1 2:2 ");
        check("ab", "ba", "0:- 1:0 -:1 ");
        check("xab", "aby", "0:- 1:0 2:1 -:2 ");
    }

    #[test]
    fn long_lists_are_not_compared_at_length() {
        let old: Vec<_> = (0..5000).collect();
        let new: Vec<_> = (0..5000).map(|it| if it == 0 { 0 } else { it + 10_000 }).collect();
        assert_eq!(pair_lists(&old, &new, |_, _| false).len(), 1 + 4999 * 2);
    }

    #[test]
    fn long_texts_show_what_is_near_a_change() {
        let check = |given: &str, expected: &str| {
            let shown = excerpts(given.chars().map(|it| it == 'x'));
            let text: String = shown.into_iter().map(|it| if it { '.' } else { '-' }).collect();
            assert_eq!(text, expected, "{given}");
        };
        check("", "");
        check("            ", "............");
        check("            x", ".............");
        check("             x", "----------....");
        check("x             ", "....----------");
        check("x            x", "..............");
        check("x                x", "....----------....");
        check("xx                xx", ".....----------.....");
    }

    #[test]
    fn positions_and_sets() {
        assert_eq!(shown(&pair_positions(1, 2)), "0:0 -:1 ");
        assert_eq!(shown(&pair_sets(&["a", "b", "b"], &["b", "c"])), "0:- 1:0 2:- -:1 ");
    }
}
