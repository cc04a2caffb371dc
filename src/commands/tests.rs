//! The command line itself.

use clap::CommandFactory as _;

use super::*;

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

fn help_of(path: &[&str]) -> String {
    let mut command = Cli::command();
    command.build();
    let mut at = &mut command;
    for name in path {
        at = at.find_subcommand_mut(name).unwrap();
    }
    at.render_long_help().to_string()
}

#[test]
fn the_first_help_names_every_subcommand_but_the_warden() {
    let help = help_of(&[]);
    for name in [
        "serve", "web", "work", "demo", "migrate", "check", "config", "import", "admin",
        "supplier", "read",
    ] {
        let line = format!("\n  {name} ");
        assert!(help.contains(&line), "{name}\n{help}");
    }
    assert!(!help.contains("warden"), "{help}");
}

#[test]
fn every_help_has_an_example_and_no_line_that_a_terminal_breaks() {
    for path in [
        &["serve"][..],
        &["web"],
        &["work"],
        &["demo"],
        &["migrate"],
        &["check"],
        &["config"],
        &["import"],
        &["admin"],
        &["read"],
        &["read", "numbers"],
        &["supplier", "add-credentials"],
        &["supplier", "try"],
    ] {
        let help = help_of(path);
        assert!(help.contains("  sutler "), "{path:?}\n{help}");
        for line in help.lines() {
            assert!(line.chars().count() <= 110, "{path:?}: {line}");
        }
    }
}

#[test]
fn the_example_in_the_help_of_import_is_a_world() {
    let help = help_of(&["import"]);
    let from = help.find("  [organisation]").unwrap();
    let to = help.find("A CSV file holds").unwrap();
    let world = import::World::from_toml("help", &help[from..to]).unwrap();
    let organisation = world.organisation.unwrap();
    assert_eq!(organisation.code, "tumaini");
    assert_eq!(world.people.len(), 2);
    assert_eq!(world.supplier_items[0].price, 7_800_000);
}

#[test]
fn the_warden_is_given_its_program_as_it_stands() {
    let cli = Cli::parse_from([
        "sutler",
        "warden",
        "--",
        "chromedriver",
        "--port=0",
        "--",
        "x",
    ]);
    let Command::Warden(warden) = cli.command else {
        panic!("{:?}", cli.command);
    };
    assert_eq!(warden.program, ["chromedriver", "--port=0", "--", "x"]);
}

#[test]
fn web_and_work_refuse_what_only_one_process_can_use() {
    let settings = |database: &str, queue: &str| {
        let variables = [
            ("SUTLER_DATABASE__URL".to_owned(), database.to_owned()),
            ("SUTLER_QUEUE__URL".to_owned(), queue.to_owned()),
        ];
        Config::read(None, variables).unwrap()
    };
    let (postgres, redis) = ("postgres://a:b@127.0.0.1/c", "redis://127.0.0.1:6379");
    for (database, queue, is_refused) in [
        ("sqlite:s.db", "in-process", true),
        ("sqlite:s.db", redis, true),
        (postgres, "in-process", true),
        (postgres, redis, false),
    ] {
        let refused = serve::for_several_processes(&settings(database, queue));
        assert_eq!(refused.is_err(), is_refused, "{database} {queue}");
    }
}
