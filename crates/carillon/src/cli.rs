//! The command line.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result};
use carillon_platform::config::{Sources, environment, render};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::{admin, audit, backup, config, doctor, init, ports, reference, restore, roles, serve};

#[derive(Parser)]
#[command(name = "carillon", version, about = "A self-hosted server for live conversation: rooms, chat, calls.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until Ctrl-C or SIGTERM, then lets what runs come to its end. A second signal ends it at once.
    Serve {
        /// Tell what was started as one line of JSON, for programs.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: Settings,
    },
    /// Write carillon.toml, every key with its meaning and default, and say what to do next.
    Init {
        /// A file, or a directory for `carillon.toml` in it.
        #[arg(long, value_name = "PATH", default_value = "carillon.toml")]
        output: PathBuf,
        /// Replace the file that is there.
        #[arg(long)]
        force: bool,
    },
    /// What can be configured, and what is.
    #[command(subcommand)]
    Config(Configuration),
    /// List what listens where, by which setting, and whom a firewall must let through to it.
    Ports {
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: Settings,
    },
    /// Look whether this machine is fit and this server well, running or not: each line says what, why, and the command that cures it.
    /// Exit code 0 when all is well, 1 with warnings, 2 with errors.
    Doctor {
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
        /// Recount the whole audit record, not only its end. That takes its time.
        #[arg(long)]
        deep: bool,
        #[command(flatten)]
        settings: Settings,
    },
    /// Print the HTTP API as an OpenAPI document.
    Openapi,
    /// Print the schemas of the Socket.IO events.
    EventsSchema,
    /// The record of who did what.
    #[command(subcommand)]
    Audit(Audit),
    /// Write all that the server keeps into one sealed file, also beside a running server, and try a restore of it.
    Backup {
        /// Where: a directory, or a file that is not there yet. Without it, backup.directory.
        #[arg(long, value_name = "PATH")]
        to: Option<PathBuf>,
        /// Do not try a restore of it. A backup counts only when one was.
        #[arg(long)]
        no_verify: bool,
        #[command(flatten)]
        passphrase: Passphrase,
        #[command(flatten)]
        settings: Settings,
    },
    /// Put the backup FILE into a fresh directory and an empty database; apps then begin anew.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Only try it: in a temporary place, which goes afterwards.
        #[arg(long)]
        verify: bool,
        #[command(flatten)]
        passphrase: Passphrase,
        #[command(flatten)]
        settings: Settings,
    },
    /// For whoever administers this machine.
    #[command(subcommand)]
    Admin(Admin),
    /// List the parts that a process can run (`--roles`).
    Roles,
    /// Print what completes these commands in a shell: `source <(carillon completions bash)`.
    Completions { shell: Shell },
    /// Print this help as a page of the book.
    #[command(hide = true)]
    Reference,
}

#[derive(Subcommand)]
enum Configuration {
    /// Say whether the configuration holds; exit code 2 if it does not.
    Check(Settings),
    /// Print what is in force, secrets masked, and who set what is not as compiled in.
    Show(Settings),
    /// Print every key with its meaning and default: the file carillon.toml.
    Default,
}

#[derive(Subcommand)]
enum Audit {
    /// Recount the whole record, also beside a running server; exit code 1 if it does not hold.
    Verify(Settings),
}

