//! What a review would otherwise have to say again and again.

mod manifests;
mod owners;
mod places;
mod sizes;
mod sources;

pub use manifests::{keeps_the_lints, takes_versions_from_the_workspace};
pub use owners::{makes_ids_in_one_place, writes_only_housekeeping_without_a_verb};
pub use places::{locks_name_public_registries, names_no_private_place, never_openssl};
pub use sizes::{mostly_short, never_long};
pub use sources::{finished, keeps_sql_in_its_store, opens_with_what_it_is, silences_lints_with_a_reason};
