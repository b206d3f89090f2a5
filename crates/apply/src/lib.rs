//! Executes an execution graph and journals every step.
