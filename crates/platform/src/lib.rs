//! The engines and habits that every subject stands on: configuration, tasks, limits, keys, bus, cache, telemetry, jobs,
//! and what is remembered of backups.
//!
//! Each module is one noun with its own `Config` (one section of `carillon.toml`) and, where it moves anything worth counting, its
//! own metrics, which `register` puts into a registry that is passed in. Engines that come in pairs are enums, chosen once from a
//! URL. Nothing here knows a subject above it: no rooms, no calls, no accounts.

pub mod backups;
pub mod bus;
pub mod cache;
pub mod clock;
pub mod config;
pub mod files;
pub mod jobs;
pub mod limits;
pub mod random;
pub mod secrets;
pub mod tasks;
pub mod telemetry;
