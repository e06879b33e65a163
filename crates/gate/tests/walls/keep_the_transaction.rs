//! The transaction cannot be kept beyond the verb.
use carillon_gate::{Cx, Tx};

fn keep<'t>(cx: &mut Cx<'t>) -> Tx<'t> {
    cx.tx
}

fn main() {}
