//! A PostgreSQL of our own: made anew, on a private port, gone with its directory. For tests it does without durability.

use std::{
    fs,
    io::Read,
    net::TcpListener,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::{Signal, geteuid};

use crate::{
    debian::{self, Tool},
    process::{Running, run, says, stopping},
};

/// Serves until a signal comes, for whoever runs tests by hand.
pub(crate) fn chore(arguments: &[String]) -> Result<()> {
    let port = arguments.first().map(|word| word.parse()).transpose().context("a port is a number")?;
    let mut postgres = Postgres::start(port)?;
    println!("export CARILLON_TEST_POSTGRES='{}'", postgres.url);
    let status = postgres.server.wait()?;
    if !stopping() {
        bail!("PostgreSQL: {status}");
    }
    Ok(())
}

/// A running server. It stops, and its files go, when this is dropped.
pub(crate) struct Postgres {
    // The order matters: fields are dropped from the first to the last.
    server: Running,
    files: Files,
    pub(crate) url: String,
}

impl Postgres {
    /// Starts a server for tests on `port`, or on a free one: hasty, since nobody needs its files afterwards.
    pub(crate) fn start(port: Option<u16>) -> Result<Self> {
        let hasty = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"];
        Self::start_with(port, &hasty)
    }

    /// Starts a server as Debian would, for measurements.
    pub(crate) fn start_durable() -> Result<Self> {
        Self::start_with(None, &[])
    }

    fn start_with(port: Option<u16>, settings: &[&str]) -> Result<Self> {
        debian::ensure(&[Tool::Postgres])?;
        let programs = programs().context("finding PostgreSQL's programs")?;
        let port = port.map_or_else(free_port, Ok)?;
        // It refuses to be root, so as root it runs as the user that its package made.
        let user = if geteuid().is_root() { Some(postgres_user()?) } else { None };
        let files = Files::make(user)?;
        let Files(home) = &files;
        let password = random_word()?;
        fs::write(home.join("password"), &password)?;
        chown(home.join("password"), user, None)?;
        let data = home.join("data");
        let mut initdb = as_user(user, &programs.join("initdb"));
        initdb.args(["--username=carillon", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        initdb.arg("--pwfile").arg(home.join("password")).arg("-D").arg(&data).stdout(fs::File::create(home.join("initdb.log"))?);
        run(&mut initdb)?;

        let mut server = as_user(user, &programs.join("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(home).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        for setting in settings.iter().chain(&["max_connections=400", "jit=off"]) {
            server.args(["-c", setting]);
        }
        let log = fs::File::create(home.join("log"))?;
        server.stdout(log.try_clone()?).stderr(log);
        // SIGINT ends PostgreSQL cleanly at once; SIGTERM would wait for every client to leave.
        let server = Running::start(&mut server, Signal::INT)?;
        let url = format!("postgres://carillon:{password}@127.0.0.1:{port}/postgres?sslmode=disable");
        let mut postgres = Self { server, files, url };
        postgres.until_ready(&programs, port)?;
        Ok(postgres)
    }

    fn until_ready(&mut self, programs: &Path, port: u16) -> Result<()> {
        let asks = programs.join("pg_isready");
        for _ in 0..300 {
            if !self.server.alive() {
                let log = fs::read_to_string(self.files.0.join("log")).unwrap_or_default();
                bail!("PostgreSQL did not start:\n{log}");
            }
            if says(&asks.to_string_lossy(), &["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL did not answer within 15 s")
    }
}

/// The files of one server, named after the process that serves it.
struct Files(PathBuf);

const PREFIX: &str = "carillon-postgres-";

impl Files {
    fn make(user: Option<u32>) -> Result<Self> {
        // A process that was killed could not remove its own.
        for entry in fs::read_dir(std::env::temp_dir())?.flatten() {
            let name = entry.file_name();
            let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
            if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let home = std::env::temp_dir().join(format!("{PREFIX}{}", std::process::id()));
        fs::create_dir(&home).with_context(|| format!("making {}", home.display()))?;
        let files = Self(home);
        fs::set_permissions(&files.0, fs::Permissions::from_mode(0o700))?;
        chown(&files.0, user, None)?;
        Ok(files)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Where the newest installed server's programs lie: Debian keeps them off the `PATH`.
pub(crate) fn programs() -> Option<PathBuf> {
    let directory = |version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"));
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let numbers = versions.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    numbers.filter(|version| directory(*version).join("postgres").exists()).max().map(directory)
}

fn postgres_user() -> Result<u32> {
    let id = says("id", &["-u", "postgres"]).context("there is no user `postgres`; Debian's package makes it")?;
    id.parse().context("the id of user `postgres`")
}

/// The program, as this user, and told to end should we be killed.
fn as_user(user: Option<u32>, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if let Some(id) = user {
        command.args([format!("--reuid={id}"), format!("--regid={id}"), "--clear-groups".into()]);
    }
    command.args(["--pdeathsig", "INT"]).arg(program).current_dir("/");
    command
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn random_word() -> Result<String> {
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
