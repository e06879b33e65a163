//! The tables of identity: one function per use.

use std::collections::BTreeSet;

use carillon_core::Id;
use carillon_core::{DeviceId, InvitationId, PersonId, Problem, RequestId, Role, RoomId, SessionId, Timestamp};
use carillon_gate::{EngineKind, Row, Tx};
use uuid::Uuid;

use crate::{
    lifetimes::{SEEN, SESSION_UNUSED},
    model::{DeviceView, EndReason, InvitationView, Known, Person, PersonKind, Session, SessionView, read_role, role_word},
    words::Language,
};

// People

macro_rules! person_columns {
    () => {
        "p.id, p.kind, p.name, p.login, p.role, p.language, p.password, p.room, p.disabled_at"
    };
}

pub(crate) async fn person(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Known>, Problem> {
    let sql = concat!("SELECT ", person_columns!(), " FROM people p WHERE p.id = $1");
    tx.row(sql, &[&person]).await?.as_ref().map(known).transpose()
}

pub(crate) async fn account_by_login(tx: &mut Tx<'_>, login: &str) -> Result<Option<Known>, Problem> {
    let sql = concat!("SELECT ", person_columns!(), " FROM people p WHERE p.login = $1");
    tx.row(sql, &[&login]).await?.as_ref().map(known).transpose()
}

/// The administrator whose account is the oldest of those that are open.
pub(crate) async fn first_admin(tx: &mut Tx<'_>) -> Result<Option<PersonId>, Problem> {
    let sql = "SELECT id FROM people WHERE kind = 'account' AND role = 'admin' AND disabled_at IS NULL ORDER BY id LIMIT 1";
    tx.row(sql, &[]).await?.map(|row| row.get(0)).transpose()
}

/// Whether an open administrator is left besides this one.
pub(crate) async fn another_admin(tx: &mut Tx<'_>, but: PersonId) -> Result<bool, Problem> {
    let sql = "SELECT id FROM people WHERE kind = 'account' AND role = 'admin' AND disabled_at IS NULL AND id <> $1 LIMIT 1";
    Ok(tx.row(sql, &[&but]).await?.is_some())
}

pub(crate) async fn set_closed(tx: &mut Tx<'_>, account: PersonId, closed_at: Option<Timestamp>) -> Result<(), Problem> {
    tx.run("UPDATE people SET disabled_at = $2 WHERE id = $1", &[&account, &closed_at]).await
}

pub(crate) async fn set_role(tx: &mut Tx<'_>, account: PersonId, role: Role) -> Result<(), Problem> {
    tx.run("UPDATE people SET role = $2 WHERE id = $1", &[&account, &role_word(role)]).await
}

/// Whether any open administrator signs in by themselves.
pub(crate) async fn admin_has_password(tx: &mut Tx<'_>) -> Result<bool, Problem> {
    let sql = "SELECT id FROM people WHERE role = 'admin' AND disabled_at IS NULL AND password IS NOT NULL LIMIT 1";
    Ok(tx.row(sql, &[]).await?.is_some())
}

fn known(row: &Row) -> Result<Known, Problem> {
    Ok(Known { person: read_person(row)?, password: row.get(6)?, room: row.get(7)?, disabled_at: row.get(8)? })
}

fn read_person(row: &Row) -> Result<Person, Problem> {
    Ok(Person {
        id: row.get(0)?,
        kind: PersonKind::read(&row.get::<String>(1)?)?,
        name: row.get(2)?,
        login: row.get(3)?,
        role: row.get::<Option<String>>(4)?.map(|word| read_role(&word)).transpose()?,
        language: row.get::<Option<String>>(5)?.map(|word| Language::read(&word)).transpose()?,
        closed_at: None,
    })
}

pub(crate) struct NewAccount<'n> {
    pub id: PersonId,
    pub login: &'n str,
    pub name: &'n str,
    pub role: Role,
    pub password: Option<&'n str>,
    pub now: Timestamp,
}

