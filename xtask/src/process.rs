//! Running other programs: each in a process group of its own, so that Ctrl-C, SIGTERM and the end of a part leave nothing behind.

use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

static STOPPING: AtomicBool = AtomicBool::new(false);
static RUNNING: Mutex<Vec<(Pid, Signal)>> = Mutex::new(Vec::new());

/// From here on a signal ends whatever runs, and the way out is the ordinary one: `run` fails and destructors clean up.
/// A second signal ends it without mercy.
pub(crate) fn listen() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("listening for signals")?;
    thread::spawn(move || {
        for _ in signals.forever() {
            let again = STOPPING.swap(true, Ordering::SeqCst);
            for (group, polite) in running().iter() {
                let _ = kill_process_group(*group, if again { Signal::KILL } else { *polite });
            }
        }
    });
    Ok(())
}

/// Whether a signal asked us to end.
pub(crate) fn stopping() -> bool {
    STOPPING.load(Ordering::SeqCst)
}

/// A program under way. It ends with this value.
pub(crate) struct Running {
    child: Child,
    polite: Signal,
    over: bool,
}

impl Running {
    /// Starts a program that `polite` ends gracefully.
    pub(crate) fn start(command: &mut Command, polite: Signal) -> Result<Self> {
        let mut running = running();
        if stopping() {
            bail!("stopped");
        }
        command.stdin(Stdio::null()).process_group(0);
        let child = command.spawn().with_context(|| format!("starting {}", shown(command)))?;
        running.push((Pid::from_child(&child), polite));
        Ok(Self { child, polite, over: false })
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    pub(crate) fn alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().context("waiting for a program")?;
        self.forget();
        Ok(status)
    }

    fn forget(&mut self) {
        self.over = true;
        let group = Pid::from_child(&self.child);
        running().retain(|(other, _)| *other != group);
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

/// Runs a program to its end, and fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = Running::start(command, Signal::TERM)?.wait()?;
    verdict(command, status)
}

/// What the end of a program means.
pub(crate) fn verdict(command: &Command, status: ExitStatus) -> Result<()> {
    if stopping() {
        bail!("stopped");
    }
    if !status.success() {
        bail!("`{}`: {status}", shown(command));
    }
    Ok(())
}

/// What a program prints, or nothing when it is missing or fails.
pub(crate) fn says(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// The groups that `Running` knows.
pub(crate) fn running() -> MutexGuard<'static, Vec<(Pid, Signal)>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
