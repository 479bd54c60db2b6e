//! Writes the initial corpus of fuzzing: `seed VECTORS CORPUS` makes a folder for each target.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use tracehop_fuzz::{properties::PROPERTIES, seeds::seeds};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(vectors), Some(corpus)) = (arguments.next(), arguments.next()) else {
        return Err("usage: seed VECTORS CORPUS".into());
    };
    for (name, _) in PROPERTIES {
        fs::create_dir_all(corpus.join(name))?;
    }
    let seeds = seeds(&vectors)?;
    for (at, (name, data)) in seeds.iter().enumerate() {
        fs::write(corpus.join(name).join(format!("seed-{at}")), data)?;
    }
    println!("{} seeds for {} targets", seeds.len(), PROPERTIES.len());
    Ok(())
}
