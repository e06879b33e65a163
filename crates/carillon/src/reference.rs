//! The command line as a page of the book.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use crate::cli::Cli;

/// The heading of what most commands share.
pub(crate) const SETTINGS: &str = "Settings";

pub(crate) fn page() -> String {
    let mut cli = Cli::command();
    cli.build();
    let mut commands = Vec::new();
    leaves(&cli, "", &mut commands);
    let mut page = String::from(
        "# The command line\n\nMade by `carillon reference`, as `carillon help` has it.\n\n\
         Exit codes: 0, it was done; 1, it failed, or what was checked does not hold; 2, what was typed or configured cannot be right.\n",
    );
    for (name, command) in &commands {
        let options: Vec<_> = options(command).collect();
        let settings = if options.iter().any(|option| shared(option)) { " Takes the [settings](#settings)." } else { "" };
        let _ = write!(page, "\n## {name}\n\n{}.{settings}\n", command.get_about().map(ToString::to_string).unwrap_or_default());
        table(&mut page, options.into_iter().filter(|option| !shared(option)));
    }
    let _ = write!(
        page,
        "\n## {SETTINGS}\n\nWhat is left out is as the file, the environment or the defaults say ([configuration](../guide/configuration.md)).\n"
    );
    let settings = commands.iter().find(|(name, _)| name.ends_with("config show"));
    table(&mut page, settings.into_iter().flat_map(|(_, command)| options(command)));
    page
}

/// The commands that do something, by their full names.
fn leaves<'c>(command: &'c Command, above: &str, found: &mut Vec<(String, &'c Command)>) {
    let name = format!("{above}{}", command.get_name());
    if !command.has_subcommands() {
        let names = command.get_positionals().map(|one| format!(" {}", one.get_id().as_str().to_uppercase()));
        found.push((name + &names.collect::<String>(), command));
        return;
    }
    for one in command.get_subcommands().filter(|one| !one.is_hide_set() && one.get_name() != "help") {
        leaves(one, &format!("{name} "), found);
    }
}

fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|option| option.get_long().is_some_and(|long| long != "help"))
}

fn shared(option: &Arg) -> bool {
    option.get_help_heading() == Some(SETTINGS)
}

fn table<'o>(page: &mut String, options: impl Iterator<Item = &'o Arg>) {
    let mut options = options.peekable();
    if options.peek().is_some() {
        page.push_str("\n| option | |\n|---|---|\n");
    }
    for option in options {
        let names = if option.get_action().takes_values() { option.get_value_names().unwrap_or_default() } else { &[] };
        let value: String = names.iter().flat_map(|name| [" <", name.as_str(), ">"]).collect();
        let variable = option.get_env().map(|name| format!(" Or the variable `{}`.", name.display())).unwrap_or_default();
        let help = option.get_help().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(page, "| `--{}{value}` | {help}.{variable} |", option.get_long().unwrap_or_default());
    }
}
