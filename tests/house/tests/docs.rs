//! The pages say what is so, as far as a program can see that.

use carillon_house_tests::{docs, hold, paths, tree};

#[test]
fn every_link_leads_somewhere() {
    hold(&docs::leads_somewhere(&tree(), &paths()));
}

#[test]
fn every_page_is_in_the_book() {
    hold(&docs::stands_in_the_book(&tree()));
}

#[test]
fn the_map_of_the_seeds_names_tests_that_exist() {
    hold(&docs::tests_exist(&tree()));
    hold(&docs::says_which_test(&tree()));
}
