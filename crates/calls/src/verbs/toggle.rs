//! Mute, and the camera.

use carillon_core::{Action, CallId, Problem};
use carillon_gate::{Cx, Done, Prep, Verb};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    call::Input,
    legs::{CallFor, Lock, call_for, drive, standing},
    model::Media,
};

macro_rules! toggle {
    ($(#[$doc:meta])* $verb:ident, $which:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $verb {
            pub call: CallId,
            pub enabled: bool,
            #[serde(skip)]
            #[schema(ignore)]
            pub lock: Lock,
        }

        impl Verb for $verb {
            const ACTION: Action = Action::CallToggle;
            type On = CallFor;
            type Answer = Media;

            async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
                self.lock = Lock::find(prep, self.call).await?;
                Ok(())
            }

            fn locks(&self) -> Vec<Uuid> {
                self.lock.ids()
            }

            async fn load(&self, cx: &mut Cx<'_>) -> Result<CallFor, Problem> {
                call_for(cx, self.call).await
            }

            async fn apply(&self, on: CallFor, cx: &mut Cx<'_>) -> Result<Done<Media>, Problem> {
                let sends = Sends { $which: Some(self.enabled), ..Sends::default() };
                toggle(on, cx, sends).await
            }
        }
    };
}

toggle!(
    /// Say whether one's microphone is heard.
    ToggleAudio,
    audio
);
toggle!(
    /// Say whether one's camera is seen.
    ToggleVideo,
    video
);

#[derive(Default)]
struct Sends {
    audio: Option<bool>,
    video: Option<bool>,
}

async fn toggle(on: CallFor, cx: &mut Cx<'_>, Sends { audio, video }: Sends) -> Result<Done<Media>, Problem> {
    let (member, device) = standing(cx.who)?;
    let moved = drive(cx, on.call, Input::Toggle { member, device, audio, video }).await?;
    let mine = moved.call.participant_of(member, device).map(|mine| mine.media);
    let answer = mine.ok_or_else(|| Problem::conflict("you are not in this call: join it first"))?;
    Ok(moved.kept(answer))
}
