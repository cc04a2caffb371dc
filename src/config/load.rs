//! Lays the settings over each other: the embedded default, a file, the environment.
//!
//! One setting is laid at a time and the whole is read again, so that an error can name the key, the
//! value and where it came from.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Config, DEFAULTS, ErpKind};

const PREFIX: &str = "SUTLER_";
/// Names the file; the one variable that is no setting.
const FILE: &str = "SUTLER_CONFIG";
/// Keys whose value no error may show; a URL can hold a password.
const HIDDEN: [&str; 9] = [
    "url",
    "key",
    "secret",
    "access_key",
    "secret_key",
    "app_secrets",
    "verify_token",
    "access_token",
    "token",
];

/// A setting that cannot be used; its text is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file {} cannot be read: {error}", path.display())]
    File {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("the configuration file {} is not TOML: line {line}: {message}", path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        message: String,
    },
    #[error("{origin}: there is no setting {key}; {known}")]
    Unknown {
        origin: Origin,
        key: String,
        known: String,
    },
    #[error("{origin}: {key} = {value}: {expected}")]
    Value {
        origin: Origin,
        key: String,
        value: String,
        expected: String,
    },
    #[error("{key} = {value}: {expected}")]
    Together {
        key: &'static str,
        value: String,
        expected: String,
    },
}

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    File(PathBuf),
    Environment(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
        }
    }
}

/// The environment of this process, as far as it is about Sutler.
pub fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            Some((name, value.to_string_lossy().into_owned()))
        })
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}

impl Config {
    /// Reads the settings of this process. The file is the one given, or the one that
    /// `SUTLER_CONFIG` names, or none.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::read(file, environment())
    }

    /// Reads the settings from a file and the given environment.
    pub fn read(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut variables: Vec<(String, String)> = environment
            .into_iter()
            .filter(|(name, _)| name.starts_with(PREFIX))
            .collect();
        variables.sort();
        let named = variables
            .iter()
            .find(|(name, value)| name == FILE && !value.is_empty())
            .map(|(_, value)| PathBuf::from(value));
        let mut layers = Layers::new();
        if let Some(path) = file.map(Path::to_owned).or(named) {
            layers.lay_file(&path)?;
        }
        for (name, value) in &variables {
            layers.lay_variable(name, value)?;
        }
        let config = layers.config;
        check_together(&config)?;
        Ok(config)
    }
}

struct Layers {
    table: Table,
    config: Config,
    /// What a new app starts from.
    app: Value,
}

impl Layers {
    fn new() -> Self {
        let table: Table = DEFAULTS.parse().expect("the embedded settings are TOML");
        let config = typed(&table).expect("the embedded settings are complete");
        let app = table["whatsapp"]["apps"]["main"].clone();
        Self { table, config, app }
    }

