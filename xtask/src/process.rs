//! Running other programs: each in a process group of its own, so that Ctrl-C, SIGTERM and the end of a part leave nothing behind.

use std::{
    collections::HashSet,
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, kill_process_group, set_child_subreaper, waitpid};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

static STOPPING: AtomicBool = AtomicBool::new(false);
static RUNNING: Mutex<Vec<(Pid, Signal)>> = Mutex::new(Vec::new());

/// From here on a signal ends whatever runs, and the way out is the ordinary one: `run` fails, destructors clean up.
pub(crate) fn listen() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("listening for signals")?;
    thread::spawn(move || {
        for times in signals.forever().enumerate().map(|(times, _)| times) {
            STOPPING.store(true, Ordering::SeqCst);
            for (group, polite) in RUNNING.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let _ = kill_process_group(*group, if times == 0 { *polite } else { Signal::KILL });
            }
        }
    });
    Ok(())
}

/// Whether a signal asked us to end.
pub(crate) fn stopping() -> bool {
    STOPPING.load(Ordering::SeqCst)
}

/// A program under way, which ends with this value.
pub(crate) struct Running {
    child: Child,
    polite: Signal,
    over: bool,
}

impl Running {
    /// Starts a program that `polite` ends gracefully.
    pub(crate) fn start(command: &mut Command, polite: Signal) -> Result<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if stopping() {
            bail!("stopped");
        }
        let child = command.process_group(0).spawn().with_context(|| format!("starting {}", shown(command)))?;
        running.push((Pid::from_child(&child), polite));
        Ok(Self { child, polite, over: false })
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().context("waiting for a program")?;
        self.forget();
        Ok(status)
    }

    pub(crate) fn alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn forget(&mut self) {
        self.over = true;
        let group = Pid::from_child(&self.child);
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).retain(|(other, _)| *other != group);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let group = Pid::from_child(&self.child);
        let _ = kill_process_group(group, self.polite);
        for _ in 0..100 {
            if !self.alive() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
        self.forget();
    }
}

/// Runs a program to its end and fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    command.stdin(std::process::Stdio::null());
    let status = Running::start(command, Signal::TERM)?.wait()?;
    if stopping() {
        bail!("stopped");
    }
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// What a program says, or nothing when it is missing or fails.
pub(crate) fn says(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Whatever our children leave behind becomes our child, so that `sweep` finds it.
pub(crate) fn adopt() -> Result<()> {
    set_child_subreaper(Some(getpid())).context("adopting orphans")
}

/// Ends what a part left running and returns the names.
pub(crate) fn sweep() -> Vec<String> {
    let mut names = Vec::new();
    for round in 0..40 {
        let strays = strays();
        if strays.is_empty() {
            break;
        }
        for (pid, name) in strays {
            let _ = kill_process(pid, if round < 20 { Signal::TERM } else { Signal::KILL });
            if !matches!(waitpid(Some(pid), WaitOptions::NOHANG), Ok(Some(_))) && round == 0 {
                names.push(name);
            }
        }
        thread::sleep(Duration::from_millis(100));
    }
    names
}

/// Children of ours that `Running` does not know.
fn strays() -> Vec<(Pid, String)> {
    let known: HashSet<Pid> = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(pid, _)| *pid).collect();
    let ours = getpid().as_raw_nonzero().get();
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| {
            let pid = Pid::from_raw(entry.ok()?.file_name().to_str()?.parse().ok()?)?;
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
            // "pid (name) state parent ..."; the name may hold spaces and brackets (proc(5)).
            let (head, tail) = stat.rsplit_once(')')?;
            let parent: i32 = tail.split_whitespace().nth(1)?.parse().ok()?;
            (parent == ours && !known.contains(&pid)).then(|| (pid, head.split_once('(').map_or(head, |(_, name)| name).to_owned()))
        })
        .collect()
}
