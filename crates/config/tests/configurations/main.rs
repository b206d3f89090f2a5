//! Whole configurations: loaded, resolved and checked.

mod loading;
mod providers;
mod references;
mod support;
mod vectors;
