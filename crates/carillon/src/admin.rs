//! Accounts from the machine itself: the link that signs the first administrator in at the start of a server, and `carillon admin`, beside a
//! server or without one.

use std::{
    fs,
    io::{self, Read},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result};
use carillon_core::{Principal, Problem, Role};
use carillon_gate::{Database, Gate};
use carillon_identity::{
    Login, NewPassword, PersonName,
    verbs::{AdminLinkMade, CreateAccount, CreateAdminLink, ResetAccount},
};
use carillon_media::IceServers;
use carillon_platform::{tasks::Tasks, telemetry};
use clap::Args;

use crate::{
    config::{Config, Unfit},
    data::{self, Data, LINK},
    house::{self, House, migrations, plain},
};

const WHO: Principal = Principal::system("cli");

/// Whose account it is, and by what they come in from now on.
#[derive(Args)]
pub(crate) struct Account {
    /// What the account signs in with.
    login: String,
    /// A file whose first line is the password; `-` reads it from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "link")]
    password_file: Option<PathBuf>,
    /// No password: print a link that signs its person in, once. It is so unless `--password-file` is given.
    #[arg(long)]
    link: bool,
}

/// The link of a server that nobody administers yet, and the file that holds it too.
pub(crate) struct FirstLink {
    pub url: String,
    pub file: PathBuf,
}

/// A link, while no administrator has chosen a password.
pub(crate) async fn first_link(house: &House, data: &Data) -> Result<Option<FirstLink>> {
    data.forget_link();
    let Some(made) = house.gate.act(&WHO, CreateAdminLink { unless_settled: true }).await.map_err(plain)? else { return Ok(None) };
    let url = shown(&house.url, &made);
    let file = data.keep(LINK, &format!("{url}\n"))?;
    Ok(Some(FirstLink { url, file }))
}

/// `carillon admin link`.
pub(crate) async fn link(config: Config) -> Result<ExitCode> {
    let made = beside(config, async |gate| gate.act(&WHO, CreateAdminLink { unless_settled: false }).await).await?;
    println!("{}", made.context("no link was made")?);
    eprintln!("It signs an administrator in, once and within 15 minutes.");
    Ok(ExitCode::SUCCESS)
}

/// `carillon admin create-user`.
pub(crate) async fn create_user(config: Config, account: Account, name: Option<String>, admin: bool) -> Result<ExitCode> {
    let (login, password) = account.read()?;
    let name = PersonName::try_from(name.unwrap_or_else(|| login.as_str().into())).map_err(|why| Unfit::Typed("--name", why))?;
    let role = if admin { Role::Admin } else { Role::Member };
    let verb = CreateAccount::new(login.clone(), name, role, password);
    let link = beside(config, async |gate| gate.act(&WHO, verb).await).await?;
    tell(link, &format!("{} has an account", login.as_str()));
    Ok(ExitCode::SUCCESS)
}

/// `carillon admin reset`.
pub(crate) async fn reset(config: Config, account: Account) -> Result<ExitCode> {
    let (login, password) = account.read()?;
    let verb = ResetAccount::new(login.clone(), password);
    let link = beside(config, async |gate| gate.act(&WHO, verb).await).await?;
    tell(link, &format!("all sessions of {} have ended", login.as_str()));
    Ok(ExitCode::SUCCESS)
}

impl Account {
    fn read(self) -> Result<(Login, Option<NewPassword>)> {
        let login = Login::try_from(self.login).map_err(|why| Unfit::Typed("LOGIN", why))?;
        let Some(path) = self.password_file else { return Ok((login, None)) };
        let mut text = String::new();
        if path.as_os_str() == "-" {
            io::stdin().read_to_string(&mut text).context("reading the password from standard input")?;
        } else {
            text = fs::read_to_string(&path).with_context(|| format!("reading the password from {}", path.display()))?;
        }
        let first = text.lines().next().unwrap_or_default().to_owned();
        Ok((login, Some(NewPassword::try_from(first).map_err(|why| Unfit::Typed("--password-file", why))?)))
    }
}

/// The link alone goes to standard output, for programs.
fn tell(link: Option<String>, done: &str) {
    match link {
        Some(link) => {
            println!("{link}");
            eprintln!("{done}. The link signs its person in, once and within 15 minutes; then they choose a password.");
        }
        None => eprintln!("{done}. The password is the one that was given."),
    }
}

/// Acts through the gate on the database of a server, whether that runs or not; a link that comes of it is shown whole.
async fn beside(config: Config, act: impl AsyncFnOnce(&Gate) -> Result<Option<AdminLinkMade>, Problem>) -> Result<Option<String>> {
    let url = config.gateway.public_url.clone().or_else(|| data::address(&config));
    let url = url.context("the server was never started here, and its address is not known: start it once, or say --public-url")?;
    let database = Database::attach(&config.database.engine(), &migrations()).await.map_err(plain)?;
    let mut registry = telemetry::registry();
    let (gate, _) = house::gate(database.clone(), &config, &url, IceServers::default(), &Tasks::new(), &mut registry).await?;
    let made = act(&gate).await.map_err(plain);
    database.close().await;
    Ok(made?.map(|made| shown(&url, &made)))
}

fn shown(url: &str, made: &AdminLinkMade) -> String {
    format!("{}/link#{}", url.trim_end_matches('/'), made.token)
}