pub(crate) async fn add_account(tx: &mut Tx<'_>, new: &NewAccount<'_>) -> Result<(), Problem> {
    let sql =
        "INSERT INTO people (id, kind, login, name, folded, role, password, created_at) VALUES ($1, 'account', $2, $3, $4, $5, $6, $7)";
    let folded = new.name.to_lowercase();
    tx.run(sql, &[&new.id, &new.login, &new.name, &folded, &role_word(new.role), &new.password, &new.now]).await
}

pub(crate) async fn add_guest(tx: &mut Tx<'_>, id: PersonId, room: RoomId, name: &str, now: Timestamp) -> Result<(), Problem> {
    let sql = "INSERT INTO people (id, kind, name, folded, room, created_at) VALUES ($1, 'guest', $2, $3, $4, $5)";
    tx.run(sql, &[&id, &name, &name.to_lowercase(), &room, &now]).await
}

pub(crate) async fn rename(tx: &mut Tx<'_>, person: PersonId, name: &str, language: Option<Language>) -> Result<(), Problem> {
    let sql = "UPDATE people SET name = $2, folded = $3, language = $4 WHERE id = $1";
    tx.run(sql, &[&person, &name, &name.to_lowercase(), &language.map(Language::word)]).await
}

pub(crate) async fn set_password(tx: &mut Tx<'_>, person: PersonId, password: Option<&str>) -> Result<(), Problem> {
    tx.run("UPDATE people SET password = $2 WHERE id = $1", &[&person, &password]).await
}

