//! A PostgreSQL of our own for tests: private port, temporary directory, gone at the end.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    packages::{need, open_to_all},
    run::{command, quietly},
};

/// Stops its server, and takes its files away, when dropped.
pub(crate) struct Postgres {
    server: Child,
    directory: PathBuf,
    pub url: String,
}

impl Postgres {
    pub(crate) fn start() -> Result<Self> {
        need(&["postgresql"])?;
        let programs = newest_programs()?;
        let directory = std::env::temp_dir().join(format!("carillon-postgres-{}", std::process::id()));
        let data = directory.join("data");
        fs::create_dir_all(&directory)?;
        open_to_all(&directory)?;
        let (data_text, socket) = (data.display().to_string(), directory.display().to_string());
        let initdb = programs.join("initdb");
        quietly(as_postgres(&initdb, &["-D", &data_text, "-U", "carillon", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"])?)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let port_text = port.to_string();
        let mut start = as_postgres(
            &programs.join("postgres"),
            &[
                "-D", &data_text, "-h", "127.0.0.1", "-p", &port_text, "-k", &socket, "-c", "fsync=off", "-c", "max_connections=400",
            ],
        )?;
        let log = fs::File::create(directory.join("log"))?;
        let server = start.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn().context("postgres does not start")?;
        let url = format!("postgres://carillon@127.0.0.1:{port}/postgres?sslmode=disable");
        let mut postgres = Self { server, directory, url };
        postgres.wait(port)?;
        Ok(postgres)
    }

    fn wait(&mut self, port: u16) -> Result<()> {
        let since = Instant::now();
        while quietly(command("pg_isready", ["-q", "-h", "127.0.0.1", "-p", &port.to_string()])).is_err() {
            if self.server.try_wait()?.is_some() || since.elapsed() > Duration::from_secs(30) {
                bail!("PostgreSQL did not start:\n{}", fs::read_to_string(self.directory.join("log")).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT: a fast shutdown, sessions are ended.
        let _ = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &std::path::Path, args: &[&str]) -> Result<Command> {
    let root = quietly(command("id", ["-u"]))?.trim() == "0";
    let mut line = if root { Command::new("setpriv") } else { Command::new(program) };
    if root {
        line.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig", "INT"]).arg(program);
    }
    line.args(args).current_dir("/");
    Ok(line)
}

fn newest_programs() -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").context("Debian's postgresql is not there")?;
    let newest = versions.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok()).max();
    newest.map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"))).context("no version of PostgreSQL is there")
}

pub(crate) fn foreground() -> Result<()> {
    let mut postgres = Postgres::start()?;
    println!("export CARILLON_TEST_POSTGRES='{}'", postgres.url);
    let _ = postgres.server.wait();
    Ok(())
}
