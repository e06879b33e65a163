//! The arrows between our crates point down, and each engine has its owner.

use carillon_house_tests::{hold, layers};

#[test]
fn every_crate_has_its_layer() {
    hold(&layers::strangers(&layers::packages()));
}

#[test]
fn dependencies_point_down() {
    hold(&layers::upward(&layers::packages()));
}

#[test]
fn an_engine_is_named_by_its_owner_alone() {
    hold(&layers::borrowed(&layers::packages()));
}
