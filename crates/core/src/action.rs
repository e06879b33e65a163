//! Everything that can be done, seen or signalled. Policies, audit and metrics all use these names.

use std::fmt;

use crate::DataClass;

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $class:ident;)*) => {
        /// One thing that a principal can do, see or signal. A new one needs a rule in `policies/`: the default is deny.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $($(#[$doc])* $variant),* }

        impl Action {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// `subject.verb`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
            /// The class of what it shows or changes.
            pub const fn class(self) -> DataClass {
                match self { $(Self::$variant => DataClass::$class),* }
            }
        }
    };
}

actions! {
    // identity
    SessionSignIn = "session.signIn", Personal;
    SessionSignInByLink = "session.signInByLink", Personal;
    SessionRefresh = "session.refresh", Internal;
    SessionRecognise = "session.recognise", Internal;
    SessionNoteSeen = "session.noteSeen", Internal;
    SessionSee = "session.see", Personal;
    SessionList = "session.list", Personal;
    SessionEnd = "session.end", Internal;
    SessionEndAll = "session.endAll", Internal;
    SessionPurge = "session.purge", Internal;
    AdminLinkCreate = "adminLink.create", Internal;
    InvitationCreate = "invitation.create", Internal;
    InvitationAccept = "invitation.accept", Personal;
    InvitationList = "invitation.list", Personal;
    InvitationRevoke = "invitation.revoke", Internal;
    AccountList = "account.list", Personal;
    AccountUpdate = "account.update", Personal;
    AccountCreate = "account.create", Internal;
    AccountReset = "account.reset", Internal;
    AccountClose = "account.close", Internal;
    AccountOpen = "account.open", Internal;
    AccountRole = "account.role", Internal;
    PasswordChange = "password.change", Internal;
    AuditList = "audit.list", Sensitive;
    AuditCheck = "audit.check", Internal;
    // rooms
    LinkSee = "link.see", Internal;
    GuestEnter = "guest.enter", Personal;
    GuestLapse = "guest.lapse", Internal;
    RoomCreate = "room.create", Internal;
    RoomList = "room.list", Personal;
    RoomListAll = "room.listAll", Personal;
    RoomSee = "room.see", Personal;
    RoomFollow = "room.follow", Personal;
    RoomTyping = "room.typing", Internal;
    RoomLink = "room.link", Internal;
    RoomRenew = "room.renew", Internal;
    DirectOpen = "direct.open", Internal;
    MemberAdd = "member.add", Internal;
    MemberEnter = "member.enter", Personal;
    MemberRemove = "member.remove", Internal;
    MemberRole = "member.role", Internal;
    MemberHandOver = "member.handOver", Internal;
    MessagePost = "message.post", Personal;
    LogList = "log.list", Personal;
    // calls
    CallInitiate = "call.initiate", Internal;
    CallJoin = "call.join", Internal;
    CallSignal = "call.signal", Internal;
    CallToggle = "call.toggle", Internal;
    CallState = "call.state", Internal;
    CallStats = "call.stats", Internal;
    CallLeave = "call.leave", Internal;
    CallEnd = "call.end", Internal;
    CallList = "call.list", Personal;
    CallListAll = "call.listAll", Personal;
    CallInspect = "call.inspect", Sensitive;
    CallRate = "call.rate", Personal;
    CallTick = "call.tick", Internal;
    WebrtcConfig = "webrtc.config", Internal;
    WebrtcOffer = "webrtc.offer", Internal;
    WebrtcSee = "webrtc.see", Internal;
    WebrtcAnswer = "webrtc.answer", Internal;
    WebrtcCandidatesAdd = "webrtc.candidates.add", Internal;
    WebrtcCandidatesList = "webrtc.candidates.list", Internal;
    WebrtcClose = "webrtc.close", Internal;
    WebrtcPurge = "webrtc.purge", Internal;
    // the server itself
    BackupMake = "backup.make", Internal;
    BackupSchedule = "backup.schedule", Internal;
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
impl serde::Serialize for Action {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Action;

    #[test]
    fn no_two_actions_share_a_name() {
        let names: std::collections::BTreeSet<_> = Action::ALL.iter().map(|action| action.name()).collect();
        assert_eq!(names.len(), Action::ALL.len());
    }
}
