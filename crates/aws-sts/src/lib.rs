//! AWS STS and what an account and Region are.
