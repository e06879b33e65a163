//! The repository keeps its own rules.

use carillon_house_tests::{hold, tidy, tree};

#[test]
fn every_file_says_what_it_is() {
    hold(&tidy::opens_with_what_it_is(&tree()));
}

#[test]
fn files_are_short() {
    let files = tree();
    hold(&tidy::never_long(&files));
    hold(&tidy::mostly_short(&files));
}

#[test]
fn nothing_is_left_unfinished() {
    hold(&tidy::finished(&tree()));
}

#[test]
fn sql_stands_in_stores() {
    hold(&tidy::keeps_sql_in_its_store(&tree()));
}

#[test]
fn ids_come_from_one_place_and_what_is_written_without_a_verb_is_housekeeping() {
    let files = tree();
    hold(&tidy::makes_ids_in_one_place(&files));
    hold(&tidy::writes_only_housekeeping_without_a_verb(&files));
}

#[test]
fn a_silenced_lint_says_why() {
    hold(&tidy::silences_lints_with_a_reason(&tree()));
}

#[test]
fn every_package_is_under_the_same_lints() {
    hold(&tidy::keeps_the_lints(&tree()));
}

#[test]
fn versions_are_written_once() {
    hold(&tidy::takes_versions_from_the_workspace(&tree()));
}

#[test]
fn nothing_names_a_private_place() {
    let files = tree();
    hold(&tidy::names_no_private_place(&files));
    hold(&tidy::locks_name_public_registries(&files));
}

#[test]
fn no_system_tls_library_comes_in() {
    hold(&tidy::never_openssl(&tree()));
}
