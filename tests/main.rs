//! End-to-end tests: the built `rinfra` binary, driven as a user drives it, against a local AWS.
//!
//! Each test has an AWS account and a directory of its own, so all run side by side. What a command did to the cloud
//! is read back through the AWS SDK, never from what the command says. Tests that compare with the real Terraform
//! pass with a message where it is not installed.

mod backend;
mod bad_input;
mod chains;
mod changes;
mod checkers;
mod cloud;
mod example;
mod fencing;
mod interoperation;
mod older_states;
mod performance;
mod planned_backend;
mod price_tag;
mod regions;
mod reliability;
mod remote_state;
mod states_in_a_bucket;
mod world;
