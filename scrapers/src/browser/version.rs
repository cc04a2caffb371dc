//! Do driver and browser fit together.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use tokio::process::Command;
use tokio::time::timeout;
use url::Url;

use super::{BrowserSettings, Session};

const PATIENCE: Duration = Duration::from_secs(10);
const CHROMIUMS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Why no browser can be opened, for the operator.
#[derive(Debug, Error)]
pub enum CheckError {
    #[error("{program} is not there; on Debian install the package {package}")]
    Missing {
        program: String,
        package: &'static str,
    },
    #[error("{program} does not say its version: {why}")]
    Silent { program: String, why: String },
    #[error(
        "chromedriver is version {driver} and the browser is version {browser}; install the \
         packages chromium-driver and chromium from the same release"
    )]
    Mismatch { driver: String, browser: String },
    #[error("the WebDriver server at {url} is not ready: {why}")]
    Server { url: Url, why: String },
}

pub(super) async fn check(settings: &BrowserSettings) -> Result<String, CheckError> {
    if let Some(url) = &settings.webdriver_url {
        return server(url, settings).await;
    }
    let program = settings
        .chromedriver
        .clone()
        .unwrap_or_else(|| "chromedriver".into());
    let driver = version(&program)
        .await
        .map_err(|error| failed(&program, "chromium-driver", &error))?;
    let browser = match &settings.chromium {
        Some(program) => version(program)
            .await
            .map_err(|error| failed(program, "chromium", &error))?,
        None => any_chromium().await?,
    };
    if major(&driver) == major(&browser) {
        Ok(format!("chromedriver {driver}, browser {browser}"))
    } else {
        Err(CheckError::Mismatch { driver, browser })
    }
}

async fn any_chromium() -> Result<String, CheckError> {
    for program in CHROMIUMS {
        match version(Path::new(program)).await {
            Ok(version) => return Ok(version),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&PathBuf::from(program), "chromium", &error)),
        }
    }
    Err(CheckError::Missing {
        program: "chromium".into(),
        package: "chromium",
    })
}

fn failed(program: &Path, package: &'static str, error: &io::Error) -> CheckError {
    let program = program.display().to_string();
    if error.kind() == io::ErrorKind::NotFound {
        CheckError::Missing { program, package }
    } else {
        CheckError::Silent {
            program,
            why: error.to_string(),
        }
    }
}

/// The first word of `--version` that starts with a digit.
async fn version(program: &Path) -> io::Result<String> {
    let mut command = Command::new(program);
    command.arg("--version").kill_on_drop(true);
    let output = timeout(PATIENCE, command.output())
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer"))??;
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
        .map(str::to_owned)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("it said {text:?}")))
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

/// A driver that is not ours tells its version only in a session.
async fn server(url: &Url, settings: &BrowserSettings) -> Result<String, CheckError> {
    let session = Session::open(url.clone(), None, None, settings)
        .await
        .map_err(|error| CheckError::Server {
            url: url.clone(),
            why: error.to_string(),
        })?;
    let (driver, browser) = session.versions();
    session.close().await;
    if driver == "unknown" || major(&driver) == major(&browser) {
        Ok(format!("driver {driver} at {url}, browser {browser}"))
    } else {
        Err(CheckError::Mismatch { driver, browser })
    }
}
