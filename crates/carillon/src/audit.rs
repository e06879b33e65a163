//! `carillon audit verify`: the record, recounted.

use std::process::ExitCode;

use anyhow::Result;
use carillon_gate::Database;

use crate::{
    config::Config,
    house::{migrations, plain},
};

pub(crate) async fn verify(config: Config) -> Result<ExitCode> {
    let database = Database::attach(&config.database.engine(), &migrations()).await.map_err(plain)?;
    let report = carillon_audit::verify(&database).await.map_err(plain)?;
    database.close().await;
    println!("{}", serde_json::to_string_pretty(&report)?);
    for fault in &report.faults {
        eprintln!("{fault}");
    }
    Ok(if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
