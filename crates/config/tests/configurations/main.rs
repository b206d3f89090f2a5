//! Whole configurations: loaded, resolved and checked.

mod imports;
mod loading;
mod providers;
mod references;
mod support;
mod vectors;
