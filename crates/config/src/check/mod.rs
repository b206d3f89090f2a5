//! What is wrong with a configuration, as far as its text alone can tell.

mod providers;
