//! From the layers to the type.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::PathBuf,
};

use toml::{Table, Value};

use super::{
    Configuration, Origin, Sources,
    layers::Layered,
    render::{Page, write},
    shape::{Kind, Shape},
};

/// A configuration that holds together.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    pub config: T,
    /// What the operator should know, for the log once there is one.
    pub warnings: Vec<String>,
    /// Who set each key that is not as compiled in.
    pub origins: BTreeMap<String, Origin>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path} cannot be read: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("{path}, line {line}: {why}")]
    Syntax { path: PathBuf, line: usize, why: String },
    #[error("{origin} sets `{key}`, which is no key of this configuration{}", .nearest.as_ref().map(|known| format!(": is `{known}` meant?")).unwrap_or_default())]
    Unknown { key: String, origin: Origin, nearest: Option<String> },
    #[error("{origin} sets `{key}` wrongly: {why}")]
    Value { key: String, origin: Origin, why: String },
    #[error("`{key}` is set by {value}, and `{key}_file` by {file}: keep one of them")]
    Twice { key: String, value: Origin, file: Origin },
}

/// Lays the sources over the defaults. The first key that is wrong is named, with who set it.
pub fn load<T: Configuration>(sources: &Sources) -> Result<Loaded<T>, ConfigError> {
    let shape = Shape::of::<T>();
    let mut layers = Layered::new(&shape, defaults::<T>(&shape));
    layers.lay(sources)?;
    let (mut table, mut origins) = (layers.table, layers.origins);
    let mut holders: BTreeSet<PathBuf> = secrets(&shape)
        .filter_map(|key| match origins.get(&key) {
            Some(Origin::File(path)) => Some(path.clone()),
            _ => None,
        })
        .collect();
    for (key, (path, origin)) in layers.files {
        if let Some(value) = origins.get(&key) {
            return Err(ConfigError::Twice { key, value: value.clone(), file: origin });
        }
        let text = fs::read_to_string(&path).map_err(|source| ConfigError::File { path: path.clone(), source })?;
        *slot(&mut table, &key) = Value::String(text.trim_end_matches(['\r', '\n']).into());
        origins.insert(key, origin);
        holders.insert(path);
    }
    let exposed = holders.iter().filter_map(|path| Some((path, readable(path)?)));
    let warnings =
        exposed.map(|(path, mode)| format!("{} holds a secret, and others may read it (mode {mode:o})", path.display())).collect();
    let config = serde_path_to_error::deserialize(Value::Table(table)).map_err(|why| {
        let key: Vec<_> = why.path().iter().map(ToString::to_string).take_while(|part| !part.starts_with('[')).collect();
        let origin = (1..=key.len()).rev().find_map(|n| origins.get(&key[..n].join("."))).cloned();
        ConfigError::Value { key: key.join("."), origin: origin.unwrap_or(Origin::Default), why: why.inner().message().into() }
    })?;
    Ok(Loaded { config, warnings, origins })
}

impl<T: Configuration> Loaded<T> {
    /// What is in force, secrets masked, and who set what is not as compiled in.
    pub fn show(&self) -> String {
        write(&Shape::of::<T>(), &table(&self.config), &Page::InForce(&self.origins))
    }
}

/// The defaults without their secrets, which would come back as masks.
fn defaults<T: Configuration>(shape: &Shape) -> Table {
    let mut table = table(&T::default());
    for key in secrets(shape) {
        let (above, last) = key.rsplit_once('.').unwrap_or(("", &key));
        let section =
            above.split('.').filter(|part| !part.is_empty()).try_fold(&mut table, |table, part| table.get_mut(part)?.as_table_mut());
        section.and_then(|section| section.remove(last));
    }
    table
}

fn secrets(shape: &Shape) -> impl Iterator<Item = String> {
    shape.keys().into_iter().filter(|(_, field)| matches!(field.kind, Kind::Secret)).map(|(key, _)| key)
}

pub(super) fn table(config: &impl serde::Serialize) -> Table {
    Table::try_from(config).expect("a configuration is a struct of what TOML can say")
}

fn slot<'t>(table: &'t mut Table, key: &str) -> &'t mut Value {
    match key.split_once('.') {
        None => table.entry(key).or_insert(Value::Boolean(false)),
        Some((section, rest)) => {
            let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            slot(inner.as_table_mut().expect("the key was found in this section's shape"), rest)
        }
    }
}

/// The mode of a file that not only its owner may read.
#[cfg(unix)]
fn readable(path: &std::path::Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}
#[cfg(not(unix))]
fn readable(_: &std::path::Path) -> Option<u32> {
    None
}
