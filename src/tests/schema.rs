//! The two schemas are one, and every row belongs to an organisation.

use std::collections::BTreeSet;
use std::path::Path;

use sutler::store::db::{Db, Opener};

use crate::database::prepare;
use crate::database::{self, Raw};
use crate::floors::files;

/// Tables whose rows belong to the whole daemon.
const WHOLE_DAEMON: [&str; 4] = ["_sqlx_migrations", "daemon", "org", "stray"];

async fn migrated(url: &str) -> Raw {
    let db = Db::open(url, Opener::Daemon).await.unwrap();
    db.migrate().await.unwrap();
    db.check_schema().await.unwrap();
    db.close().await;
    Raw::open(url).await
}

async fn sqlite(folder: &Path) -> Raw {
    migrated(&format!("sqlite:{}", folder.join("schema.db").display())).await
}

async fn postgres() -> Raw {
    migrated(&database::create_postgres().await).await
}

const SQLITE_COLUMNS: &str = r#"select m.name, p.name,
    case when p."notnull" = 1 or p.pk > 0 then 'not null' else 'null' end, lower(p.type)
 from sqlite_master m join pragma_table_info(m.name) p
 where m.type = 'table' and m.name not like '\_sqlx%' escape '\' order by 1, 2"#;

const POSTGRES_COLUMNS: &str = r"select table_name::text, column_name::text,
    case when is_nullable = 'NO' then 'not null' else 'null' end,
    case data_type when 'timestamp with time zone' then 'text' when 'jsonb' then 'text'
        when 'bigint' then 'integer' when 'boolean' then 'integer' else data_type::text end
 from information_schema.columns
 where table_schema = 'public' and table_name not like '\_sqlx%' order by 1, 2";

/// Table, columns, unique or not, partial or not; the name where it is not a constraint's.
const SQLITE_INDEXES: &str = r#"select m.name,
    (select group_concat(name) from (select i.name from pragma_index_info(l.name) i order by i.seqno)),
    case when l."unique" = 1 then 'unique' else 'many' end,
    case when l.partial = 1 then 'partial' else 'whole' end,
    case when l.origin = 'c' then l.name else '' end
 from sqlite_master m join pragma_index_list(m.name) l
 where m.type = 'table' and m.name not like '\_sqlx%' escape '\'"#;

const POSTGRES_INDEXES: &str = r"select t.relname::text,
    (select string_agg(a.attname, ',' order by k.n) from unnest(x.indkey) with ordinality k(at, n)
        join pg_attribute a on a.attrelid = t.oid and a.attnum = k.at),
    case when x.indisunique then 'unique' else 'many' end,
    case when x.indpred is not null then 'partial' else 'whole' end,
    case when exists (select 1 from pg_constraint c where c.conindid = x.indexrelid
        and c.contype in ('p', 'u')) then '' else i.relname::text end
 from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
     join pg_namespace n on n.oid = t.relnamespace
 where n.nspname = 'public' and t.relname not like '\_sqlx%'";

fn as_set(rows: Vec<Vec<String>>) -> BTreeSet<String> {
    rows.into_iter()
        .map(|row| row.join(" ").trim_end().to_owned())
        .collect()
}

fn assert_equal(one: &BTreeSet<String>, other: &BTreeSet<String>) {
    let only_one: Vec<_> = one.difference(other).collect();
    let only_other: Vec<_> = other.difference(one).collect();
    assert!(
        only_one.is_empty() && only_other.is_empty(),
        "only in SQLite: {only_one:#?}, only in PostgreSQL: {only_other:#?}"
    );
    assert!(one.len() > 20, "the schema was not read");
}

#[tokio::test]
async fn the_two_schemas_have_the_same_tables_columns_and_indexes() {
    prepare();
    let folder = tempfile::tempdir().unwrap();
    let (sqlite, postgres) = (sqlite(folder.path()).await, postgres().await);
    let columns = as_set(sqlite.rows(SQLITE_COLUMNS).await);
    assert_equal(&columns, &as_set(postgres.rows(POSTGRES_COLUMNS).await));
    let indexes = as_set(sqlite.rows(SQLITE_INDEXES).await);
    assert_equal(&indexes, &as_set(postgres.rows(POSTGRES_INDEXES).await));
}

/// The tables whose rows belong to one organisation.
async fn tables(folder: &Path) -> BTreeSet<String> {
    let rows = sqlite(folder)
        .await
        .rows("select name from sqlite_master where type = 'table'")
        .await;
    let names = rows.into_iter().map(|row| row[0].clone());
    names
        .filter(|name| !WHOLE_DAEMON.contains(&name.as_str()))
        .collect()
}

#[tokio::test]
async fn every_row_belongs_to_an_organisation() {
    prepare();
    let folder = tempfile::tempdir().unwrap();
    let all = tables(folder.path()).await;
    let with: BTreeSet<String> = sqlite(folder.path())
        .await
        .rows(
            r#"select m.name from sqlite_master m join pragma_table_info(m.name) p
               where m.type = 'table' and p.name = 'org_id' and p."notnull" = 1"#,
        )
        .await
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(all, with);
}

/// The texts between quotes of a file, raw ones too.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find('"') {
        let is_char = rest[..at].ends_with('\'');
        rest = &rest[at + 1..];
        if is_char {
            continue;
        }
        let mut text = String::new();
        let mut chars = rest.char_indices();
        while let Some((n, c)) = chars.next() {
            match c {
                '\\' => text.extend(chars.next().map(|(_, c)| c)),
                '"' => {
                    rest = &rest[n + 1..];
                    break;
                }
                c => text.push(c),
            }
        }
        found.push(text);
    }
    found
}

#[tokio::test]
async fn every_sql_text_names_the_organisation() {
    prepare();
    let folder = tempfile::tempdir().unwrap();
    let tables = tables(folder.path()).await;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let (mut seen, mut wrong) = (0, Vec::new());
    for file in files(&source) {
        let text = std::fs::read_to_string(&file).unwrap();
        let code: String = text
            .lines()
            .filter(|l| !l.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        for sql in literals(&code) {
            let words: Vec<&str> = sql
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .collect();
            let names = words.windows(2).any(|pair| {
                ["from", "join", "into", "update"].contains(&pair[0]) && tables.contains(pair[1])
            });
            let is_rest = words.first() == Some(&"where");
            seen += usize::from(names);
            if (names || is_rest) && !words.contains(&"org_id") {
                wrong.push(format!("{}: {sql}", file.file_name().unwrap().display()));
            }
        }
    }
    assert!(seen > 60, "only {seen} SQL texts were found");
    assert!(wrong.is_empty(), "without an organisation: {wrong:#?}");
}
