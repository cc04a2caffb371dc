//! The table at the end, and the lines that say meanwhile what is going on.

/// Rows of what was measured, how much it is, and what was asked for.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<[String; 3]>,
}

impl Table {
    /// Adds a row. `goal` is empty where none was set.
    pub(crate) fn row(&mut self, what: impl Into<String>, figure: impl Into<String>, goal: &str) {
        let row = [what.into(), figure.into(), goal.to_owned()];
        say(&format!("  {}: {}", row[0], row[1]));
        self.rows.push(row);
    }

    /// Prints all rows as a Markdown table on standard output.
    #[expect(clippy::print_stdout, reason = "it is what was asked for")]
    pub(crate) fn print(&self) {
        let head = ["measured", "figure", "goal"].map(str::to_owned);
        let width = |column: usize| {
            let cells = std::iter::once(&head).chain(&self.rows);
            cells
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let (a, b, c) = (width(0), width(1), width(2));
        let line =
            |row: &[String; 3]| println!("| {:a$} | {:b$} | {:c$} |", row[0], row[1], row[2]);
        println!();
        line(&head);
        line(&[a, b, c].map(|n| "-".repeat(n)));
        self.rows.iter().for_each(line);
    }
}

/// Says on standard error what is being done.
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

/// The value below which `share` of all lie; nothing measured: 0.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index of a few thousand"
    )]
    let index = (last as f64 * share).ceil() as usize;
    sorted[index.min(last)]
}

/// Sorted, as [`quantile`] wants them.
pub(crate) fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// The middle one: a round that another program disturbed does not count.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(&sorted(values.to_vec()), 0.5)
}
