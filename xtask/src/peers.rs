//! `cargo xtask peers`: the same stories against engines too heavy for `test`. Somebody puts their programs into a directory; this says how.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::{
    browsers, cargo, strays,
    test::{Count, counted},
};

struct Peer {
    name: &'static str,
    /// The program that must lie in the directory.
    program: &'static str,
    /// How it comes there.
    comes: &'static str,
    /// Its path is in `CARILLON_PEER_<NAME>`. None: nothing speaks to it yet.
    tests: Option<Tests>,
}

enum Tests {
    /// The words after `cargo`.
    Cargo(&'static [&'static str]),
    /// `<name>.measure.ts` of the browser stories.
    Browsers,
}

const PEERS: &[Peer] = &[
    Peer {
        name: "keycloak",
        program: "keycloak/bin/kc.sh",
        comes: "mvn dependency:get -Dartifact=org.keycloak:keycloak-quarkus-dist:26.4.0:zip -Dtransitive=false, unpacked as keycloak; Java 17",
        tests: None,
    },
    Peer {
        name: "opa",
        program: "opa",
        comes: "GOBIN=<directory> go install github.com/open-policy-agent/opa@latest",
        tests: Some(Tests::Cargo(&["test", "--package", "carillon", "--test", "peers", "opa::", "--", "--nocapture"])),
    },
    Peer {
        name: "schemathesis",
        program: "schemathesis/bin/schemathesis",
        comes: "python3 -m venv <directory>/schemathesis && <directory>/schemathesis/bin/pip install schemathesis==4.32.5",
        tests: Some(Tests::Cargo(&["test", "--package", "carillon", "--test", "peers", "schemathesis::", "--", "--test-threads=1"])),
    },
    Peer {
        name: "lighthouse",
        program: "lighthouse/node_modules/lighthouse/core/index.js",
        comes: "npm install --prefix <directory>/lighthouse lighthouse@12.8.2",
        tests: Some(Tests::Browsers),
    },
    Peer { name: "minio", program: "minio", comes: "GOBIN=<directory> go install github.com/minio/minio@latest", tests: None },
    Peer {
        name: "nats",
        program: "nats-server",
        comes: "GOBIN=<directory> go install github.com/nats-io/nats-server/v2@latest",
        tests: None,
    },
    Peer { name: "openbao", program: "bao", comes: "the OpenBao project's own packages", tests: None },
];

pub(crate) fn peers(arguments: &[String]) -> Result<()> {
    let mut directory = None;
    let mut wanted = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--dir" => directory = Some(PathBuf::from(arguments.next().context("--dir takes a directory")?)),
            name => wanted.push(PEERS.iter().find(|peer| peer.name == name).with_context(|| format!("there is no peer `{name}`"))?),
        }
    }
    let Some(directory) = directory else {
        for Peer { name, program, comes, tests } in PEERS {
            println!("{name}: {program}, by: {comes}{}", if tests.is_none() { "\n    nothing speaks to it yet" } else { "" });
        }
        bail!("name the directory of their programs by --dir");
    };
    if wanted.is_empty() {
        wanted.extend(PEERS.iter().filter(|peer| peer.tests.is_some()));
    }
    ensure!(!wanted.is_empty(), "nothing speaks to a peer yet; the first to do so adds its tests in xtask/src/peers.rs");
    strays::adopt()?;
    let mut count = Count::default();
    let mut failed = Vec::new();
    for Peer { name, program, comes, tests } in wanted {
        let path = directory.join(program);
        ensure!(path.is_file(), "{name}: there is no {}; it comes by: {comes}", path.display());
        let tests = tests.as_ref().with_context(|| format!("{name}: nothing speaks to it yet"))?;
        println!("{name}: {}", path.display());
        let mut command = match tests {
            Tests::Cargo(words) => {
                let mut cargo = cargo();
                cargo.args(*words);
                cargo
            }
            Tests::Browsers => browsers::measure(name, false)?,
        };
        command.env(format!("CARILLON_PEER_{}", name.to_uppercase()), path.canonicalize()?);
        if counted(&mut command, &mut count).is_err() {
            failed.push(*name);
        }
    }
    println!("\n{count}");
    ensure!(failed.is_empty(), "not everything holds: {}", failed.join(", "));
    Ok(())
}
