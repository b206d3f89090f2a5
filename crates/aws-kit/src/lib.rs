//! What all AWS service crates share.
