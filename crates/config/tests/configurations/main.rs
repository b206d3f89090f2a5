//! Whole configurations: loaded, resolved and checked.

mod beyond;
mod early;
mod encryption;
mod expressions;
mod imports;
mod loading;
mod overrides;
mod providers;
mod references;
mod removals;
mod support;
mod vectors;
