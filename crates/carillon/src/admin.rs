//! The link that signs an administrator in: the first one at the start of a server, others by `carillon admin link`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use carillon_core::Principal;
use carillon_gate::{Database, Gate};
use carillon_identity::verbs::CreateAdminLink;
use carillon_media::IceServers;
use carillon_platform::{tasks::Tasks, telemetry};

use crate::{
    config::Config,
    data::{self, Data, LINK},
    house::{self, House, migrations, plain},
};

/// The link of a server that nobody administers yet, and the file that holds it too.
pub(crate) struct FirstLink {
    pub url: String,
    pub file: PathBuf,
}

/// A link, while no administrator has chosen a password.
pub(crate) async fn first_link(house: &House, data: &Data) -> Result<Option<FirstLink>> {
    data.forget_link();
    let Some(url) = make(&house.gate, &house.url, true).await? else { return Ok(None) };
    let file = data.keep(LINK, &format!("{url}\n"))?;
    Ok(Some(FirstLink { url, file }))
}

/// `carillon admin link`, also beside a running server.
pub(crate) async fn link(config: Config) -> Result<ExitCode> {
    let url = config.gateway.public_url.clone().or_else(|| data::address(&config));
    let url = url.context("the server was never started here, and its address is not known: start it once, or say --public-url")?;
    let database = Database::attach(&config.database.engine(), &migrations()).await.map_err(plain)?;
    let mut registry = telemetry::registry();
    let (gate, _) = house::gate(database.clone(), &config, &url, IceServers::default(), &Tasks::new(), &mut registry).await?;
    let link = make(&gate, &url, false).await?.context("no link was made")?;
    database.close().await;
    println!("{link}");
    eprintln!("It signs an administrator in, once and within 15 minutes.");
    Ok(ExitCode::SUCCESS)
}

async fn make(gate: &Gate, url: &str, unless_settled: bool) -> Result<Option<String>> {
    let made = gate.act(&Principal::system("cli"), CreateAdminLink { unless_settled }).await.map_err(plain)?;
    Ok(made.map(|made| format!("{}/link#{}", url.trim_end_matches('/'), made.token)))
}
