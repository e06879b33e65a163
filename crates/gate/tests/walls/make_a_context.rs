//! Nobody but the gate makes the context of a verb, whatever they are handed.
use carillon_core::{Principal, Timestamp};
use carillon_gate::{Cx, Engines, Tx};

fn forge<'t>(tx: Tx<'t>, who: &'t Principal, engines: &'t Engines) -> Cx<'t> {
    Cx { who, now: Timestamp(0), tx, obligations: Vec::new(), engines }
}

fn main() {}
