//! The rules' texts.

/// File names and their Rego texts.
pub type Bundle<'b> = &'b [(&'b str, &'b str)];

macro_rules! bundle {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../../policies/", $name)))),*] };
}

/// The bundle that is compiled in.
pub const EMBEDDED: Bundle<'static> = bundle![
    "lib.rego",
    "session.rego",
    "account.rego",
    "audit.rego",
    "invitation.rego",
    "password.rego",
    "admin_link.rego",
    "backup.rego",
    "room.rego",
    "message.rego",
    "log.rego",
    "member.rego",
    "direct.rego",
    "link.rego",
    "guest.rego",
    "call.rego",
    "webrtc.rego",
    "candidates.rego",
];
