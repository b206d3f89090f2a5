//! The `rinfra` binary.

fn main() {}
