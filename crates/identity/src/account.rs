//! An account that an administrator acts on.

use carillon_core::{PersonId, Problem};
use carillon_gate::Cx;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    model::{Known, PersonKind},
    store,
};

/// Whoever makes or unmakes an administrator holds this: the last one is never lost between two who look at the same time.
pub(crate) const ADMINS: Uuid = Uuid::from_u128(0x6361_7269_6c6c_6f6e_6164_6d69_6e00);

/// What the policy must know, and what the change begins with.
#[derive(Debug, Serialize)]
pub struct Account {
    target: PersonId,
    #[serde(skip)]
    pub(crate) known: Known,
}

pub(crate) async fn account(cx: &mut Cx<'_>, target: PersonId) -> Result<Account, Problem> {
    let known = store::person(&mut cx.tx, target).await?.filter(|known| known.person.kind == PersonKind::Account);
    Ok(Account { target, known: known.ok_or_else(|| Problem::missing("account"))? })
}

/// Somebody must be left who lets people in.
pub(crate) async fn another_admin(cx: &mut Cx<'_>, but: PersonId) -> Result<(), Problem> {
    let last = || Problem::conflict("this is the last administrator: make somebody else one first").named("last-admin");
    if store::another_admin(&mut cx.tx, but).await? { Ok(()) } else { Err(last()) }
}
