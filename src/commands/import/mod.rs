//! `import`: the organisation, its sites, people, items and suppliers from TOML or CSV files.
//!
//! **Invariant:** shows before it writes; one wrong row and nothing is written.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::config::Config;

mod from_csv;
mod from_toml;
pub mod report;
pub mod rows;
pub mod store;
#[cfg(test)]
mod tests;
pub mod values;
pub mod world;

pub use report::{Change, Difference, ImportError, Outcome, Report};
pub use rows::{Kind, Place, Problem};
pub use store::import;
pub use values::Overrides;
pub use world::{Alias, Item, Limit, Organisation, Person, Site, Supplier, SupplierItem, World};

use crate::store::db::Db;
use crate::vault::Vault;

/// Whether the import is to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Show,
    Apply,
}

/// Stores a world; gives what that changed.
pub async fn apply(db: &Db, vault: &Vault, world: &World) -> Result<Report, ImportError> {
    import(db, vault, world, How::Apply).await
}

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Arguments {
    /// TOML files (all kinds in one) or CSV files (one kind a file).
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Store it. Without this the command only shows what would change.
    #[arg(long)]
    pub apply: bool,
    /// The organisation that the rows belong to, when none of the files holds it.
    #[arg(long, value_name = "CODE")]
    pub org: Option<String>,
    /// What the CSV files hold, when their header does not tell.
    #[arg(long, value_enum, value_name = "KIND")]
    pub kind: Option<Kind>,
}

const HELP: &str = r#"Examples:
  sutler import company.toml               show what would change
  sutler import company.toml --apply       store it
  sutler import prices.csv --org tumaini   show what new prices would change

A TOML file looks like this. Amounts are texts. What you leave out stays as it is stored.

  [organisation]
  code = "tumaini"
  name = "Tumaini Builders"
  currency = "KES"
  time_zone = "Africa/Nairobi"
  whatsapp_numbers = [{ app = "main", number_id = "106540352242922" }]
  settings = { auto_approve_limit = "5000.00", number_format = "point" }

  [[site]]
  code = "S4"
  name = "Site 4"
  aliases = ["kitengela"]
  address_name = "Site 4"            # as the suppliers' shops name the address
  address = "Plot 118, Namanga Road"
  cost_code = "Site 4 - TB"          # as the ERP names it

  [[person]]
  code = "amina"
  name = "Amina Odhiambo"
  phones = ["+254700000001"]         # user_ids = [...] for people without a number
  roles = ["requester"]              # requester buyer approver operator auditor admin
  sites = ["S4"]                     # the first is home
  language = "en"                    # en es pt fr hi sw ar, or auto

  [[person]]
  code = "otieno"
  name = "Otieno Were"
  phones = ["+254700000002"]
  roles = ["approver", "admin"]
  approval_limit = "200000.00"

  [[item]]
  code = "CEMENT-42"
  name = "Cement 42.5N 50 kg"
  aliases = ["cement"]
  unit = "bag"
  category = "materials"

  [[alias]]
  words = "saruji"                   # what your people call it
  item = "CEMENT-42"

  [[supplier]]
  code = "mjengo"
  name = "Mjengo Supplies"
  recipe = "demo"
  base_url = "https://shop.example"
  currency = "KES"
  erp_name = "Mjengo Supplies"
  accounts = ["main"]                # the sign-in: sutler supplier add-credentials
  terms = { tax_permille = 160, freight = "1500.00" }

  [[supplier.item]]
  item = "CEMENT-42"
  sku = "CEM-425-50"
  unit = "bag"
  price = "780.00"

A CSV file holds one kind; its first line names the columns, which are the same words:

  code,name,phones,roles,sites
  amina,Amina Odhiambo,+254700000001,requester,S4;S7

Several values of one cell stand with a semicolon between them. Settings and terms are columns such
as settings.quiet_seconds and terms.freight. The items of suppliers are: supplier,item,sku,unit,price
What your people call an item: words,item"#;

#[expect(clippy::print_stdout, reason = "the answer to the command")]
pub(super) async fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut world = World {
        of: arguments.org.clone(),
        ..World::default()
    };
    let mut problems = Vec::new();
    for file in &arguments.files {
        problems.extend(read(&mut world, file, arguments.kind)?);
    }
    if !problems.is_empty() {
        problems.extend(world.problems());
        return Ok(refuse(&problems));
    }
    let db = super::open_database(config).await?;
    let vault = super::open_vault(config)?;
    let how = if arguments.apply {
        How::Apply
    } else {
        How::Show
    };
    match import(&db, &vault, &world, how).await {
        Ok(report) => {
            println!("{report}");
            match how {
                How::Show => println!("Nothing is stored yet. To store it, add --apply."),
                How::Apply => println!("Stored."),
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(ImportError::Rows(problems)) => Ok(refuse(&problems)),
        Err(error @ ImportError::Database(_)) => Err(error.into()),
    }
}

fn refuse(problems: &[Problem]) -> ExitCode {
    for problem in problems {
        eprintln!("{problem}");
    }
    eprintln!("Nothing was stored.");
    ExitCode::FAILURE
}

fn read(world: &mut World, file: &Path, kind: Option<Kind>) -> anyhow::Result<Vec<Problem>> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let name = file.display().to_string();
    let extension = file
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    match extension.to_lowercase().as_str() {
        "toml" => Ok(world.add_toml(&name, &text)),
        "csv" => Ok(world.add_csv(&name, &text, kind)),
        _ => bail!("{name} ends neither in .toml nor in .csv"),
    }
}
