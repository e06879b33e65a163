//! The decision: may this principal do this, to that? Default deny.
//!
//! The rules are a Rego bundle in `policies/`, compiled into the program; an OPA server can be given the same files. Each action has
//! an entry point of its own: `message.post` is the rule `post` of `package carillon.message`. What no rule allows is refused.

mod bundle;
mod decide;

pub use bundle::{Bundle, EMBEDDED};
pub use decide::{Decision, Policy, PolicyError};
