//! Derives the schema of a resource type from its struct.
