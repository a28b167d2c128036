use super::*;
use crate::editor::testing::{Stand, place};
use egui::Rect;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use std::fs;
use std::time::{Duration, Instant};

/// A device file that is gone after the test.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("proscenium-menu-{}-{name}.toml", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

const BALL: &str = r#"
# A comment that stays.
name = "Desk Ball"
listener_distance_m = 0.8
[enclosure]
shape = "sphere"
radius_m = 0.08
[[driver]]
name = "left"
azimuth_deg = 90.0
radius_m = 0.02
[[driver]]
name = "right"
azimuth_deg = -90.0
radius_m = 0.02
"#;

fn harness(stand: Stand) -> Harness<'static, Stand> {
    let mut device = DevicePanel::default();
    stand.harness(egui::vec2(800.0, 500.0), move |ui, scene| {
        ui.horizontal(|ui| device.show(ui, scene));
        let floor = Rect::from_min_max(egui::pos2(0.0, 460.0), egui::pos2(800.0, 500.0));
        device.show_notices(ui, scene, floor);
    })
}

fn wait(harness: &mut Harness<'_, Stand>, done: impl Fn(&Harness<'_, Stand>) -> bool) {
    let begun = Instant::now();
    while !done(harness) {
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(10));
        harness.step();
    }
}

fn shows(harness: &Harness<'_, Stand>, text: &str) -> bool {
    harness.query_by_label_contains(text).is_some()
}

/// Opens the menu, types a path and clicks a button beside it.
fn enter(harness: &mut Harness<'_, Stand>, path: &str, button: &str) {
    if !harness.state().atlas.widgets().any(|(name, _)| name == "device:path") {
        harness.get_by_label("\u{2026}").click();
        harness.run();
    }
    let field = "Path of a device file";
    harness.get_by_label(field).focus();
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.get_by_label(field).type_text(path);
    harness.run();
    harness.get_by_label(button).click();
    harness.step();
    harness.step();
}

#[test]
fn a_typed_path_is_loaded_embedded_and_played_on() {
    let file = File::new("typed", BALL);
    let stand = Stand::new();
    let (params, recorder) = (Arc::clone(&stand.shared.params), Arc::clone(&stand.recorder));
    let mut harness = harness(stand);
    harness.run();
    enter(&mut harness, file.path(), "Load");
    wait(&mut harness, |harness| shows(harness, "Desk Ball is loaded"));
    assert_eq!(recorder.take_gestures(), ["device", "distance"]);
    assert_eq!(params.device.value(), DeviceParam::Custom);
    assert!((params.distance.value() - 0.8).abs() < 1e-4);
    let session = params.session.snapshot();
    assert_eq!(session.device.as_deref(), Some(BALL));
    assert_eq!(session.device_file.as_deref(), Some(file.path()));
    assert!((listener_distance_m(&params, DeviceParam::Custom) - 0.8).abs() < 1e-4);
    wait(&mut harness, |harness| {
        shows(harness, "Changes of the file are followed")
    });
}

#[test]
fn a_bad_file_is_told_and_changes_nothing() {
    let file = File::new("bad", &BALL.replace("radius_m = 0.02", "radius_m = 2.0"));
    let stand = Stand::new();
    let (params, recorder) = (Arc::clone(&stand.shared.params), Arc::clone(&stand.recorder));
    let mut harness = harness(stand);
    harness.run();
    let before = params.session.snapshot();
    enter(&mut harness, file.path(), "Load");
    wait(&mut harness, |harness| shows(harness, "driver[0].radius_m"));
    assert!(recorder.take().is_empty());
    assert_eq!(params.session.snapshot(), before);
    let close = place(&harness, "notice:close").center();
    crate::editor::testing::click(&mut harness, close);
    assert!(!shows(&harness, "driver[0].radius_m"));
    enter(&mut harness, "desk.toml", "Load");
    wait(&mut harness, |harness| shows(harness, "give the whole path"));
}

#[test]
fn a_dropped_file_is_loaded() {
    let file = File::new("dropped", BALL);
    let stand = Stand::new();
    let params = Arc::clone(&stand.shared.params);
    let path = file.0.clone();
    let mut device = DevicePanel::default();
    device.note_drop(Some(path), true);
    device.note_drop(None, false);
    let mut harness = stand.harness(egui::vec2(800.0, 500.0), move |ui, scene| {
        ui.horizontal(|ui| device.show(ui, scene));
    });
    wait(&mut harness, |_| params.device.value() == DeviceParam::Custom);
    assert_eq!(params.session.snapshot().device.as_deref(), Some(BALL));
}

#[test]
fn what_is_saved_is_the_device_that_plays() {
    let file = File::new("saved", "");
    let stand = Stand::new();
    let params = Arc::clone(&stand.shared.params);
    params.session.load_device(BALL, "ball").unwrap();
    let mut harness = harness(stand);
    harness.run();
    enter(&mut harness, file.path(), "Save");
    wait(&mut harness, |harness| shows(harness, "already"));
    assert_eq!(fs::read_to_string(&file.0).unwrap(), "");
    fs::remove_file(&file.0).unwrap();
    enter(&mut harness, file.path(), "Save");
    wait(&mut harness, |harness| shows(harness, "is written"));
    let written = LoadedDevice::read(&file.0).unwrap();
    assert_eq!(&written.device, &devices()[0].device, "the preset plays");
    // Of one's own device the very text is kept, comments too.
    let custom = DeviceChoice::Custom(params.session.device_revision());
    assert_eq!(params.session.device_text(custom), BALL);
}

#[test]
fn a_followed_file_that_breaks_is_told() {
    let file = File::new("followed", BALL);
    let stand = Stand::new();
    let params = Arc::clone(&stand.shared.params);
    let mut harness = harness(stand);
    harness.run();
    enter(&mut harness, file.path(), "Load");
    wait(&mut harness, |_| params.device.value() == DeviceParam::Custom);
    fs::write(&file.0, BALL.replace("0.08", "0.09")).unwrap();
    wait(&mut harness, |_| {
        params
            .session
            .snapshot()
            .device
            .is_some_and(|text| text.contains("0.09"))
    });
    fs::write(&file.0, &BALL[..BALL.len() / 2]).unwrap();
    wait(&mut harness, |harness| shows(harness, "The device stays as it was"));
    assert!(params.session.snapshot().device.unwrap().contains("0.09"));
    fs::write(&file.0, BALL).unwrap();
    wait(&mut harness, |harness| !shows(harness, "The device stays as it was"));
}
