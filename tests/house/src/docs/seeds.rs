//! docs/seeds.md says of each sentence which test holds it: a link to a file, and after it the names of tests in that file.

use crate::File;

const SEEDS: &str = "docs/seeds.md";

/// Every test that the map names is there.
pub fn tests_exist(files: &[File]) -> Vec<String> {
    let Some(map) = files.iter().find(|file| file.path == SEEDS) else { return vec![format!("there is no {SEEDS}")] };
    let mut breaches = Vec::new();
    for (line, path, names) in map.text.lines().enumerate().flat_map(|(at, line)| named(line).into_iter().map(move |(p, n)| (at + 1, p, n)))
    {
        let Some(file) = files.iter().find(|file| file.path == path) else {
            breaches.push(format!("{SEEDS}:{line}: there is no {path}"));
            continue;
        };
        if names.is_empty() {
            breaches.push(format!("{SEEDS}:{line}: say after {path} which test of it, as `name`"));
        }
        breaches.extend(names.iter().filter(|name| !tells(file, name)).map(|name| format!("{SEEDS}:{line}: {path} has no test `{name}`")));
    }
    breaches
}

/// Where a table has a column for it, each row names a test, or says `later` or `–`: that nothing is built, or nothing to be tested.
pub fn says_which_test(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut column = None;
    for (at, line) in files.iter().filter(|file| file.path == SEEDS).flat_map(|map| map.text.lines().enumerate()) {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        if !line.starts_with('|') {
            column = None;
        } else if column.is_none() {
            column = Some(cells.iter().position(|cell| *cell == "test"));
        } else if let Some(Some(place)) = column {
            let cell = cells.get(place).copied().unwrap_or_default();
            let said = cell.starts_with("---") || cell.starts_with("later") || cell.starts_with('–') || cell.contains("](");
            if !said {
                breaches.push(format!("{SEEDS}:{}: which test holds it? Or `later`, or `–`", at + 1));
            }
        }
    }
    breaches
}

/// The links to code in a line, from the root, each with the names that follow it.
fn named(line: &str) -> Vec<(String, Vec<&str>)> {
    let links = line.split("](../").skip(1).filter_map(|rest| rest.split_once(')'));
    let code = links.filter(|(path, _)| [".rs", ".ts"].iter().any(|end| path.ends_with(end)));
    code.map(|(path, after)| {
        let names = after.split(['[', '|']).next().unwrap_or_default().split('`').skip(1).step_by(2);
        (path.to_owned(), names.collect())
    })
    .collect()
}

/// Rust names a test by a function, TypeScript by a text, whose beginning is enough.
fn tells(file: &File, name: &str) -> bool {
    if file.is("rs") {
        return file.text.contains(&format!("fn {name}("));
    }
    ['\'', '"', '`'].iter().any(|quote| file.text.contains(&format!("{quote}{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(rule: fn(&[File]) -> Vec<String>, map: &str) -> usize {
        let tests =
            [File::new("a/tests/a.rs", "async fn two_talk(house: House) {"), File::new("b/a.story.ts", "story('two talk (on SQLite)', ..")];
        rule(&[tests.as_slice(), &[File::new(SEEDS, map)]].concat()).len()
    }

    #[test]
    fn a_test_that_is_not_there_is_refused() {
        assert_eq!(judge(tests_exist, "| x | [a](../a/tests/a.rs) `two_talk`, [b](../b/a.story.ts) `two talk` |"), 0);
        assert_eq!(judge(tests_exist, "| [page](adr/1.md) | [dir](../a/tests) |"), 0, "no link to a test");
        for map in
            ["[a](../a/tests/a.rs) `two_walk`", "[a](../a/tests/a.rs)", "[a](../a/tests/b.rs) `two_talk`", "[b](../b/a.story.ts) `talk`"]
        {
            assert_eq!(judge(tests_exist, map), 1, "{map}");
        }
    }

    #[test]
    fn a_sentence_without_a_test_is_refused() {
        let judge = |cell: &str| judge(says_which_test, &format!("| sentence | test |\n|---|---|\n| x | {cell} |\n\n| a | b |\n| c | d |"));
        for good in ["[a](../a.rs) `b`", "later", "– (nothing to see)"] {
            assert_eq!(judge(good), 0, "{good}");
        }
        for bad in ["", "no test yet"] {
            assert_eq!(judge(bad), 1, "{bad}");
        }
    }
}
