//! What is sealed is opened by who has the key, and by nobody else.

mod files;
mod keys;
mod lines;
mod support;
