//! What a provider and a resource type are.
