//! `supplier check` and `supplier schema`: for people who write recipes.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use scrapers::recipe::{Recipe, hints, schema};

/// Says of each recipe what is wrong or could be better; fails when one cannot be used.
#[expect(clippy::print_stdout, reason = "the answer to the command")]
pub fn check(files: &[PathBuf]) -> anyhow::Result<ExitCode> {
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
pub fn print_schema() {
    println!("{:#}", schema());
}
