//! The log, on standard error: for people or as JSON, spans with their ids.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Who reads the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Of a process that goes on running: everything that `log.filter` names.
    Operator,
    /// Somebody who waits for one command: warnings and errors only.
    Terminal,
}

/// Starts the log of this process; once.
pub fn start(log: &Log, audience: Audience) -> anyhow::Result<()> {
    let filter = filter(log, audience)?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr);
    let started = match log.format {
        LogFormat::Json => subscriber
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(true)
            .try_init(),
        LogFormat::Text => subscriber.with_ansi(stderr().is_terminal()).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("starting the log: {error}"))
}

fn filter(log: &Log, audience: Audience) -> anyhow::Result<EnvFilter> {
    let directives = EnvFilter::try_new(&log.filter)
        .map_err(|error| anyhow::anyhow!("log.filter = {:?}: {error}", log.filter))?;
    // The model's client logs the whole of an answer that it cannot read: texts of people.
    let silent = "async_openai=off".parse().expect("it is a directive");
    Ok(match audience {
        Audience::Operator => directives,
        Audience::Terminal => EnvFilter::new("warn"),
    }
    .add_directive(silent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_named() {
        let log = |filter: &str| Log {
            format: LogFormat::Text,
            filter: filter.to_owned(),
        };
        let error = filter(&log("sutler=loud"), Audience::Terminal).unwrap_err();
        assert!(error.to_string().contains("sutler=loud"), "{error}");
        let shown = |audience| filter(&log("debug"), audience).unwrap().to_string();
        assert_eq!(shown(Audience::Operator), "async_openai=off,debug");
        assert_eq!(shown(Audience::Terminal), "async_openai=off,warn");
    }
}
