//! How long files are: long ones are where newcomers get lost.

use crate::File;

const LONGEST: usize = 800;
const LONGEST_OF_NINE_IN_TEN: usize = 450;

/// No file passes 800 lines.
pub fn never_long(files: &[File]) -> Vec<String> {
    lengths(files)
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, path)| {
            format!("{path}: {lines} lines; look for the second noun in it and give it a file (at most {LONGEST}, better 150)")
        })
        .collect()
}

/// Nine files in ten stay within 450 lines.
pub fn mostly_short(files: &[File]) -> Vec<String> {
    let mut lengths: Vec<_> = lengths(files).collect();
    lengths.sort_unstable();
    let beyond = lengths.len() * 9 / 10;
    match lengths.get(beyond) {
        Some((lines, _)) if *lines > LONGEST_OF_NINE_IN_TEN => {
            let longest = lengths[beyond..].iter().rev().map(|(lines, path)| format!("\n    {lines} {path}")).collect::<Vec<_>>().concat();
            vec![format!("one file in ten is longer than {LONGEST_OF_NINE_IN_TEN} lines; divide the longest:{longest}")]
        }
        _ => Vec::new(),
    }
}

fn lengths(files: &[File]) -> impl Iterator<Item = (usize, &str)> {
    files.iter().filter(|file| file.is_our_rust()).map(|file| (file.text.lines().count(), file.path.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> File {
        File::new(path, &"x\n".repeat(lines))
    }

    #[test]
    fn a_long_file_is_named_unless_it_is_generated() {
        assert_eq!(never_long(&[file("crates/a/src/a.rs", 801)]).len(), 1);
        assert!(never_long(&[file("crates/a/src/a.rs", 800), file("crates/proto/src/gen/b.rs", 9000), file("docs/c.md", 9000)]).is_empty());
    }

    #[test]
    fn many_longish_files_are_too_many() {
        let mut files: Vec<File> = (0..18).map(|number| file(&format!("crates/a/src/{number}.rs"), 100)).collect();
        files.extend([file("crates/a/src/x.rs", 500), file("crates/a/src/y.rs", 100)]);
        assert!(mostly_short(&files).is_empty());
        files.extend([file("crates/a/src/z.rs", 451), file("crates/a/src/w.rs", 451)]);
        assert_eq!(mostly_short(&files).len(), 1);
    }
}
