//! How many tests ran, read from what the runners print: cargo's, Vitest's and Node's.

use anyhow::{Result, bail};

/// What a part's output says of its tests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// Each test is counted in the output.
    Tests,
    /// The part is one check.
    Itself,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(super) passed: u32,
    pub(super) failed: u32,
    pub(super) skipped: u32,
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

impl Count {
    /// Takes in one line of output; most say nothing.
    pub(super) fn line(&mut self, line: &str) {
        let line = plain(line);
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result: ") {
            // `ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`
            let (_, numbers) = result.split_once(". ").unwrap_or_default();
            self.pairs(numbers.split("; "));
        } else if let Some(numbers) = line.strip_prefix("Tests ") {
            // `Tests  1 failed | 12 passed | 2 skipped (15)`
            self.pairs(numbers.split('(').next().unwrap_or_default().split('|'));
        } else if let Some(pair) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            // `# pass 12`
            if let [word, number] = pair.split(' ').collect::<Vec<_>>()[..] {
                self.pairs([format!("{number} {word}").as_str()]);
            }
        }
    }

    fn pairs<'a>(&mut self, pairs: impl IntoIterator<Item = &'a str>) {
        for pair in pairs {
            let mut words = pair.split_whitespace();
            let (Some(Ok(number)), Some(word)) = (words.next().map(str::parse::<u32>), words.next()) else { continue };
            match word {
                "passed" | "pass" => self.passed += number,
                "failed" | "fail" | "cancelled" => self.failed += number,
                "ignored" | "skipped" | "todo" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// A runner that exits with success must have run something.
    pub(super) fn verdict(&self, counts: Counts) -> Result<()> {
        if counts == Counts::Tests && self.passed == 0 {
            bail!("no test ran, or the runner's summary was not understood");
        }
        Ok(())
    }

    /// A part that is one check counts as one; so does one that broke before it could count.
    pub(super) fn close(&mut self, counts: Counts, good: bool) {
        if good && counts == Counts::Itself {
            self.passed += 1;
        }
        if !good && self.failed == 0 {
            self.failed = 1;
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The line without its colours: ECMA-48, control sequences.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for (number, piece) in line.split("\u{1b}[").enumerate() {
        let end = if number == 0 { 0 } else { piece.find(|c: char| c.is_ascii_alphabetic()).map_or(0, |at| at + 1) };
        text.push_str(&piece[end..]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> Count {
        let mut count = Count::default();
        text.lines().for_each(|line| count.line(line));
        count
    }

    #[test]
    fn each_runner_is_understood() {
        let cargo = "running 3 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                     test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.01s";
        assert_eq!(count(cargo), Count { passed: 6, failed: 1, skipped: 1 });
        let vitest = " Test Files  1 failed | 3 passed (4)\n\u{1b}[2m      Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m | \u{1b}[32m12 passed\u{1b}[39m | 2 skipped (15)";
        assert_eq!(count(vitest), Count { passed: 12, failed: 1, skipped: 2 });
        let node = "ℹ tests 5\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\n# pass 2\n# fail 0";
        assert_eq!(count(node), Count { passed: 5, failed: 1, skipped: 1 });
    }

    #[test]
    fn a_runner_that_ran_nothing_has_not_passed() {
        assert!(count("test result: ok. 0 passed; 0 failed; 3 ignored").verdict(Counts::Tests).is_err());
    }

    #[test]
    fn a_part_that_broke_before_it_counted_is_one_failure() {
        let mut broken = count("error: could not compile");
        broken.close(Counts::Tests, false);
        assert_eq!(broken.failed, 1);
    }
}
