//! Carillon: one server for live conversation. `carillon help` lists what it can be told.

mod admin;
mod announce;
mod audit;
mod backup;
mod chain;
mod cli;
mod config;
mod data;
mod doctor;
mod house;
mod init;
mod metrics;
mod ports;
mod reference;
mod restore;
mod roles;
mod serve;
mod signals;
mod sweep;

use std::process::ExitCode;

use carillon_platform::config::ConfigError;
use clap::Parser;

/// What was typed or configured cannot be right.
const WRONG: u8 = 2;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(code) => code,
        Err(why) => {
            eprintln!("carillon: {why:#}");
            if why.is::<ConfigError>() || why.is::<config::Unfit>() { ExitCode::from(WRONG) } else { ExitCode::FAILURE }
        }
    }
}
