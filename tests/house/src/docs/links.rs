//! Links within the repository.

use std::collections::{BTreeSet, HashMap};

use crate::File;

/// Every relative link of a Markdown file leads to a file or directory of the repository, and to a heading that is there.
/// `paths` are those of all files, of pictures too.
pub fn leads_somewhere(files: &[File], paths: &BTreeSet<String>) -> Vec<String> {
    let pages: HashMap<&str, &File> = pages(files).map(|page| (page.path.as_str(), page)).collect();
    let mut breaches = Vec::new();
    for page in pages.values() {
        for (line, target) in targets(&page.text) {
            let (path, heading) = target.split_once('#').unwrap_or((&target, ""));
            let Some(path) = (if path.is_empty() { Some(page.path.clone()) } else { resolve(&page.path, path) }) else {
                breaches.push(format!(
                    "{}:{line}: {target}: a link says its way from the page on which it stands, within the repository",
                    page.path
                ));
                continue;
            };
            let below = format!("{path}/");
            if !paths.contains(&path) && !paths.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below)) {
                breaches.push(format!("{}:{line}: {target}: there is no {path}", page.path));
            } else if let (false, Some(there)) = (heading.is_empty(), pages.get(path.as_str()))
                && !headings(&there.text).contains(heading)
            {
                breaches.push(format!("{}:{line}: {target}: {path} has no such heading", page.path));
            }
        }
    }
    breaches.sort();
    breaches
}

/// Every page of `docs/` is in the book's table of contents.
pub fn stands_in_the_book(files: &[File]) -> Vec<String> {
    const CONTENTS: &str = "docs/SUMMARY.md";
    let Some(contents) = files.iter().find(|file| file.path == CONTENTS) else { return vec![format!("there is no {CONTENTS}")] };
    let listed: BTreeSet<String> = targets(&contents.text).iter().filter_map(|(_, target)| resolve(CONTENTS, target)).collect();
    let missing = pages(files).filter(|page| page.path.starts_with("docs/") && page.path != CONTENTS && !listed.contains(&page.path));
    missing.map(|page| format!("{}: give it its line in {CONTENTS}", page.path)).collect()
}

fn pages(files: &[File]) -> impl Iterator<Item = &File> {
    files.iter().filter(|file| file.is("md"))
}

/// What is linked, with its line; without addresses of the world, and without what stands in code.
fn targets(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, text) in prose(text) {
        let mut rest = without_code(text);
        while let Some(at) = rest.find("](") {
            rest.drain(..at + 2);
            let end = rest.find([')', ' ']).unwrap_or(rest.len());
            let target: String = rest.drain(..end).collect();
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                found.push((line, target));
            }
        }
    }
    found
}

/// The lines outside of fences, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(at, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((at + 1, line))
    })
}

fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

/// Where a link of a page leads, from the root.
fn resolve(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    if target.starts_with('/') {
        return None;
    }
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The names by which headings are linked, as forges make them.
fn headings(text: &str) -> BTreeSet<String> {
    let mut seen = HashMap::new();
    let titles = prose(text).filter(|(_, line)| line.starts_with('#')).map(|(_, line)| line.trim_start_matches('#').trim());
    let names = titles.map(|title| {
        let kept = title.to_lowercase().chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ')).collect::<String>();
        let name = kept.replace(' ', "-");
        let before = seen.entry(name.clone()).and_modify(|times| *times += 1).or_insert(0);
        if *before == 0 { name } else { format!("{name}-{before}") }
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> usize {
        let files =
            [File::new("docs/a.md", text), File::new("docs/b/c.md", "# On a network: `--lan`\n## Twice\n## Twice\n```\n# None\n```\n")];
        let others = ["docs/a.md", "docs/b/c.md", "docs/pictures/call.png", "crates/calls/src/lib.rs"];
        leads_somewhere(&files, &others.map(String::from).into()).len()
    }

    #[test]
    fn a_link_that_leads_nowhere_is_refused() {
        for good in [
            "[c](b/c.md) and [c](b/c.md#on-a-network---lan), [again](b/c.md#twice-1)",
            "![two people](pictures/call.png) [calls](../crates/calls) [lib](../crates/calls/src/lib.rs)",
            "# Here\n[up](#here) [out](https://example.org/x.md) [draft]()",
            "`[code](nowhere.md)`\n```\n[code](nowhere.md)\n```",
        ] {
            assert_eq!(judge(good), 0, "{good}");
        }
        for bad in ["[d](b/d.md)", "[c](b/c.md#none)", "[up](#there)", "[out](../../x.md)", "[root](/docs/a.md)", "[part](../crates/cal)"] {
            assert_eq!(judge(bad), 1, "{bad}");
        }
    }

    #[test]
    fn a_page_outside_the_book_is_refused() {
        let page = File::new("docs/adr/1.md", "");
        assert_eq!(stands_in_the_book(&[File::new("docs/SUMMARY.md", "- [one](adr/2.md)"), page.clone()]).len(), 1);
        assert!(stands_in_the_book(&[File::new("docs/SUMMARY.md", "- [one](adr/1.md)"), page]).is_empty());
    }
}