#[derive(Subcommand)]
enum Admin {
    /// Print a link that signs in an administrator, once and within 15 minutes. It also works beside a running server.
    Link(Settings),
    /// Make an account. Without a password it prints a link that signs its person in, once and within 15 minutes. It also works beside a
    /// running server.
    CreateUser {
        #[command(flatten)]
        account: admin::Account,
        /// What others see; the login, unless it is said.
        #[arg(long)]
        name: Option<String>,
        /// Make it an administrator.
        #[arg(long)]
        admin: bool,
        #[command(flatten)]
        settings: Settings,
    },
    /// End all sessions of an account and give it another password, or none and a link that signs its person in, once and within 15
    /// minutes. It also works beside a running server.
    Reset {
        #[command(flatten)]
        account: admin::Account,
        #[command(flatten)]
        settings: Settings,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

#[derive(Args)]
struct Passphrase {
    /// A file that holds the passphrase of backups. Without it, backup.passphrase.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<String>,
}

impl Passphrase {
    fn over(self, settings: Settings) -> Sources {
        let mut sources = settings.sources();
        sources.overrides.extend(self.passphrase_file.map(|file| ("backup.passphrase_file".into(), file)));
        sources
    }
}

/// Where settings come from. Anything left out is as the file, the environment or the defaults say.
#[derive(Args)]
#[command(next_help_heading = reference::SETTINGS)]
pub(crate) struct Settings {
    /// A configuration file in TOML.
    #[arg(long, env = "CARILLON_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of this server's own files.
    #[arg(long, value_name = "DIRECTORY")]
    data: Option<String>,
    /// `sqlite:PATH` or `postgres://user@host/name`.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Address and port of the public door; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Address and port of the operator's door.
    #[arg(long, value_name = "ADDRESS")]
    operator: Option<String>,
    /// The address that people type.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// HTTPS for the devices of a local network, by an authority of this house's own.
    #[arg(long)]
    lan: bool,
    /// Parts to run, parted by commas.
    #[arg(long, value_name = "ROLES")]
    roles: Option<String>,
    /// Any other key of the configuration, such as `jobs.at_once=4`.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    text.split_once('=').map(|(key, value)| (key.trim().into(), value.into())).ok_or_else(|| "write it as key=value".into())
}

impl Settings {
    pub(crate) fn sources(self) -> Sources {
        let named = [
            ("data", self.data),
            ("database.url", self.database),
            ("gateway.listen", self.listen),
            ("gateway.operator", self.operator),
            ("gateway.public_url", self.public_url),
            ("gateway.lan", self.lan.then(|| "true".into())),
            ("roles", self.roles),
        ];
        let named = named.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Sources { file: self.config, env: environment(), aliases: config::ALIASES, overrides: named.chain(self.set).collect() }
    }
}

impl Cli {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::Serve { json, settings } => block_on(serve::serve(config::read(&settings.sources())?, json))?,
            Command::Init { output, force } => init::init(output, force),
            Command::Ports { json, settings } => ports::print(&config::read(&settings.sources())?, json),
            Command::Doctor { json, deep, settings } => block_on(doctor::doctor(settings.sources(), deep, json))?,
            Command::Config(Configuration::Check(settings)) => {
                let loaded = config::read(&settings.sources())?;
                loaded.warnings.iter().for_each(|warning| eprintln!("{warning}"));
                println!("the configuration holds");
                Ok(ExitCode::SUCCESS)
            }
            Command::Config(Configuration::Show(settings)) => print(&config::read(&settings.sources())?.show()),
            Command::Config(Configuration::Default) => print(&render::<config::Config>()),
            Command::Openapi => print(&carillon_gateway::openapi(&carillon_gateway::entries())),
            Command::EventsSchema => print(&carillon_gateway::events_schema(&carillon_gateway::entries())),
            Command::Audit(Audit::Verify(settings)) => block_on(audit::verify(config::read(&settings.sources())?.config))?,
            Command::Backup { to, no_verify, passphrase, settings } => {
                block_on(backup::command(config::read(&passphrase.over(settings))?.config, to, !no_verify))?
            }
            Command::Restore { file, verify, passphrase, settings } => {
                block_on(restore::command(config::read(&passphrase.over(settings))?.config, file, verify))?
            }
            Command::Admin(Admin::Link(settings)) => block_on(admin::link(config::read(&settings.sources())?.config))?,
            Command::Admin(Admin::CreateUser { account, name, admin, settings }) => {
                block_on(admin::create_user(config::read(&settings.sources())?.config, account, name, admin))?
            }
            Command::Admin(Admin::Reset { account, settings }) => {
                block_on(admin::reset(config::read(&settings.sources())?.config, account))?
            }
            Command::Roles => print(&roles::list()),
            Command::Completions { shell } => print(&completions(shell)),
            Command::Reference => print(&reference::page()),
        }
    }
}

fn completions(shell: Shell) -> String {
    use clap_complete::{Shell as For, generate};
    let shell = match shell {
        Shell::Bash => For::Bash,
        Shell::Zsh => For::Zsh,
        Shell::Fish => For::Fish,
    };
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "carillon", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

fn print(text: &str) -> Result<ExitCode> {
    io::stdout().write_all(text.as_bytes()).context("writing to standard output")?;
    Ok(ExitCode::SUCCESS)
}

fn block_on<T>(work: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?;
    let done = runtime.block_on(work);
    // What was to be waited for has been; what was cut off is not.
    runtime.shutdown_background();
    Ok(done)
}
