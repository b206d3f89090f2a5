//! The AWS provider: the list of all its types.
