//! What stands in a Rust file.

use crate::File;

/// Every file says what it is before it says anything else.
pub fn opens_with_what_it_is(files: &[File]) -> Vec<String> {
    let silent = files.iter().filter(|file| file.is_our_rust() && !file.text.starts_with("//! "));
    silent.map(|file| format!("{}: open it with `//!` and a sentence: what this file is; why, if that is not plain", file.path)).collect()
}

/// No work is left lying about.
pub fn finished(files: &[File]) -> Vec<String> {
    let unfinished = ["todo", "unimplemented", "dbg"].map(|name| format!("{name}!("));
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| file.is_our_rust()) {
        for (line, code) in file.code() {
            for found in unfinished.iter().filter(|word| code.contains(*word)) {
                breaches.push(format!("{}:{line}: `{found}..)`: finish it or leave it out", file.path));
            }
        }
    }
    breaches
}

/// Files beside stores and migrations that may hold SQL: they own a housekeeping table or the audit's.
const SQL_ELSEWHERE: &[&str] =
    &["crates/db/", "crates/audit/src/base.rs", "crates/audit/src/chain.rs", "crates/audit/src/record.rs", "crates/audit/src/verify.rs"];

const SQL: &[&str] =
    &["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "CREATE INDEX ", "ALTER TABLE ", "DROP TABLE "];

/// SQL stands where one looks for it: `store.rs`, or a migration. Tests may look underneath.
pub fn keeps_sql_in_its_store(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| file.is_our_rust() && file.path.starts_with("crates/")) {
        let path = file.path.as_str();
        let at_home = path.split('/').any(|part| matches!(part, "store" | "store.rs" | "migrations" | "migrations.rs" | "tests"));
        if at_home || SQL_ELSEWHERE.iter().any(|place| path.starts_with(place)) {
            continue;
        }
        if let Some((line, _)) = file.code().find(|(_, code)| SQL.iter().any(|word| code.contains(word))) {
            breaches.push(format!("{path}:{line}: SQL belongs into the crate's store.rs, one function per use"));
        }
    }
    breaches
}

/// Who silences a lint says why.
pub fn silences_lints_with_a_reason(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| file.is_our_rust()) {
        let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
        for (at, _) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("#[") || line.starts_with("#![")) {
            let end = lines[at..].iter().position(|line| line.contains(']')).map_or(lines.len(), |end| at + end + 1);
            let attribute = lines[at..end].join(" ");
            let silences = ["allow(", "expect("].iter().any(|word| {
                let inner = attribute.trim_start_matches(['#', '!', '[']);
                inner.starts_with(word) || (inner.starts_with("cfg_attr(") && inner.contains(&format!(" {word}")))
            });
            if silences && !attribute.contains("reason = \"") {
                breaches.push(format!("{}:{}: a silenced lint says why: #[expect(.., reason = \"..\")]", file.path, at + 1));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(rule: fn(&[File]) -> Vec<String>, path: &str, text: &str) -> usize {
        rule(&[File::new(path, text)]).len()
    }

    #[test]
    fn a_file_that_does_not_say_what_it_is_is_refused() {
        assert_eq!(judge(opens_with_what_it_is, "crates/a/src/a.rs", "use std::fmt;"), 1);
        assert_eq!(judge(opens_with_what_it_is, "crates/a/src/a.rs", "//!\nuse std::fmt;"), 1);
        assert_eq!(judge(opens_with_what_it_is, "crates/a/src/a.rs", "//! What it is.\nuse std::fmt;"), 0);
    }

    #[test]
    fn unfinished_work_is_refused() {
        for name in ["todo", "unimplemented", "dbg"] {
            assert_eq!(judge(finished, "crates/a/src/a.rs", &format!("fn a() {{ {name}!(\"later\") }}")), 1, "{name}");
            assert_eq!(judge(finished, "crates/a/src/a.rs", &format!("// nobody writes {name}!() here")), 0, "{name} in a comment");
        }
    }

    #[test]
    fn sql_outside_a_store_is_refused() {
        let text = "let row = tx.row(\"SELECT a FROM b\", &[]);";
        assert_eq!(judge(keeps_sql_in_its_store, "crates/rooms/src/verbs/post.rs", text), 1);
        assert_eq!(judge(keeps_sql_in_its_store, "crates/rooms/src/lib.rs", "\"\n  DELETE FROM b\""), 1);
        for path in [
            "crates/rooms/src/store.rs",
            "crates/calls/src/store/legs.rs",
            "crates/rooms/src/migrations.rs",
            "crates/db/src/tx.rs",
            "crates/gate/tests/acts.rs",
        ] {
            assert_eq!(judge(keeps_sql_in_its_store, path, text), 0, "{path}");
        }
        assert_eq!(judge(keeps_sql_in_its_store, "crates/rooms/src/lib.rs", "// SELECT is for stores"), 0);
    }

    #[test]
    fn a_lint_silenced_without_a_reason_is_refused() {
        for text in [
            "#[allow(dead_code)]",
            "    #[expect(\n    clippy::unwrap_used,\n)]",
            "#![allow(clippy::all)]",
            "#[cfg_attr(test, allow(dead_code))]",
        ] {
            assert_eq!(judge(silences_lints_with_a_reason, "crates/a/src/a.rs", text), 1, "{text}");
        }
        for text in [
            "#[expect(dead_code, reason = \"why\")]",
            "#[allow(\n    dead_code,\n    reason = \"why\"\n)]",
            "x.expect(\"it holds\")",
            "#[derive(Debug)]",
        ] {
            assert_eq!(judge(silences_lints_with_a_reason, "crates/a/src/a.rs", text), 0, "{text}");
        }
    }
}
