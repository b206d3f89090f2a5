//! Types and values as Terraform has them.
