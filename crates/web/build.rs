//! Turns `dist/`, if the web app was built, into a table of its files. Needs neither Node nor network.

#[path = "src/table.rs"]
mod table;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

#[expect(clippy::disallowed_methods, reason = "cargo speaks to a build script by its environment")]
fn main() {
    // The package's directory, not `dist`: cargo runs a script anew each time while a path that it watches is missing, and a directory
    // that was put away changes only the one it lay in.
    println!("cargo::rerun-if-changed=.");
    let variable = |name: &str| PathBuf::from(env::var_os(name).expect("cargo sets it for build scripts"));
    let dist = variable("CARGO_MANIFEST_DIR").join("dist");
    let files = if dist.join("index.html").is_file() { table::read(&dist).expect("the built web app can be read") } else { Vec::new() };
    fs::write(variable("OUT_DIR").join("assets.rs"), source(&dist, &files)).expect("cargo made the directory");
}

fn source(dist: &Path, files: &[table::File]) -> String {
    let include = |path: &str| format!("include_bytes!({:?})", dist.join(path).to_str().expect("include_bytes! takes a UTF-8 path"));
    let other = |path: &str, there: bool| if there { format!("Some({})", include(path)) } else { "None".into() };
    let line = |file: &table::File| {
        let table::File { path, content_type, etag, br, gz } = file;
        format!(
            "    Asset {{ path: {path:?}, content_type: {content_type:?}, etag: {etag:?}, bytes: {}, br: {}, gz: {} }},\n",
            include(path),
            other(&format!("{path}.br"), *br),
            other(&format!("{path}.gz"), *gz)
        )
    };
    format!("&[\n{}]\n", files.iter().map(line).collect::<String>())
}
