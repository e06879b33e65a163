//! `cargo xtask codegen`: writes the Rust of crates/proto, and removes what has no `.proto` file any more.

use std::fs;

use carillon_house_tests::{proto, root};

fn main() -> std::io::Result<()> {
    let target = root().join(proto::COMMITTED);
    let (now, then) = (proto::generate(), proto::committed());
    fs::create_dir_all(&target)?;
    for (name, text) in &now {
        if then.get(name) != Some(text) {
            fs::write(target.join(name), text)?;
            println!("wrote {}/{name}", proto::COMMITTED);
        }
    }
    for name in then.keys().filter(|name| !now.contains_key(*name)) {
        fs::remove_file(target.join(name))?;
        println!("removed {}/{name}", proto::COMMITTED);
    }
    Ok(())
}
