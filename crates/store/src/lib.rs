//! Where state and journal are kept.
