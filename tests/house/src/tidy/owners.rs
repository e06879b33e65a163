//! What only a few places may do: make ids, and write without a verb.

use crate::File;

/// `db` stands below `platform`, and makes names for its tests only.
const IDS: &[&str] = &["crates/platform/src/random.rs", "crates/db/src/testing.rs"];

/// An id comes from `platform::random`, as all randomness does.
pub fn makes_ids_in_one_place(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in sources(files).filter(|file| !IDS.contains(&file.path.as_str())) {
        for (line, code) in file.code() {
            if ["Uuid::now_v7(", "Uuid::new_v4(", "Uuid::new_v7("].iter().any(|word| code.contains(word)) {
                breaches.push(format!("{}:{line}: an id comes from `Cx::new_id`, or `platform::random::id`", file.path));
            }
        }
    }
    breaches
}

/// Tables that are written without a verb: they are about the work of the server, not about its subjects. `events` is written in the
/// transaction of the verb that it records.
const HOUSEKEEPING: &[&str] = &["backups", "events", "events_base", "events_chain", "jobs", "migrations", "pulse"];
/// Who may name `db`, and so can bring a unit of work of their own. All others write in verbs.
const UNITS: &[&str] = &["crates/audit/src/", "crates/db/src/", "crates/gate/src/", "crates/platform/src/"];

/// No change of state outside a verb, but for the housekeeping.
pub fn writes_only_housekeeping_without_a_verb(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in sources(files).filter(|file| UNITS.iter().any(|place| file.path.starts_with(place))) {
        for (line, code) in file.code() {
            for table in written(code).filter(|table| !HOUSEKEEPING.contains(table)) {
                breaches.push(format!("{}:{line}: `{table}` is changed by a verb, in the crate whose table it is", file.path));
            }
        }
    }
    breaches
}

/// The tables that a line of SQL writes: their names are in small letters, unlike the words of SQL.
fn written(code: &str) -> impl Iterator<Item = &str> {
    let after = |word: &'static str| code.split(word).skip(1);
    let words = after("INSERT INTO ").chain(after("UPDATE ")).chain(after("DELETE FROM "));
    words.filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    })
}

fn sources(files: &[File]) -> impl Iterator<Item = &File> {
    files.iter().filter(|file| file.is_our_rust() && file.path.starts_with("crates/") && file.path.contains("/src/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_made_elsewhere_is_refused() {
        let judge = |path: &str| makes_ids_in_one_place(&[File::new(path, "let id = Uuid::now_v7();")]).len();
        assert_eq!(judge("crates/rooms/src/verbs/post_message.rs"), 1);
        assert_eq!((judge("crates/platform/src/random.rs"), judge("crates/rooms/tests/talking.rs")), (0, 0));
    }

    #[test]
    fn a_write_without_a_verb_is_refused() {
        let judge = |path: &str, text: &str| writes_only_housekeeping_without_a_verb(&[File::new(path, text)]).len();
        for text in ["\"UPDATE rooms SET head = 1\"", "\"INSERT INTO call_stats (at)\"", "WITH x AS (DELETE FROM people)"] {
            assert_eq!(judge("crates/platform/src/jobs/store.rs", text), 1, "{text}");
            assert_eq!(judge("crates/rooms/src/store.rs", text), 0, "in a verb: {text}");
        }
        for text in ["\"DELETE FROM jobs WHERE due\" FOR UPDATE SKIP", "ON CONFLICT (id) DO UPDATE SET a = 1", "BEFORE UPDATE ON events"] {
            assert_eq!(judge("crates/platform/src/jobs/store.rs", text), 0, "{text}");
        }
    }
}
