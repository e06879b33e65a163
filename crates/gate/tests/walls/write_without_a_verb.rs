//! Subjects see of the database what the gate shows them: no unit of work of their own.
use carillon_gate::{Unit, Verdict};

fn main() {}
