//! Lists every JSON file of schemas/ and samples/ as (path, text) for the catalogue, so that a new shape is a new file and nothing else.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let mut paths = Vec::new();
    for folder in ["schemas", "samples"] {
        println!("cargo:rerun-if-changed={folder}");
        collect(Path::new(&root), folder, &mut paths)?;
    }
    paths.sort();
    let pairs: String =
        paths.iter().map(|path| format!("    ({path:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),\n", format!("/{path}"))).collect();
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("embedded.rs"), format!("&[\n{pairs}]\n"))
}

fn collect(root: &Path, folder: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(root, &path, paths)?;
        } else if path.ends_with(".json") {
            paths.push(path);
        }
    }
    Ok(())
}
