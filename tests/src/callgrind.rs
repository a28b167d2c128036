//! Valgrind's callgrind on the program `cost`: what happens within the plugin's `process`, and nothing else.

use crate::{clap_path, debug_program_path};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Instructions, and the functions that were reached.
pub struct Profile {
    /// Instructions executed.
    pub instructions: u64,
    /// Functions that were called, with the file that they are in, as far as the file tells their names.
    pub functions: BTreeSet<(String, String)>,
}

/// Runs `cost` with these arguments on the release bundle, or on `plugin`; `environment` is set for it.
///
/// # Panics
/// When valgrind or the program is missing or fails.
#[must_use]
pub fn profile(plugin: Option<&Path>, arguments: &[&str], environment: &[(&str, &str)]) -> Profile {
    let file = std::env::temp_dir().join(format!(
        "proscenium-callgrind-{}-{}",
        std::process::id(),
        arguments.join("-")
    ));
    let text = run(plugin, arguments, environment, &file, &[]);
    let collected = text.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.unwrap_or_else(|| panic!("{text}"));
    let written = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    // It is no longer needed.
    let _ = std::fs::remove_file(&file);
    Profile {
        instructions: count.trim().parse().unwrap_or_else(|error| panic!("{count}: {error}")),
        functions: functions(&String::from_utf8_lossy(&written)),
    }
}

/// Runs `cost` with these arguments on the release bundle; instructions of each call of `process`, most first.
///
/// # Panics
/// When valgrind or the program is missing or fails.
#[must_use]
pub fn calls(arguments: &[&str]) -> Vec<u64> {
    let directory = std::env::temp_dir().join(format!(
        "proscenium-calls-{}-{}",
        std::process::id(),
        arguments.join("-")
    ));
    std::fs::create_dir_all(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    // One file for each call. By its full name: of patterns, only the first option that has it counts.
    let dump = ["--dump-after=proscenium_host::audio::plugin_process"];
    let text = run(None, arguments, &[], &directory.join("call"), &dump);
    let files = std::fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let count = |file: std::io::Result<std::fs::DirEntry>| -> Option<u64> {
        let written = std::fs::read(file.ok()?.path()).ok()?;
        let written = String::from_utf8_lossy(&written);
        let (_, count) = written.lines().find_map(|line| line.split_once("summary: "))?;
        count.trim().parse().ok()
    };
    let mut calls: Vec<u64> = files.filter_map(count).collect();
    let _ = std::fs::remove_dir_all(&directory);
    assert!(!calls.is_empty(), "{text}");
    calls.sort_unstable_by(|a, b| b.cmp(a));
    calls
}

/// Runs `cost` under callgrind, which counts within `process` and writes to `file`; returns what it says.
fn run(
    plugin: Option<&Path>,
    arguments: &[&str],
    environment: &[(&str, &str)],
    file: &Path,
    options: &[&str],
) -> String {
    let program = debug_program_path("cost", "cargo build --package proscenium-tests");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*plugin_process*"])
        .args(options)
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(program)
        .arg(plugin.map_or_else(clap_path, Path::to_owned))
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .unwrap_or_else(|error| panic!("cannot run valgrind (Debian package valgrind): {error}"));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    text
}

/// Functions in callgrind's format: lines `ob=(1) file` and `fn=(2) name`, with a `c` in front for those that are called;
/// names stand where a number is first used.
fn functions(profile: &str) -> BTreeSet<(String, String)> {
    let mut files = BTreeMap::new();
    let mut names = BTreeMap::new();
    let mut found = BTreeSet::new();
    let (mut own, mut called) = (String::new(), None);
    for line in profile.lines() {
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        match key {
            "ob" => own = resolve(&mut files, value),
            "cob" => called = Some(resolve(&mut files, value)),
            // Known by its caller, unless the system begins with it.
            "fn" => {
                resolve(&mut names, value);
            }
            "cfn" => {
                let file = called.take().unwrap_or_else(|| own.clone());
                found.insert((file, resolve(&mut names, value)));
            }
            _ => {}
        }
    }
    found
}

/// The name behind `(number) name` or, once it has been told, `(number)`.
fn resolve(known: &mut BTreeMap<String, String>, value: &str) -> String {
    match value.split_once(") ") {
        Some((number, name)) => {
            known.insert(format!("{number})"), name.to_owned());
            name.to_owned()
        }
        None => known.get(value).cloned().unwrap_or_default(),
    }
}

#[test]
fn names_are_found_with_their_files() {
    let text = "ob=(1) a.so\nfn=(1) f\n1 2\ncob=(2) libc.so.6\ncfn=(2) malloc\ncalls=1 1\ncfn=(3) g\nob=(2)\nfn=(2)\n";
    let pair = |file: &str, name: &str| (file.to_owned(), name.to_owned());
    let expected = [pair("libc.so.6", "malloc"), pair("a.so", "g")];
    assert_eq!(functions(text), expected.into());
}
