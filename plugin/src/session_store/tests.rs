use super::*;
use crate::session::{MAX_GAIN_DB, MIN_GAIN_DB};

#[test]
fn solo_silences_the_others_and_mute_wins() {
    let store = SessionStore::default();
    store.set_muted(1, true);
    assert_eq!(store.silent_drivers(), 0b0010);
    store.set_solo(1, true);
    store.set_solo(2, true);
    assert_eq!(store.silent_drivers(), !0b0100);
    assert!(store.muted(1) && store.soloed(1) && store.soloed(2) && !store.muted(2));
    store.set_solo(1, false);
    store.set_solo(2, false);
    store.set_muted(1, false);
    assert_eq!(store.silent_drivers(), 0);
}

#[test]
fn a_bad_device_leaves_the_one_in_use() {
    let store = SessionStore::default();
    let text = presets()[1].device.to_toml();
    store.load_device(&text, "good.toml").unwrap();
    let revision = store.device_revision();
    let before = store.device(DeviceChoice::Custom(revision));
    assert!(store.load_device("name = 3", "bad.toml").is_err());
    assert_eq!(store.device(DeviceChoice::Custom(revision)), before);
    assert_eq!(store.device_revision(), revision);
    assert_eq!(store.snapshot().device.as_deref(), Some(text.as_str()));
}

#[test]
fn a_taken_channel_is_swapped() {
    let store = SessionStore::default();
    store.set_route(0, 3);
    assert_eq!(store.route()[..5], [3, 1, 2, 0, 4]);
    store.set_route(1, 0);
    assert_eq!(store.route()[..5], [3, 0, 2, 1, 4]);
    store.set_route(1, 0);
    store.set_route(1, 16);
    store.set_route(16, 1);
    assert_eq!(store.route()[..5], [3, 0, 2, 1, 4]);
    assert_eq!(store.snapshot().route, store.route());
    let mut channels = store.route();
    channels.sort_unstable();
    assert!(channels.iter().map(|&channel| usize::from(channel)).eq(0..MAX_DRIVERS));
}

#[test]
fn gains_stay_within_their_range() {
    let store = SessionStore::default();
    for (wanted, got) in [
        (-6.0, -6.0),
        (f32::NAN, 0.0),
        (f32::INFINITY, MAX_GAIN_DB),
        (-1e9, MIN_GAIN_DB),
    ] {
        store.set_gain_db(3, wanted);
        assert_eq!((store.gain_db(3), store.gains_db()[3]), (got, got), "{wanted}");
        assert_eq!(store.snapshot().gain_db[3], got, "{wanted}");
    }
    store.set_gain_db(MAX_DRIVERS, 3.0);
    assert_eq!((store.gain_db(MAX_DRIVERS), store.gain_db(2)), (0.0, 0.0));
}

/// What the editor sets is in the persisted text, and an instance that reads it is set the same.
#[test]
fn what_the_editor_sets_is_persisted() {
    let store = SharedSession::default();
    store.set_muted(2, true);
    store.set_solo(5, true);
    store.set_gain_db(1, -7.5);
    store.set_route(4, 9);
    store.set_editor_view(EditorView {
        size: [800, 600],
        scale: 1.5,
        panel: String::from("drivers"),
    });
    let text = store.map(|session| serde_json::to_string(session).unwrap());
    let restored = SharedSession::default();
    restored.set(serde_json::from_str(&text).unwrap());
    assert_eq!(restored.snapshot(), store.snapshot());
    assert_eq!(restored.silent_drivers(), store.silent_drivers());
    assert_eq!(restored.gains_db(), store.gains_db());
    assert_eq!(restored.route(), store.route());
    assert_eq!(restored.editor_view(), store.editor_view());
    assert!(restored.muted(2) && restored.soloed(5) && restored.gain_db(1) == -7.5);
    restored.reset_drivers();
    assert_eq!(
        restored.snapshot(),
        Session {
            editor: store.editor_view(),
            ..Session::default()
        }
    );
    assert_eq!((restored.silent_drivers(), restored.gain_db(1)), (0, 0.0));
    assert_eq!(restored.route(), SessionStore::default().route());
}

