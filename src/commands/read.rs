//! `read`: what Sutler makes of messages; without a database or settings, unless an organisation is named.
//!
//! **Invariant:** nothing is looked up, stored or sent, but to a model that is named: what is read
//! depends on the input alone.

use std::fs::File;
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use crate::config::Config;
use crate::language::Language;
use crate::llm::Llm;

mod case;
mod explained;
mod hints;
mod locale;
mod names;
mod numbers;
mod org;
#[cfg(test)]
mod perfect;
#[cfg(test)]
mod perfect_amount;
mod prediction;
#[cfg(test)]
mod scorer;
mod second;
#[cfg(test)]
mod tests;

use case::Case;
use explained::explained;
use numbers::numbers;
use org::Organisation;
use prediction::{predict, reading};

pub(super) const HELP: &str = "\
Each line of the input is one burst of messages:
  {\"id\": \"1\", \"now\": \"2026-11-23T08:15:00+03:00\", \"locale\": \"en-KE\",
   \"messages\": [{\"text\": \"20 bags cement to the hostel\"}, {\"text\": \"*25\"}]}

`locale` says how numbers and dates are written; without it, what can be read in two ways is asked.
A message may have a `kind` (text, quote, edit, location; the second and third with `reply_to`) and a
`via` (voice, photo, pdf, forward). `context` may hold an `open_draft` and `last_requests`.

Each line of the output says what would be shown: the lines, the questions, and whether it is ready.

With --org the catalogue, the sites and the people of an organisation are used, read from the database of your
settings; `from` may be the code of the person who writes, and lines get the codes of their items.

With --model and --model-url a language model reads what the rules leave open; its words are verified like
any others. Without them no network is used.

Example:
  sutler read bursts.jsonl
  sutler --config sutler.toml read --org tumaini --explain bursts.jsonl";

const NUMBERS_HELP: &str = "\
Each line of the input is an object with the text as `input`; each line of the output says what numbers
stand in it, with their first and last UTF-16 code unit.

Example:
  sutler read numbers --lang en texts.jsonl";

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub what: Option<What>,
    /// The file with the bursts, one JSON object a line. Without it, standard input.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Say for a person what was read from which words, and what is asked.
    #[arg(long)]
    pub explain: bool,
    /// Read as this organisation does, by its code.
    #[arg(long, value_name = "CODE")]
    pub org: Option<String>,
    #[command(flatten)]
    pub model: second::SecondReader,
}

#[derive(Debug, Subcommand)]
pub enum What {
    /// Find every number of a text, in digits and in words.
    ///
    /// More is found here than an order may say: what can be read in two ways is asked there.
    #[command(after_help = NUMBERS_HELP)]
    Numbers {
        /// The language of the texts: en, es, pt, fr, hi, sw or ar.
        #[arg(long, value_name = "CODE", value_parser = language)]
        lang: Language,
        /// The file with the texts, one JSON object a line. Without it, standard input.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

fn language(code: &str) -> Result<Language, String> {
    let known = Language::ALL.map(Language::code).join(", ");
    Language::parse(code).ok_or_else(|| format!("it is none of {known}"))
}

/// Reads every line; those that are no burst are named on standard error. The settings are loaded for an
/// organisation alone.
pub(super) async fn run(
    arguments: &Arguments,
    settings: impl FnOnce() -> anyhow::Result<Config>,
) -> anyhow::Result<ExitCode> {
    if let Some(What::Numbers { lang, file }) = &arguments.what {
        return each(file.as_deref(), |line| numbers(line, *lang));
    }
    let org = match &arguments.org {
        Some(code) => Some(Organisation::open(&settings()?, code).await?),
        None => None,
    };
    let model = arguments.model.open()?;
    each(arguments.file.as_deref(), |line| {
        answer(line, arguments.explain, org.as_ref(), model.as_ref())
    })
}

fn each(
    file: Option<&Path>,
    answer: impl Fn(&str) -> Result<String, String>,
) -> anyhow::Result<ExitCode> {
    let mut out = stdout().lock();
    let mut code = ExitCode::SUCCESS;
    for (number, line) in lines(file)?.enumerate() {
        let line = line.context("reading the input")?;
        if line.trim().is_empty() {
            continue;
        }
        match answer(&line) {
            Ok(answer) => writeln!(out, "{answer}").context("writing the answer")?,
            Err(error) => {
                eprintln!("sutler: line {}: {error}", number + 1);
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn lines(file: Option<&Path>) -> anyhow::Result<impl Iterator<Item = std::io::Result<String>>> {
    let input: Box<dyn BufRead> = match file {
        Some(path) => {
            let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
            Box::new(BufReader::new(file))
        }
        None => Box::new(stdin().lock()),
    };
    Ok(input.lines())
}

fn answer(
    line: &str,
    wants_explanation: bool,
    org: Option<&Organisation>,
    model: Option<&Llm>,
) -> Result<String, String> {
    let case: Case = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let mut read = reading(&case, org)?;
    if let Some(model) = model {
        second::add(model, &case, &mut read);
    }
    let prediction = predict(&case, &read, org);
    if wants_explanation {
        return Ok(explained(&case, &read, &prediction));
    }
    serde_json::to_string(&prediction).map_err(|error| error.to_string())
}
