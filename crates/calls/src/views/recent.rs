//! One's own calls.

use carillon_core::{Action, CallId, Problem, Timestamp};
use carillon_gate::{Cx, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Own, page};
use crate::{
    call::Call,
    model::{CallView, NamedCall},
    store,
};

/// The calls that whoever asks was called to or took part in, in the rooms that they are in: the newest first.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListOwnCalls {
    /// The last call of the page before.
    pub after: Option<CallId>,
    /// 1 to 50; 20 unless said.
    #[schema(minimum = 1, maximum = 50)]
    pub limit: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedCalls {
    pub calls: Vec<NamedCall>,
}

impl NamedCalls {
    pub(super) fn of(calls: Vec<(Call, String)>, now: Timestamp) -> Self {
        let named = |(call, room_name): (Call, String)| NamedCall { call: CallView::of(&call, now), room_name };
        Self { calls: calls.into_iter().map(named).collect() }
    }
}

impl View for ListOwnCalls {
    const ACTION: Action = Action::CallList;
    type On = Own;
    type Sight = NamedCalls;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Own, Problem> {
        Ok(Own { own: cx.who.person() })
    }
    async fn show(self, on: Own, cx: &mut Cx<'_>) -> Result<NamedCalls, Problem> {
        let Some(me) = on.own else { return Ok(NamedCalls { calls: Vec::new() }) };
        let calls = store::own_calls(&mut cx.tx, me, self.after, page(self.limit)?).await?;
        Ok(NamedCalls::of(calls, cx.now))
    }
}
