//! `supplier check` and `supplier schema`: for people who write recipes.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use scrapers::recipe::{Recipe, hints, schema};

/// Says of each recipe what is wrong or could be better; fails when one cannot be used.
#[expect(clippy::print_stdout, reason = "the answer to the command")]
pub(super) fn check(files: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let mut usable = true;
    for file in files {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("reading the recipe {}", file.display()))?;
        let name = file.display().to_string();
        match Recipe::parse(&name, &text) {
            Ok(recipe) => {
                let advice = hints(&recipe, &text);
                println!(
                    "{name} can be used: recipe {} for {}.",
                    recipe.id(),
                    recipe.base()
                );
                for hint in advice {
                    println!("  {hint}");
                }
            }
            Err(error) => {
                usable = false;
                println!("{error}");
            }
        }
    }
    Ok(if usable {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Prints the JSON schema of recipes.
#[expect(clippy::print_stdout, reason = "the answer to the command")]
pub(super) fn print_schema() {
    println!("{:#}", schema());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::place;

    #[test]
    fn a_file_is_checked_and_used_by_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        let (_, demo) = scrapers::recipe::shipped()[0];
        std::fs::write(&file, demo).unwrap();
        let says = |files: &[PathBuf]| format!("{:?}", check(files).unwrap());
        assert_eq!(
            says(std::slice::from_ref(&file)),
            format!("{:?}", ExitCode::SUCCESS)
        );
        let recipe = place::recipe(file.to_str().unwrap()).unwrap();
        assert_eq!(recipe.id(), "demo");

        let bad = folder.path().join("bad.toml");
        std::fs::write(&bad, demo.replacen("schema = 1", "schema = 9", 1)).unwrap();
        let failure = format!("{:?}", ExitCode::FAILURE);
        assert_eq!(says(&[file, bad.clone()]), failure);
        let error = place::recipe(bad.to_str().unwrap())
            .unwrap_err()
            .to_string();
        assert!(error.contains("bad.toml, line"), "{error}");
    }
}