/// Accounts by id, open or closed, those whose name or login holds `part`. Language is theirs alone.
pub(crate) async fn accounts(
    tx: &mut Tx<'_>,
    closed: bool,
    part: Option<&str>,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Person>, Problem> {
    let sql = "SELECT p.id, p.kind, p.name, p.login, p.role, CAST(NULL AS TEXT), p.disabled_at FROM people p \
               WHERE p.kind = 'account' AND (p.disabled_at IS NOT NULL) = $4 AND (CAST($1 AS UUID) IS NULL OR p.id > $1) \
               AND (CAST($2 AS TEXT) IS NULL OR p.folded LIKE $2 ESCAPE '\\' OR p.login LIKE $2 ESCAPE '\\') ORDER BY p.id LIMIT $3";
    let part = part.map(holding);
    let rows = tx.rows(sql, &[&after, &part, &limit, &closed]).await?;
    rows.iter().map(|row| Ok(Person { closed_at: row.get(6)?, ..read_person(row)? })).collect()
}

/// What people are called: asked once, however many they are. Their ids travel as one text.
pub(crate) async fn names(tx: &mut Tx<'_>, people: &BTreeSet<PersonId>) -> Result<Vec<(PersonId, String)>, Problem> {
    let ids = |between: &str| people.iter().map(|person| person.uuid().simple().to_string()).collect::<Vec<_>>().join(between);
    let (sql, ids) = match tx.kind() {
        EngineKind::Sqlite => {
            let sql = "SELECT id, name FROM people WHERE id IN (SELECT unhex(value) FROM json_each($1))";
            (sql, format!("[\"{}\"]", ids("\",\"")))
        }
        EngineKind::Postgres => {
            ("SELECT id, name FROM people WHERE id = ANY(CAST(string_to_array(CAST($1 AS TEXT), ',') AS UUID[]))", ids(","))
        }
    };
    tx.rows(sql, &[&ids]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// A LIKE pattern for whatever holds this text, in which nothing of the text is a wildcard.
fn holding(part: &str) -> String {
    let mut pattern = String::from("%");
    for sign in part.to_lowercase().chars() {
        if matches!(sign, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern + "%"
}

// Devices and sessions

/// The device of this person; a name that was said replaces the one before.
pub(crate) async fn keep_device(
    tx: &mut Tx<'_>,
    person: PersonId,
    device: DeviceId,
    name: &str,
    now: Timestamp,
) -> Result<String, Problem> {
    let sql = "INSERT INTO devices (person, id, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (person, id) DO UPDATE \
               SET name = CASE WHEN excluded.name = '' THEN devices.name ELSE excluded.name END RETURNING name";
    let row = tx.row(sql, &[&person, &device, &name, &now]).await?;
    row.ok_or_else(|| Problem::broken("a device was not kept"))?.get(0)
}

/// Whether this person was signed in on the device before.
pub(crate) async fn has_device(tx: &mut Tx<'_>, person: PersonId, device: DeviceId) -> Result<bool, Problem> {
    Ok(tx.row("SELECT id FROM devices WHERE person = $1 AND id = $2", &[&person, &device]).await?.is_some())
}

pub(crate) async fn add_session(tx: &mut Tx<'_>, new: &Session) -> Result<(), Problem> {
    let sql = "INSERT INTO sessions (id, person, device, cookie, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $5, $6)";
    tx.run(sql, &[&new.id, &new.person, &new.device, &new.cookie, &new.seen_at, &new.expires_at]).await
}

pub(crate) async fn session(tx: &mut Tx<'_>, session: SessionId) -> Result<Option<Session>, Problem> {
    let sql = "SELECT id, person, device, cookie, seen_at, expires_at, ended FROM sessions WHERE id = $1";
    let read = |row: Row| {
        Ok(Session {
            id: row.get(0)?,
            person: row.get(1)?,
            device: row.get(2)?,
            cookie: row.get(3)?,
            seen_at: row.get(4)?,
            expires_at: row.get(5)?,
            ended: row.get::<Option<String>>(6)?.map(|word| EndReason::read(&word)).transpose()?,
        })
    };
    tx.row(sql, &[&session]).await?.map(read).transpose()
}

/// The sessions of a person that stand, the last used first.
pub(crate) async fn sessions_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    asking: Option<SessionId>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<SessionView>, Problem> {
    let sql = "SELECT s.id, s.device, d.name, s.created_at, s.seen_at FROM sessions s JOIN devices d ON d.person = s.person AND d.id = s.device \
               WHERE s.person = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.seen_at > $3 ORDER BY s.seen_at DESC, s.id DESC LIMIT $4";
    let rows = tx.rows(sql, &[&person, &now, &now.minus(SESSION_UNUSED), &limit]).await?;
    rows.iter().map(|row| session_view(row, asking)).collect()
}

pub(crate) async fn session_seen(tx: &mut Tx<'_>, session: SessionId) -> Result<Option<SessionView>, Problem> {
    let sql = "SELECT s.id, s.device, d.name, s.created_at, s.seen_at FROM sessions s JOIN devices d ON d.person = s.person AND d.id = s.device \
               WHERE s.id = $1";
    tx.row(sql, &[&session]).await?.map(|row| session_view(&row, Some(session))).transpose()
}

fn session_view(row: &Row, asking: Option<SessionId>) -> Result<SessionView, Problem> {
    let id = row.get(0)?;
    let device = DeviceView { id: row.get(1)?, name: row.get(2)? };
    Ok(SessionView { id, device, created_at: row.get(3)?, seen_at: row.get(4)?, current: asking == Some(id) })
}

/// Notes that a session is in use; answers whether it still stands.
pub(crate) async fn touch(tx: &mut Tx<'_>, session: SessionId, now: Timestamp) -> Result<bool, Problem> {
    let sql = "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id";
    Ok(tx.row(sql, &[&session, &now]).await?.is_some())
}

/// The same for one of many; what another has noted meanwhile stays.
pub(crate) async fn note_seen(tx: &mut Tx<'_>, session: SessionId, seen_at: Timestamp) -> Result<(), Problem> {
    let sql = "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND ended_at IS NULL AND seen_at < $3";
    tx.run(sql, &[&session, &seen_at, &seen_at.minus(SEEN / 2)]).await
}

/// The sessions of a person that ended since then.
pub(crate) async fn ended_since(tx: &mut Tx<'_>, person: PersonId, since: Timestamp, limit: i64) -> Result<Vec<SessionId>, Problem> {
    let sql = "SELECT id FROM sessions WHERE person = $1 AND ended_at >= $2 ORDER BY ended_at DESC LIMIT $3";
    tx.rows(sql, &[&person, &since, &limit]).await?.iter().map(|row| row.get(0)).collect()
}

/// Ends one session; nothing if it has ended before.
pub(crate) async fn end_session(tx: &mut Tx<'_>, session: SessionId, why: EndReason, now: Timestamp) -> Result<bool, Problem> {
    let sql = "UPDATE sessions SET ended_at = $2, ended = $3 WHERE id = $1 AND ended_at IS NULL RETURNING id";
    Ok(tx.row(sql, &[&session, &now, &why.word()]).await?.is_some())
}

/// Ends all sessions of a person but one, and tells which.
pub(crate) async fn end_sessions(
    tx: &mut Tx<'_>,
    person: PersonId,
    but: Option<SessionId>,
    why: EndReason,
    now: Timestamp,
) -> Result<Vec<SessionId>, Problem> {
    let sql = "UPDATE sessions SET ended_at = $3, ended = $4 WHERE person = $1 AND ended_at IS NULL AND (CAST($2 AS UUID) IS NULL OR id <> $2) \
               RETURNING id";
    tx.rows(sql, &[&person, &but, &now, &why.word()]).await?.iter().map(|row| row.get(0)).collect()
}

/// Keeps the `most` sessions of a person that were used last, and tells which had to go.
pub(crate) async fn crowd_out(tx: &mut Tx<'_>, person: PersonId, most: i64, now: Timestamp) -> Result<Vec<SessionId>, Problem> {
    let sql = "UPDATE sessions SET ended_at = $3, ended = $4 WHERE id IN (SELECT id FROM sessions WHERE person = $1 AND ended_at IS NULL \
               ORDER BY seen_at DESC, id DESC LIMIT 1000 OFFSET $2) RETURNING id";
    tx.rows(sql, &[&person, &most, &now, &EndReason::CrowdedOut.word()]).await?.iter().map(|row| row.get(0)).collect()
}

// Refresh families

pub(crate) struct Family {
    /// The digest of what all its tokens share.
    pub shared: String,
    pub generation: i64,
    pub newest: String,
    pub previous: Option<String>,
    /// When the newest token was made.
    pub made_at: Timestamp,
    /// The previous token was taken a second time already.
    pub repeated: bool,
    pub sealed: String,
}

pub(crate) async fn add_family(tx: &mut Tx<'_>, session: SessionId, family: &Family) -> Result<(), Problem> {
    let sql = "INSERT INTO refresh_families (session, family, generation, newest, made_at, repeated, sealed) VALUES ($1, $2, $3, $4, $5, FALSE, $6)";
    tx.run(sql, &[&session, &family.shared, &family.generation, &family.newest, &family.made_at, &family.sealed]).await
}

pub(crate) async fn family(tx: &mut Tx<'_>, session: SessionId) -> Result<Option<Family>, Problem> {
    let sql = "SELECT family, generation, newest, previous, made_at, repeated, sealed FROM refresh_families WHERE session = $1";
    let read = |row: Row| {
        Ok(Family {
            shared: row.get(0)?,
            generation: row.get(1)?,
            newest: row.get(2)?,
            previous: row.get(3)?,
            made_at: row.get(4)?,
            repeated: row.get(5)?,
            sealed: row.get(6)?,
        })
    };
    tx.row(sql, &[&session]).await?.map(read).transpose()
}

/// The next generation takes the place of the newest.
pub(crate) async fn next_generation(tx: &mut Tx<'_>, session: SessionId, next: &Family) -> Result<(), Problem> {
    let sql = "UPDATE refresh_families SET previous = newest, newest = $3, made_at = $4, repeated = FALSE, sealed = $5, generation = $2 \
               WHERE session = $1 AND generation + 1 = $2 RETURNING generation";
    let row = tx.row(sql, &[&session, &next.generation, &next.newest, &next.made_at, &next.sealed]).await?;
    row.map(drop).ok_or_else(|| Problem::again("another request took the same refresh token"))
}

pub(crate) async fn repeat_generation(tx: &mut Tx<'_>, session: SessionId) -> Result<(), Problem> {
    tx.run("UPDATE refresh_families SET repeated = TRUE WHERE session = $1", &[&session]).await
}

// Invitations and admin links

pub(crate) struct Invitation {
    pub id: InvitationId,
    pub role: Role,
    pub digest: String,
    pub sealed: String,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub note: String,
    /// Who made it; nil for the server itself.
    pub creator: Uuid,
}

macro_rules! invitation_columns {
    () => {
        "SELECT id, role, digest, sealed, expires_at, used_at, revoked_at, note, creator FROM invitations"
    };
}

pub(crate) async fn invitation(tx: &mut Tx<'_>, id: InvitationId) -> Result<Option<Invitation>, Problem> {
    let sql = concat!(invitation_columns!(), " WHERE id = $1");
    tx.row(sql, &[&id]).await?.as_ref().map(read_invitation).transpose()
}

pub(crate) async fn invited_before(tx: &mut Tx<'_>, creator: Uuid, request: RequestId) -> Result<Option<Invitation>, Problem> {
    let sql = concat!(invitation_columns!(), " WHERE creator = $1 AND request = $2");
    tx.row(sql, &[&creator, &request]).await?.as_ref().map(read_invitation).transpose()
}

fn read_invitation(row: &Row) -> Result<Invitation, Problem> {
    Ok(Invitation {
        id: row.get(0)?,
        role: read_role(&row.get::<String>(1)?)?,
        digest: row.get(2)?,
        sealed: row.get(3)?,
        expires_at: row.get(4)?,
        used_at: row.get(5)?,
        revoked_at: row.get(6)?,
        note: row.get(7)?,
        creator: row.get(8)?,
    })
}

pub(crate) async fn add_invitation(tx: &mut Tx<'_>, new: &Invitation, request: RequestId, now: Timestamp) -> Result<(), Problem> {
    let sql = "INSERT INTO invitations (id, creator, request, role, note, digest, sealed, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let role = role_word(new.role);
    tx.run(sql, &[&new.id, &new.creator, &request, &role, &new.note, &new.digest, &new.sealed, &now, &new.expires_at]).await
}

/// Once: whoever comes second finds it used. The sealed token is of no more use.
pub(crate) async fn use_invitation(tx: &mut Tx<'_>, id: InvitationId, account: PersonId, now: Timestamp) -> Result<bool, Problem> {
    let sql = "UPDATE invitations SET used_at = $3, account = $2, sealed = '' WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL RETURNING id";
    Ok(tx.row(sql, &[&id, &account, &now]).await?.is_some())
}

/// All that are kept, the newest first.
pub(crate) async fn invitations(tx: &mut Tx<'_>, after: Option<InvitationId>, limit: i64) -> Result<Vec<InvitationView>, Problem> {
    let sql = "SELECT id, role, note, creator, created_at, expires_at, used_at, account, revoked_at FROM invitations \
               WHERE CAST($1 AS UUID) IS NULL OR id < $1 ORDER BY id DESC LIMIT $2";
    let view = |row: &Row| {
        Ok(InvitationView {
            id: row.get(0)?,
            role: read_role(&row.get::<String>(1)?)?,
            note: row.get(2)?,
            creator: Some(row.get::<Uuid>(3)?).filter(|creator| !creator.is_nil()).map(Id::new),
            created_at: row.get(4)?,
            expires_at: row.get(5)?,
            used_at: row.get(6)?,
            account: row.get(7)?,
            revoked_at: row.get(8)?,
        })
    };
    tx.rows(sql, &[&after, &limit]).await?.iter().map(view).collect()
}

/// Takes an invitation back that nobody has accepted.
pub(crate) async fn revoke_invitation(tx: &mut Tx<'_>, id: InvitationId, now: Timestamp) -> Result<bool, Problem> {
    let sql = "UPDATE invitations SET revoked_at = $2, sealed = '' WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL RETURNING id";
    Ok(tx.row(sql, &[&id, &now]).await?.is_some())
}

/// Takes all those back that this account has made, and answers how many.
pub(crate) async fn revoke_invitations_of(tx: &mut Tx<'_>, creator: PersonId, now: Timestamp) -> Result<usize, Problem> {
    let sql =
        "UPDATE invitations SET revoked_at = $2, sealed = '' WHERE creator = $1 AND used_at IS NULL AND revoked_at IS NULL RETURNING id";
    Ok(tx.rows(sql, &[&creator, &now]).await?.len())
}

// What is over for long

/// Sessions that nobody used since `before`, with their families, and devices that nothing else is known of; the longest unused first.
pub(crate) async fn purge_sessions(tx: &mut Tx<'_>, before: Timestamp, most: i64) -> Result<usize, Problem> {
    let devices = "DELETE FROM devices WHERE (person, id) IN \
                   (SELECT person, device FROM sessions WHERE seen_at < $1 ORDER BY seen_at, id LIMIT $2) AND NOT EXISTS \
                   (SELECT 1 FROM sessions s WHERE s.person = devices.person AND s.device = devices.id AND s.seen_at >= $1)";
    tx.run(devices, &[&before, &most]).await?;
    let families = "DELETE FROM refresh_families WHERE session IN \
                    (SELECT id FROM sessions WHERE seen_at < $1 ORDER BY seen_at, id LIMIT $2)";
    tx.run(families, &[&before, &most]).await?;
    let sessions =
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE seen_at < $1 ORDER BY seen_at, id LIMIT $2) RETURNING id";
    Ok(tx.rows(sessions, &[&before, &most]).await?.len())
}

/// Invitations and administrators' links whose time was over then.
pub(crate) async fn purge_rights(tx: &mut Tx<'_>, before: Timestamp, most: i64) -> Result<usize, Problem> {
    let sql = "DELETE FROM invitations WHERE id IN (SELECT id FROM invitations WHERE expires_at < $1 LIMIT $2) RETURNING id";
    let invitations = tx.rows(sql, &[&before, &most]).await?.len();
    let sql = "DELETE FROM admin_links WHERE id IN (SELECT id FROM admin_links WHERE expires_at < $1 LIMIT $2) RETURNING id";
    Ok(invitations + tx.rows(sql, &[&before, &most]).await?.len())
}

/// The name of a link's id: links have no id outside of this crate.
pub(crate) enum Link {}

pub(crate) struct AdminLink {
    pub account: PersonId,
    pub digest: String,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

pub(crate) async fn add_admin_link(tx: &mut Tx<'_>, id: Id<Link>, new: &AdminLink) -> Result<(), Problem> {
    let sql = "INSERT INTO admin_links (id, account, digest, expires_at) VALUES ($1, $2, $3, $4)";
    tx.run(sql, &[&id, &new.account, &new.digest, &new.expires_at]).await
}

pub(crate) async fn admin_link(tx: &mut Tx<'_>, id: Id<Link>) -> Result<Option<AdminLink>, Problem> {
    let sql = "SELECT account, digest, expires_at, used_at FROM admin_links WHERE id = $1";
    let read = |row: Row| Ok(AdminLink { account: row.get(0)?, digest: row.get(1)?, expires_at: row.get(2)?, used_at: row.get(3)? });
    tx.row(sql, &[&id]).await?.map(read).transpose()
}

pub(crate) async fn use_admin_link(tx: &mut Tx<'_>, id: Id<Link>, now: Timestamp) -> Result<bool, Problem> {
    let sql = "UPDATE admin_links SET used_at = $2 WHERE id = $1 AND used_at IS NULL RETURNING id";
    Ok(tx.row(sql, &[&id, &now]).await?.is_some())
}

/// Takes away what this account could still come in by.
pub(crate) async fn drop_admin_links(tx: &mut Tx<'_>, account: PersonId) -> Result<(), Problem> {
    tx.run("DELETE FROM admin_links WHERE account = $1 AND used_at IS NULL", &[&account]).await
}

#[cfg(test)]
mod tests {
    use super::holding;

    #[test]
    fn what_is_searched_for_is_no_pattern() {
        assert_eq!(holding("Ada"), "%ada%");
        assert_eq!(holding(r"50%_\"), r"%50\%\_\\%");
    }
}
