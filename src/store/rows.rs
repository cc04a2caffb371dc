//! Statements over many rows at once: one text for each number of rows, so that it is prepared once.

/// Most rows of one statement. Each number below it is a text of its own in the cache of statements.
pub(super) const MOST_ROWS: usize = 32;

/// The parameters of `rows` rows of a `values` list: `($1, $2), ($3, $4)`.
pub(super) fn parameters(rows: usize, columns: usize) -> String {
    let row = |n: usize| {
        let cells: Vec<String> = (1..=columns)
            .map(|at| format!("${}", n * columns + at))
            .collect();
        format!("({})", cells.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// Binds the cells of each row in turn: `bind_rows!(query, rows, |q, row| q.bind(row.id))`.
macro_rules! bind_rows {
    ($query:expr, $rows:expr, |$q:ident, $row:ident| $bound:expr) => {{
        let mut query = $query;
        for $row in $rows {
            let $q = query;
            query = $bound;
        }
        query
    }};
}

pub(super) use bind_rows;

#[cfg(test)]
mod tests {
    use super::parameters;

    #[test]
    fn each_row_has_parameters_of_its_own() {
        assert_eq!(parameters(1, 1), "($1)");
        assert_eq!(parameters(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }
}
