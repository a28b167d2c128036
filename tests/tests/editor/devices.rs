//! Device files: by a typed path, dropped, followed, written.

use super::{file, open_bench, turn};
use proscenium_host::editor::{EditorBench, Layout};
use proscenium_tests::ring_toml;
use proscenium_tests::signals::{peak, programme};
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const RETURN: u32 = 0xff0d;
/// Longest wait for something to happen.
const PATIENCE: Duration = Duration::from_secs(15);

/// A device file, gone after the test.
struct DeviceFile(PathBuf);

impl DeviceFile {
    fn new(name: &str, text: &str) -> Self {
        let path = file(&format!("{name}.toml"));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for DeviceFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A ring of so many drivers, made for 0.8 m.
fn ring(drivers: usize) -> String {
    format!("listener_distance_m = 0.8\n{}", ring_toml(drivers))
}

fn text(bench: &mut EditorBench, name: &str) -> String {
    let value = bench.host.value(name).unwrap();
    bench.host.value_to_text(name, value).unwrap()
}

fn wait(bench: &mut EditorBench, what: &str, mut done: impl FnMut(&mut EditorBench) -> bool) {
    let begun = Instant::now();
    while !done(bench) {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        bench.run_for(Duration::from_millis(100)).unwrap();
    }
}

fn shows(widget: &str) -> bool {
    Layout::read().is_some_and(|layout| layout.widgets.contains_key(widget))
}

/// Types a path into the menu, which it opens if it is not open.
fn type_path(bench: &mut EditorBench, path: &str) {
    if !shows("device:path") {
        bench.click("button:device").unwrap();
    }
    bench.click("device:path").unwrap();
    for letter in path.chars() {
        bench.window.as_ref().unwrap().screen().key(u32::from(letter)).unwrap();
        bench.run_for(Duration::from_millis(20)).unwrap();
    }
    bench.run_for(Duration::from_millis(200)).unwrap();
}

fn load(bench: &mut EditorBench, path: &str) {
    type_path(bench, path);
    bench.window.as_ref().unwrap().screen().key(RETURN).unwrap();
}

/// Channels that sound once everything has settled.
fn sounding(bench: &mut EditorBench) -> Vec<usize> {
    let noise = programme(4096);
    let mut channels = Vec::new();
    for at in (0..4096).step_by(512) {
        let input: Vec<&[f32]> = noise.iter().map(|channel| &channel[at..at + 512]).collect();
        channels = bench.host.process(&input, 512, &[]).unwrap();
    }
    (0..channels.len())
        .filter(|&channel| peak(&channels[channel..=channel]) > 1e-4)
        .collect()
}

fn session(bench: &mut EditorBench) -> String {
    String::from_utf8_lossy(&bench.host.save_state().unwrap()).into_owned()
}

#[test]
fn a_typed_path_is_played_on_and_followed() {
    let _turn = turn();
    let device = DeviceFile::new("typed", &ring(2));
    let mut bench = open_bench(8);
    load(&mut bench, device.path());
    wait(&mut bench, "loaded", |bench| text(bench, "Device") == "Custom");
    assert_eq!(text(&mut bench, "Distance"), "0.8 m");
    wait(&mut bench, "two drivers sound", |bench| sounding(bench) == [0, 1]);
    assert!(session(&mut bench).contains("typed.toml"));
    // Another file in its place, as many editors write.
    let next = DeviceFile::new("next", &ring(3));
    fs::rename(&next.0, &device.0).unwrap();
    wait(&mut bench, "three drivers sound", |bench| sounding(bench) == [0, 1, 2]);
    // What cannot be used leaves the device as it was, and is told.
    fs::write(&device.0, "name = ").unwrap();
    wait(&mut bench, "the error is told", |_| shows("notice:device"));
    assert_eq!(sounding(&mut bench), [0, 1, 2]);
    fs::write(&device.0, ring(4)).unwrap();
    wait(&mut bench, "four drivers sound", |bench| {
        sounding(bench) == [0, 1, 2, 3]
    });
    // The file goes; the device stays, in the session too.
    fs::remove_file(&device.0).unwrap();
    bench.run_for(Duration::from_millis(1500)).unwrap();
    assert_eq!(sounding(&mut bench), [0, 1, 2, 3]);
    let state = bench.host.save_state().unwrap();
    bench.close().unwrap();
    bench.host.load_state(&state).unwrap();
    wait(&mut bench, "four drivers still sound", |bench| {
        sounding(bench) == [0, 1, 2, 3]
    });
}

#[test]
fn a_bad_file_is_told_and_changes_nothing() {
    let _turn = turn();
    let device = DeviceFile::new("bad", &ring(2).replace("radius_m = 0.015", "radius_m = 15"));
    let mut bench = open_bench(8);
    let before = session(&mut bench);
    load(&mut bench, device.path());
    wait(&mut bench, "the error is told", |_| shows("notice:device"));
    assert_eq!(session(&mut bench), before);
    bench.click("notice:close").unwrap();
    wait(&mut bench, "the line is closed", |_| !shows("notice:device"));
}

#[test]
fn a_dropped_file_is_played_on() {
    let _turn = turn();
    let device = DeviceFile::new("dropped file", &ring(2));
    let mut bench = open_bench(8);
    bench.drop_file("panel:stage", device.path()).unwrap();
    wait(&mut bench, "loaded", |bench| text(bench, "Device") == "Custom");
    wait(&mut bench, "two drivers sound", |bench| sounding(bench) == [0, 1]);
}

#[test]
fn what_is_saved_loads_again() {
    let _turn = turn();
    let saved = DeviceFile::new("saved", "");
    fs::remove_file(&saved.0).unwrap();
    let mut bench = open_bench(8);
    type_path(&mut bench, saved.path());
    bench.click("device:save-path").unwrap();
    wait(&mut bench, "written", |_| Path::new(saved.path()).exists());
    bench.run_for(Duration::from_millis(300)).unwrap();
    let written = fs::read_to_string(&saved.0).unwrap();
    let presets = proscenium_dsp::array::presets();
    let device = proscenium_dsp::array::Device::from_toml(&written, "saved").unwrap();
    assert_eq!(device, presets[0].device);
    bench.click("device:load-path").unwrap();
    wait(&mut bench, "loaded", |bench| text(bench, "Device") == "Custom");
    wait(&mut bench, "in the session", |bench| {
        session(bench).contains("saved.toml")
    });
}

/// The environment in which dialogs are opened, until it is dropped: no portal, and only one's own programs.
struct Desktop {
    programs: PathBuf,
    before: [(&'static str, Option<OsString>); 2],
}

impl Desktop {
    /// With a zenity that says `answer` after `seconds`; without any if there is none.
    fn new(zenity: Option<(&str, &str)>) -> Self {
        let programs = file("programs");
        fs::create_dir_all(&programs).unwrap();
        if let Some((seconds, answer)) = zenity {
            let program = programs.join("zenity");
            fs::write(&program, format!("#!/bin/sh\n/bin/sleep {seconds}\necho '{answer}'\n")).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let names = ["DBUS_SESSION_BUS_ADDRESS", "PATH"];
        let before = names.map(|name| (name, std::env::var_os(name)));
        for (name, value) in names
            .into_iter()
            .zip(["unix:path=/nonexistent".into(), programs.clone()])
        {
            // SAFETY: it is this test's turn, and no dialog is open yet.
            unsafe { std::env::set_var(name, value) };
        }
        Self { programs, before }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for (name, value) in &self.before {
            // SAFETY: it is this test's turn still, and dialogs read the environment when they open.
            unsafe {
                match value {
                    Some(value) => std::env::set_var(name, value),
                    None => std::env::remove_var(name),
                }
            }
        }
        let _ = fs::remove_dir_all(&self.programs);
    }
}

/// Without a portal and zenity the user is told so, and can type.
#[test]
fn where_no_dialog_can_be_had_a_path_can_be_typed() {
    let _turn = turn();
    let device = DeviceFile::new("no-dialog", &ring(2));
    let mut bench = open_bench(8);
    let desktop = Desktop::new(None);
    bench.click("button:device").unwrap();
    bench.click("device:load").unwrap();
    wait(&mut bench, "told", |_| shows("notice:device"));
    drop(desktop);
    load(&mut bench, device.path());
    wait(&mut bench, "loaded", |bench| text(bench, "Device") == "Custom");
}

#[test]
fn dialogs_name_the_files() {
    let _turn = turn();
    let device = DeviceFile::new("dialog", &ring(2));
    let mut bench = open_bench(8);
    bench.click("button:device").unwrap();
    let desktop = Desktop::new(Some(("0.5", device.path())));
    bench.click("device:load").unwrap();
    wait(&mut bench, "loaded", |bench| text(bench, "Device") == "Custom");
    drop(desktop);
    bench.host.set_text("Device", "Soundbar").unwrap();
    bench.run_for(Duration::from_millis(500)).unwrap();
    // The file exists; the dialog has asked.
    let desktop = Desktop::new(Some(("0.5", device.path())));
    bench.click("device:export").unwrap();
    let soundbar = || fs::read_to_string(&device.0).unwrap().contains("Soundbar");
    wait(&mut bench, "written", |_| soundbar());
    drop(desktop);
}

/// Names of this process's threads that serve device files. The system keeps 15 characters.
fn threads() -> Vec<String> {
    let all = fs::read_dir("/proc/self/task").unwrap();
    let names = all.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("comm")).ok());
    names
        .map(|name| name.trim().to_owned())
        .filter(|name| ["proscenium-file", "proscenium-dial"].contains(&name.as_str()))
        .collect()
}

/// An instance leaves no thread that follows its file, and may go while a dialog is open, whose end then harms nobody.
#[test]
fn an_instance_may_go_with_a_dialog_open() {
    let _turn = turn();
    let device = DeviceFile::new("going", &ring(2));
    let mut bench = open_bench(8);
    load(&mut bench, device.path());
    wait(&mut bench, "loaded", |bench| text(bench, "Device") == "Custom");
    assert_eq!(threads(), ["proscenium-file"]);
    let desktop = Desktop::new(Some(("3", device.path())));
    bench.click("device:load").unwrap();
    let begun = Instant::now();
    drop(bench);
    assert!(begun.elapsed() < Duration::from_secs(2), "the host waited");
    // The dialog's thread and its helper.
    let left = threads();
    assert!(
        !left.is_empty() && left.iter().all(|name| name == "proscenium-dial"),
        "{left:?}"
    );
    while !threads().is_empty() {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(desktop);
}