    fn lay_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::File {
            path: path.to_owned(),
            error,
        })?;
        let file: Table = text
            .parse()
            .map_err(|error: toml::de::Error| ConfigError::Syntax {
                path: path.to_owned(),
                line: error.span().map_or(1, |span| {
                    text[..span.start.min(text.len())].split('\n').count()
                }),
                message: error.message().to_owned(),
            })?;
        let origin = Origin::File(path.to_owned());
        let mut leaves = Vec::new();
        flatten(&file, &mut Vec::new(), &mut leaves);
        for (path, value) in leaves {
            self.lay(&path, &value, &origin)?;
        }
        Ok(())
    }

    /// A variable without two underscores is none of ours: Kubernetes makes `SUTLER_PORT` and the
    /// like for a service of that name.
    fn lay_variable(&mut self, name: &str, text: &str) -> Result<(), ConfigError> {
        let Some(rest) = name.strip_prefix(PREFIX).filter(|rest| rest.contains("__")) else {
            return Ok(());
        };
        let path: Vec<String> = rest.split("__").map(str::to_lowercase).collect();
        let origin = Origin::Environment(name.to_owned());
        let value = match self.slot(&path, &origin)? {
            Value::Integer(_) | Value::Float(_) => number(text.trim()),
            Value::Boolean(_) => text.trim().parse().map(Value::Boolean).ok(),
            Value::Array(_) => {
                let items = text
                    .split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty());
                Some(items.map(Value::from).collect::<Vec<_>>().into())
            }
            Value::String(_) | Value::Datetime(_) | Value::Table(_) => None,
        };
        self.lay(&path, &value.unwrap_or_else(|| Value::from(text)), &origin)
    }

    fn lay(&mut self, path: &[String], value: &Value, origin: &Origin) -> Result<(), ConfigError> {
        let wrong = |expected: String| ConfigError::Value {
            origin: origin.clone(),
            key: path.join("."),
            value: shown(path, value),
            expected,
        };
        let slot = self.slot(path, origin)?;
        if slot.is_table() {
            return Err(wrong("expected a section, its keys one by one".to_owned()));
        }
        *slot = value.clone();
        self.config = typed(&self.table).map_err(|expected| {
            // serde's own words can repeat the value.
            if hidden(path) && !expected.starts_with("expected") {
                return wrong("expected another type of value".to_owned());
            }
            wrong(expected)
        })?;
        Ok(())
    }

    /// The value at a path; an app that is new is made, anything else unknown is an error.
    fn slot(&mut self, path: &[String], origin: &Origin) -> Result<&mut Value, ConfigError> {
        let unknown = |known: String| ConfigError::Unknown {
            origin: origin.clone(),
            key: path.join("."),
            known,
        };
        if let [whatsapp, apps, name, _] = path
            && (whatsapp.as_str(), apps.as_str()) == ("whatsapp", "apps")
            && let Some(Value::Table(apps)) = self
                .table
                .get_mut("whatsapp")
                .and_then(|table| table.get_mut("apps"))
        {
            apps.entry(name.as_str())
                .or_insert_with(|| self.app.clone());
        }
        let (last, parents) = path.split_last().ok_or_else(|| unknown(String::new()))?;
        let mut table = &mut self.table;
        for (depth, name) in parents.iter().enumerate() {
            let known = known(&path[..depth], table);
            table = table
                .get_mut(name)
                .and_then(Value::as_table_mut)
                .ok_or_else(|| unknown(known))?;
        }
        let known = known(parents, table);
        table.get_mut(last).ok_or_else(|| unknown(known))
    }
}

pub(super) fn typed(table: &Table) -> Result<Config, String> {
    table
        .clone()
        .try_into()
        .map_err(|error: toml::de::Error| error.message().to_owned())
}

fn known(section: &[String], table: &Table) -> String {
    let names: Vec<&str> = table.keys().map(String::as_str).collect();
    if section.is_empty() {
        format!("the sections are {}", names.join(", "))
    } else {
        format!("[{}] has {}", section.join("."), names.join(", "))
    }
}

pub(super) fn flatten(
    table: &Table,
    path: &mut Vec<String>,
    leaves: &mut Vec<(Vec<String>, Value)>,
) {
    for (key, value) in table {
        path.push(key.clone());
        match value {
            Value::Table(inner) => flatten(inner, path, leaves),
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => leaves.push((path.clone(), value.clone())),
        }
        path.pop();
    }
}

fn hidden(path: &[String]) -> bool {
    path.last()
        .is_some_and(|key| HIDDEN.contains(&key.as_str()))
}

fn shown(path: &[String], value: &Value) -> String {
    if hidden(path) {
        "(hidden)".to_owned()
    } else {
        value.to_string()
    }
}

fn number(text: &str) -> Option<Value> {
    let whole = text.parse().map(Value::Integer);
    whole.or_else(|_| text.parse().map(Value::Float)).ok()
}

/// What no single value can be checked for.
fn check_together(config: &Config) -> Result<(), ConfigError> {
    let fail = |key, value: &dyn fmt::Display, expected: &str| {
        Err(ConfigError::Together {
            key,
            value: value.to_string(),
            expected: expected.to_owned(),
        })
    };
    let Config {
        leases, erp, llm, ..
    } = config;
    if leases.beat_seconds.saturating_mul(3) > leases.seconds {
        return fail(
            "leases.beat_seconds",
            &leases.beat_seconds.as_secs_f64(),
            "expected at most a third of leases.seconds",
        );
    }
    let missing = match erp.kind {
        ErpKind::None => None,
        ErpKind::Erpnext if erp.url.is_none() => Some("erp.url"),
        ErpKind::Erpnext => erp.company.is_empty().then_some("erp.company"),
    };
    if let Some(key) = missing {
        return fail(key, &"(not set)", "expected a value, as erp.kind is set");
    }
    if llm.base_url.is_some() && llm.model.is_empty() {
        return fail(
            "llm.model",
            &"(not set)",
            "expected a model, as llm.base_url is set",
        );
    }
    Ok(())
}