/// Sessions with too few, too many or impossible entries.
#[test]
fn odd_sessions_are_mended() {
    let store = SessionStore::default();
    store.replace(Session {
        route: vec![1, 200],
        gain_db: vec![f32::NAN, 100.0, -3.0],
        ..Session::default()
    });
    assert_eq!(store.route()[..3], [1, 1, 2]);
    assert_eq!(store.gains_db()[..4], [0.0, MAX_GAIN_DB, -3.0, 0.0]);
    store.set_gain_db(15, 2.0);
    assert_eq!(store.snapshot().gain_db.len(), MAX_DRIVERS);
    store.replace(Session {
        route: vec![0; 40],
        gain_db: vec![1.0; 40],
        ..Session::default()
    });
    store.set_gain_db(0, 2.0);
    store.set_route(0, 7);
    assert_eq!((store.gain_db(0), store.route()[0]), (2.0, 7));
}

#[test]
fn a_session_loaded_under_an_open_editor_leaves_its_looks() {
    let store = SessionStore::default();
    let view = |scale: f32| EditorView {
        scale,
        ..EditorView::default()
    };
    let loaded = Session {
        muted: 1,
        editor: view(2.0),
        ..Session::default()
    };
    store.set_editor_open(true);
    store.set_editor_view(view(1.5));
    store.replace(loaded.clone());
    assert_eq!((store.editor_view().scale, store.muted(0)), (1.5, true));
    store.set_editor_open(false);
    store.replace(loaded);
    assert_eq!(store.editor_view().scale, 2.0);
}

#[test]
fn what_is_too_long_is_not_carried_on() {
    let store = SessionStore::default();
    let device = presets()[1].device.to_toml();
    store.load_device(&device, "good.toml").unwrap();
    let long = device.clone() + "#".repeat(32 << 20).as_str();
    let error = store.load_device(&long, "long.toml").unwrap_err();
    assert!(error.to_string().contains("allowed are at most 2621440"), "{error}");
    assert_eq!(store.snapshot().device, Some(device));
    store.replace(Session {
        device: Some(long),
        route: vec![1; 1 << 20],
        gain_db: vec![-6.0; 1 << 20],
        ..Session::default()
    });
    let kept = store.snapshot();
    assert_eq!(kept.device, None);
    assert_eq!((kept.route.len(), kept.gain_db.len()), (MAX_DRIVERS, MAX_DRIVERS));
    let long = format!(r#"{{"editor":{{"panel":"{}"}}}}"#, "beam".repeat(1 << 20));
    let session: Session = serde_json::from_str(&long).unwrap();
    assert_eq!(session.editor, EditorView::default());
    // A device that this version cannot read may be one for the next.
    store.replace(Session {
        device: Some(String::from("of = \"the future\"")),
        ..Session::default()
    });
    assert!(store.snapshot().device.is_some());
}

/// The file's later content takes the place of the device that came from it, and of no other.
#[test]
fn only_the_device_of_that_file_is_loaded_anew() {
    let store = SessionStore::default();
    let load = |preset: usize| LoadedDevice::from_text(presets()[preset].device.to_toml(), "test").unwrap();
    let (file, other) = (Path::new("/a/device.toml"), Path::new("/a/other.toml"));
    assert_eq!(store.device_source(), None);
    store.embed_device(load(1), Some(file));
    assert_eq!(store.device_source(), Some((file.to_owned(), load(1).text)));
    let revision = store.device_revision();
    assert!(!store.reload_device(load(2), other, &load(1).text));
    assert!(!store.reload_device(load(2), file, &load(0).text));
    assert_eq!(store.device_revision(), revision);
    assert!(store.reload_device(load(2), file, &load(1).text));
    assert!(store.device_revision() > revision);
    assert_eq!(store.custom_device_name().as_deref(), Some("Laptop"));
    store.embed_device(load(3), None);
    assert!(!store.reload_device(load(2), file, &load(3).text));
    assert_eq!((store.device_file(), store.device_source()), (None, None));
}

/// What is exported reads back to the device that plays; of the custom one it is the very text.
#[test]
fn devices_are_texts() {
    let store = SessionStore::default();
    let text = format!("# mine\n{}", presets()[4].device.to_toml());
    let custom = |store: &SessionStore| DeviceChoice::Custom(store.device_revision());
    assert_eq!(store.device_text(custom(&store)), presets()[0].device.to_toml());
    store.load_device(&text, "mine").unwrap();
    assert_eq!(store.device_text(custom(&store)), text);
    for (n, preset) in presets().iter().enumerate() {
        let text = store.device_text(DeviceChoice::Preset(n as u8));
        assert_eq!(Device::from_toml(&text, "preset").unwrap(), preset.device);
    }
}
