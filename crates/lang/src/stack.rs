//! Room on the stack for what recurses as deep as a text nests.

/// The room a level of recursion can count on.
const NEEDED: usize = 128 * 1024;

/// How much is added when that is not left.
const STEP: usize = 2 * 1024 * 1024;

/// Runs a function with room on the stack, wherever it is called from.
///
/// Threads have stacks of very different sizes, and what runs in tests has frames several times as large as what is
/// shipped: rather than bounding recursion by the smallest stack, more is allocated when little is left.
pub(crate) fn with_room<T>(function: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(NEEDED, STEP, function)
}
