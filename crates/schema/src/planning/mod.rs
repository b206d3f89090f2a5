//! What an instance will be, and how it differs from what is there.
