//! A verb ends in one of the ways that the gate knows: there is no other.
use carillon_gate::Done;

fn main() {
    let _ = Done::<()> {};
}
