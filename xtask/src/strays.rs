//! What children leave behind when they end: browsers, servers, watchers. We adopt it, name it and end it.

use std::{fs, sync::OnceLock, thread, time::Duration};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid};

use crate::process::running;

/// Children that whoever became us had before: not ours to end.
static BEFORE: OnceLock<Vec<Pid>> = OnceLock::new();

/// From here on an orphan among our descendants becomes our child, so that `sweep` finds it.
pub(crate) fn adopt() -> Result<()> {
    BEFORE.get_or_init(|| children().into_iter().map(|(pid, _)| pid).collect());
    set_child_subreaper(Some(getpid())).context("adopting orphans")
}

/// Ends every orphan, whatever it started included, and returns the names of those that still ran.
pub(crate) fn sweep() -> Vec<String> {
    let mut names = Vec::new();
    for round in 0..40 {
        let mut none = true;
        for (pid, name) in strays() {
            none = false;
            let _ = kill_process(pid, if round < 20 { Signal::TERM } else { Signal::KILL });
            if matches!(waitpid(Some(pid), WaitOptions::NOHANG), Ok(None)) && round == 0 {
                names.push(name);
            }
        }
        if none {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    names
}

/// Children that nobody here started.
fn strays() -> Vec<(Pid, String)> {
    let mut known: Vec<Pid> = running().iter().map(|(pid, _)| *pid).collect();
    known.extend(BEFORE.get().into_iter().flatten());
    children().into_iter().filter(|(pid, _)| !known.contains(pid)).collect()
}

fn children() -> Vec<(Pid, String)> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| {
            let pid = Pid::from_raw(entry.ok()?.file_name().to_str()?.parse().ok()?)?;
            let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
            let (name, parent) = name_and_parent(&stat)?;
            (parent == getpid().as_raw_nonzero().get()).then(|| (pid, name.to_owned()))
        })
        .collect()
}

/// From `pid (name) state parent ...`, where the name may hold spaces and brackets: proc(5).
fn name_and_parent(stat: &str) -> Option<(&str, i32)> {
    let (head, tail) = stat.rsplit_once(')')?;
    Some((head.split_once('(')?.1, tail.split_whitespace().nth(1)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_may_hold_brackets() {
        assert_eq!(super::name_and_parent("7 (a (b) c) S 42 7 7"), Some(("a (b) c", 42)));
    }
}
