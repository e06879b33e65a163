//! Nobody but the database makes a transaction.
use carillon_gate::Tx;

fn main() {
    let _ = Tx::new;
}
