//! What a block may hold.
