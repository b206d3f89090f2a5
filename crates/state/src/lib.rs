//! The tfstate v4 model, its codec and the journal.
