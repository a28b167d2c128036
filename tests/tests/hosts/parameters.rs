//! Every parameter: name, default, text, event.

use proscenium_tests::Rig;

/// Name, text of the default, further texts within the range, as the plugin shows them.
pub const PARAMETERS: [(&str, &str, &[&str]); 21] = [
    ("Width", "30 °", &["0 °", "45 °", "90 °"]),
    ("Depth", "100 %", &["0 %", "20 %"]),
    ("Center", "100 %", &["0 %", "40 %"]),
    ("Center Level", "0 dB", &["-12 dB", "-6 dB", "6 dB"]),
    ("Cancellation", "100 %", &["0 %", "50 %"]),
    ("Tone", "100 %", &["0 %", "50 %"]),
    ("Listening Zone", "3 cm", &["0 cm", "8 cm", "15 cm"]),
    ("Distance", "2 m", &["0.3 m", "1 m", "5 m"]),
    ("Listener Offset", "0 m", &["-1 m", "0.2 m", "1 m"]),
    (
        "Device",
        "Tabletop",
        &[
            "Tabletop Full",
            "Laptop",
            "Tablet",
            "Desktop Pair",
            "Soundbar",
            "Ring",
            "Custom",
        ],
    ),
    ("Programme", "Stereo", &["Binaural"]),
    ("Output", "Auto", &["Drivers", "Headphones", "Preview", "Stems"]),
    ("Upmix", "High", &["Off", "Low Latency"]),
    ("Output Trim", "0 dB", &["-24 dB", "-6 dB", "12 dB"]),
    ("Peak Guard", "on", &["off"]),
    ("Bypass", "off", &["on"]),
    ("Beam", "Nulls at ±90°", &["Constant directivity"]),
    ("Effort", "12 dB", &["0 dB", "6.5 dB", "18 dB"]),
    ("Head Turn", "0 °", &["-45 °", "12.5 °", "45 °"]),
    ("Zone Goal", "Mean", &["Worst position"]),
    ("Room", "Off", &["Living Room", "Office", "Custom"]),
];

#[test]
fn names_and_defaults() {
    let mut rig = Rig::load(None);
    let params = rig.host.params().unwrap();
    let names: Vec<&str> = params.iter().map(|param| param.name.as_str()).collect();
    for (name, default, _) in PARAMETERS {
        assert!(names.contains(&name), "no '{name}' among {names:?}");
        let param = rig.host.param(name).unwrap();
        assert_eq!(
            rig.host.value_to_text(name, param.default).unwrap(),
            default,
            "default of {name}"
        );
        assert_eq!(rig.host.value(name).unwrap(), param.default, "fresh value of {name}");
        assert_eq!(param.bypass, name == "Bypass", "{name}");
        assert!(param.automatable, "{name}");
    }
    // In this order, which hosts show; what comes later goes to the end.
    assert_eq!(names, PARAMETERS.map(|(name, ..)| name));
}

/// What the plugin shows, it also reads; and it shows again what it read.
#[test]
fn texts_parse_back() {
    let mut rig = Rig::load(None);
    for (name, default, texts) in PARAMETERS {
        let param = rig.host.param(name).unwrap();
        for text in texts.iter().chain([&default]) {
            let value = rig.host.text_to_value(name, text).unwrap();
            assert!(
                (param.min..=param.max).contains(&value),
                "{name} = {text} gives {value}"
            );
            assert_eq!(rig.host.value_to_text(name, value).unwrap(), *text, "{name}");
        }
        // Odd values too: text and value settle at once.
        for step in 0..=37 {
            let value = param.min + (param.max - param.min) * f64::from(step) / 37.0;
            let value = if param.stepped { value.round() } else { value };
            let text = rig.host.value_to_text(name, value).unwrap();
            let read = rig
                .host
                .text_to_value(name, &text)
                .unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(rig.host.value_to_text(name, read).unwrap(), text, "{name} at {value}");
        }
    }
}

#[test]
fn nonsense_text_is_refused() {
    let mut rig = Rig::load(None);
    for (name, ..) in PARAMETERS {
        assert!(rig.host.text_to_value(name, "gibberish").is_err(), "{name}");
    }
}

#[test]
fn every_parameter_moves_by_event() {
    let mut rig = Rig::new(8);
    rig.host.activate(48_000.0, 512).unwrap();
    for (name, default, texts) in PARAMETERS {
        for text in texts.iter().chain([&default]) {
            let event = rig.host.event(100, name, text).unwrap();
            rig.host.process(&[], 512, &[event]).unwrap();
            let value = rig.host.value(name).unwrap();
            assert_eq!(rig.host.value_to_text(name, value).unwrap(), *text, "{name}");
        }
    }
    assert!(rig.host.faults().is_none(), "{}", rig.host.faults());
}

#[test]
fn every_parameter_moves_while_inactive() {
    let mut rig = Rig::load(None);
    for (name, _, texts) in PARAMETERS {
        for text in texts {
            rig.host.set_text(name, text).unwrap();
            let value = rig.host.value(name).unwrap();
            assert_eq!(rig.host.value_to_text(name, value).unwrap(), *text, "{name}");
        }
    }
}
