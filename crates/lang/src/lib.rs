//! The Terraform language: syntax, expressions and functions.
