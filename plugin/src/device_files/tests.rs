use super::*;
use proscenium_dsp::array::presets;
use proscenium_dsp::design::DeviceChoice;
use std::fs;
use std::time::Instant;

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("proscenium-files-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(preset: usize) -> String {
    presets()[preset].device.to_toml()
}

fn wait<T>(mut done: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(done) = done() {
            return done;
        }
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn answer(files: &DeviceFiles) -> Answer {
    wait(|| files.take_answer())
}

fn custom(session: &SharedSession) -> String {
    let choice = DeviceChoice::Custom(session.device_revision());
    session.device(choice).name.clone()
}

#[test]
fn a_device_is_read_and_a_bad_file_says_what_is_wrong_in_one_line() {
    let folder = Folder::new("read");
    let files = DeviceFiles::new(SharedSession::default());
    let good = folder.file("good.toml", text(2));
    files.load(good.clone());
    let Answer::Loaded(path, loaded) = answer(&files) else {
        panic!("not loaded")
    };
    assert_eq!((path, loaded.device), (good, presets()[2].device.clone()));
    for (name, bytes, parts) in [
        (
            "key.toml",
            text(2).replace("radius_m", "radius").into_bytes(),
            &["line", "radius"][..],
        ),
        (
            "value.toml",
            text(2).replace("radius_m = 0", "radius_m = 9").into_bytes(),
            &["driver[0].radius_m"],
        ),
        ("latin.toml", b"name = \"\xe4\"".to_vec(), &["UTF-8"]),
        ("long.toml", "ä".repeat(MAX_EMBEDDED_BYTES).into_bytes(), &["bytes"]),
        ("empty.toml", Vec::new(), &["name", "missing"]),
    ] {
        files.load(folder.file(name, bytes));
        let Answer::Refused(error) = answer(&files) else {
            panic!("{name}: not refused")
        };
        assert!(error.starts_with(name) && !error.contains('\n'), "{error}");
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    }
    files.load(folder.0.join("none.toml"));
    assert_eq!(
        answer(&files),
        Answer::Refused(String::from("none.toml: there is no such file"))
    );
    files.load(folder.0.clone());
    assert!(matches!(answer(&files), Answer::Refused(error) if error.ends_with("not a file")));
}

#[test]
fn what_is_written_reads_back_the_same_and_nothing_is_replaced_unasked() {
    let folder = Folder::new("write");
    let files = DeviceFiles::new(SharedSession::default());
    for (n, preset) in presets().iter().enumerate() {
        let path = folder.0.join(format!("{n}.toml"));
        files.export(path.clone(), text(n), false);
        assert_eq!(answer(&files), Answer::Exported(path.clone()));
        assert_eq!(LoadedDevice::read(&path).unwrap().device, preset.device);
    }
    let path = folder.0.join("0.toml");
    files.export(path.clone(), text(1), false);
    assert!(matches!(answer(&files), Answer::Refused(error) if error.contains("already")));
    assert_eq!(fs::read_to_string(&path).unwrap(), text(0));
    files.export(path.clone(), text(1), true);
    assert_eq!(answer(&files), Answer::Exported(path.clone()));
    assert_eq!(fs::read_to_string(&path).unwrap(), text(1));
    files.export(folder.0.join("no/such/folder.toml"), text(1), false);
    assert!(matches!(answer(&files), Answer::Refused(error) if error.contains("folder")));
}

#[test]
fn changes_of_the_sessions_file_reach_the_session_unless_paused() {
    let folder = Folder::new("follow");
    let path = folder.file("device.toml", text(0));
    let session = SharedSession::default();
    let files = DeviceFiles::new(session.clone());
    session.embed_device(LoadedDevice::read(&path).unwrap(), Some(&path));
    files.follow_loaded();
    fs::write(&path, text(2)).unwrap();
    wait(|| (custom(&session) == "Laptop").then_some(()));
    assert_eq!(session.snapshot().device, Some(text(2)));
    let revision = session.device_revision();
    fs::write(&path, "name = 7").unwrap();
    wait(|| matches!(files.status(), Some(FileStatus::Refused(_))).then_some(()));
    assert_eq!(
        (custom(&session), session.device_revision()),
        ("Laptop".into(), revision)
    );
    files.set_paused(true);
    fs::write(&path, text(3)).unwrap();
    std::thread::sleep(4 * LOOK_PERIOD);
    assert_eq!(session.device_revision(), revision);
    files.set_paused(false);
    wait(|| (custom(&session) == "Tablet").then_some(()));
    // Another device that came from no file is not overwritten by this one's.
    session.load_device(&text(5), "another").unwrap();
    fs::write(&path, text(4)).unwrap();
    std::thread::sleep(4 * LOOK_PERIOD);
    assert_eq!(custom(&session), "Soundbar");
}

#[test]
fn the_thread_ends_with_its_owner_and_does_not_begin_without_need() {
    let folder = Folder::new("thread");
    let path = folder.file("device.toml", text(0));
    let session = SharedSession::default();
    let files = DeviceFiles::new(session.clone());
    files.follow_session();
    files.set_paused(true);
    assert!(files.thread.lock().unwrap().is_none());
    session.embed_device(LoadedDevice::read(&path).unwrap(), Some(&path));
    files.follow_session();
    assert!(files.thread.lock().unwrap().is_some());
    let desk = Arc::downgrade(&files.desk);
    drop(files);
    assert!(desk.upgrade().is_none());
}

/// A stereo WAV file, 16 bits at 48 kHz, of an impulse that is later and softer at the second ear.
fn impulse_at_ears(delays: [usize; 2]) -> Vec<u8> {
    const FRAMES: usize = 1024;
    let mut frames = vec![[0_i16; 2]; FRAMES];
    for (ear, delay) in delays.into_iter().enumerate() {
        frames[delay][ear] = if delay == 100 { 16_000 } else { 10_000 };
    }
    let data: Vec<u8> = frames
        .as_flattened()
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect();
    let mut wave = Vec::from(*b"RIFF");
    wave.extend((36 + data.len() as u32).to_le_bytes());
    wave.extend(b"WAVEfmt ");
    for field in [16_u32, 2 << 16 | 1, 48_000, 4 * 48_000, 16 << 16 | 4] {
        wave.extend(field.to_le_bytes());
    }
    wave.extend(b"data");
    wave.extend((data.len() as u32).to_le_bytes());
    wave.extend(data);
    wave
}

#[test]
fn measured_data_become_part_of_the_session_and_the_file_is_followed_all_the_same() {
    let folder = Folder::new("measured");
    folder.file("left.wav", impulse_at_ears([100, 108]));
    folder.file("right.wav", impulse_at_ears([108, 100]));
    let refers = text(2) + "[[measured.ears]]\nwav = [\"left.wav\", \"right.wav\"]\n";
    let path = folder.file("measured.toml", &refers);
    let loaded = LoadedDevice::read(&path).unwrap();
    assert!(loaded.device.measured.is_some() && !loaded.text.contains("left.wav"));
    let alone = LoadedDevice::from_text(loaded.text.as_str(), "session").unwrap();
    assert!(alone.device == loaded.device, "needs its files no more");
    let mut watch = Watch::new(path.clone(), loaded.text).just_loaded();
    assert!((0..4).all(|_| watch.look().is_none()));
    assert_eq!(*watch.status(), FileStatus::Followed);
    folder.file("measured.toml", refers.replace("left.wav", "gone.wav"));
    let error = LoadedDevice::read(&path).unwrap_err().to_string();
    assert!(
        error.starts_with("measured.toml: ") && error.contains("gone.wav"),
        "{error}"
    );
}
