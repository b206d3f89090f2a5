//! Directed graphs: cycles, order, ready queue, critical path.
