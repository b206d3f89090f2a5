//! Writes a large configuration into a directory, to measure the binary with: `generate DIRECTORY FILES RESOURCES`.

use std::path::Path;

use rinfra_testkit::generated;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, files, resources] = arguments.as_slice() else {
        return Err("generate DIRECTORY FILES RESOURCES".into());
    };
    std::fs::create_dir_all(directory)?;
    for (name, text) in generated::resources(files.parse()?, resources.parse()?) {
        std::fs::write(Path::new(directory).join(name), text)?;
    }
    Ok(())
}
