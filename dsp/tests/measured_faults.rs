//! Bad measured data: a clear error in one line that says which file, what is wrong and what is allowed.

#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

mod sofa_fixture;

use proscenium_dsp::array::{Device, presets};
use proscenium_dsp::measured::{LARGEST_FILE_BYTES, MeasuredDevice, MeasuredHead};
use sofa_fixture::Sofa;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// A folder and what a test does in it.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// The error of a head, which has all the words and is one line that names the file.
fn refused_head(path: &Path, words: &[&str]) {
    told(&MeasuredHead::open(path).unwrap_err().to_string(), path, words);
}

fn refused_ears(path: &Path, device: &Device, words: &[&str]) {
    told(
        &MeasuredDevice::ears_from_sofa(path, device).unwrap_err().to_string(),
        path,
        words,
    );
}

fn told(error: &str, path: &Path, words: &[&str]) {
    println!("{error}");
    assert!(error.contains(path.file_name().unwrap().to_str().unwrap()), "{error}");
    assert!(!error.contains('\n') && error.len() < 400, "{error}");
    for word in words {
        assert!(error.contains(word), "\"{word}\" is not in: {error}");
    }
}

#[test]
fn what_is_no_sofa_file_is_refused() {
    let desk = Desk::new();
    refused_head(&desk.0.path().join("missing.sofa"), &["give the path of a file"]);
    let folder = desk.0.path().join("folder.sofa");
    fs::create_dir(&folder).unwrap();
    refused_head(&folder, &["not a file", "SOFA"]);
    refused_head(&desk.file("empty.sofa", b""), &["not a SOFA file"]);
    refused_head(
        &desk.file("text.sofa", b"Dear Sir or Madam, enclosed is my head."),
        &["not a SOFA file"],
    );
    // Two gigabytes that take no room on the disk.
    let huge = desk.0.path().join("huge.sofa");
    File::create(&huge).unwrap().set_len(2 << 30).unwrap();
    refused_head(&huge, &["2147483648 bytes", &LARGEST_FILE_BYTES.to_string()]);
}

#[test]
fn a_valid_head_is_accepted_and_a_truncated_one_refused() {
    let desk = Desk::new();
    let bytes = Sofa::head(72).bytes();
    MeasuredHead::open(&desk.file("whole.sofa", &bytes)).unwrap();
    for share in [1, 10, 50, 90] {
        refused_head(
            &desk.file("cut.sofa", &bytes[..bytes.len() * share / 100]),
            &["cut.sofa"],
        );
    }
}

#[test]
fn heads_of_the_wrong_kind_are_refused() {
    let desk = Desk::new();
    let head = Sofa::head(72);
    let refused = |sofa: Sofa, words: &[&str]| refused_head(&desk.file("head.sofa", &sofa.bytes()), words);
    refused(
        Sofa {
            convention: "GeneralTF",
            ..head.clone()
        },
        &["GeneralTF", "SimpleFreeFieldHRIR"],
    );
    refused(
        Sofa {
            data_type: "TF",
            ..head.clone()
        },
        &["type TF", "FIR"],
    );
    refused(
        Sofa {
            sample_rate_hz: 8000.0,
            ..head.clone()
        },
        &["8000 Hz", "32000"],
    );
    refused(
        Sofa {
            sample_rate_hz: f64::NAN,
            ..head.clone()
        },
        &["NaN Hz"],
    );
    refused(Sofa::head(12), &["30° apart", "16°"]);
    let mut sofa = head.clone();
    sofa.responses[7][1][0][3] = f64::NAN;
    refused(sofa, &["Data.IR at [7, 1, 3]", "NaN"]);
    let mut sofa = head.clone();
    sofa.responses[3][0][0].fill(0.0);
    refused(sofa, &["[3, 0]", "silent"]);
    let mut sofa = head.clone();
    sofa.responses.iter_mut().for_each(|ears| ears.truncate(1));
    sofa.receiver_m.truncate(1);
    refused(sofa, &["1 receivers", "2"]);
    let mut sofa = head.clone();
    sofa.source_m[5] = [f64::INFINITY, 0.0, 0.0];
    refused(sofa, &["SourcePosition", "inf"]);
    let mut sofa = head.clone();
    sofa.source_m[5] = [0.0; 3];
    refused(sofa, &["measurement 5", "5 cm"]);
    // Receivers without a place, in the wrong order.
    let mut sofa = head;
    sofa.receiver_m = vec![[0.0; 3]; 2];
    sofa.responses.iter_mut().for_each(|ears| ears.swap(0, 1));
    refused(sofa, &["louder at the right ear"]);
}

/// A device of two drivers in front of a head.
fn pair() -> Sofa {
    let response = |at: usize| {
        let mut taps = vec![0.0; 2048];
        taps[at] = 0.5;
        taps
    };
    Sofa {
        convention: "GeneralFIR-E",
        data_type: "FIR-E",
        sample_rate_hz: 48_000.0,
        source_m: vec![[0.0; 3]],
        listener_m: vec![[-0.6, 0.0, 0.0]],
        receiver_m: vec![[0.0, 0.09, 0.0], [0.0, -0.09, 0.0]],
        responses: vec![vec![
            vec![response(100), response(108)],
            vec![response(108), response(100)],
        ]],
        delay_samples: 0.0,
    }
}

#[test]
fn measurements_that_do_not_fit_the_device_are_refused() {
    let desk = Desk::new();
    let [tabletop, laptop] = [0, 2].map(|n| &presets()[n].device);
    assert_eq!(laptop.drivers.len(), 2);
    let file = |sofa: &Sofa| desk.file("ears.sofa", &sofa.bytes());
    assert_eq!(
        MeasuredDevice::ears_from_sofa(&file(&pair()), laptop)
            .unwrap()
            .poses()
            .count(),
        1
    );
    refused_ears(
        &file(&pair()),
        tabletop,
        &["responses of 2 drivers", "has 4", "left, right, top, front"],
    );
    let refused = |change: &dyn Fn(&mut Sofa), words: &[&str]| {
        let mut sofa = pair();
        change(&mut sofa);
        refused_ears(&file(&sofa), laptop, words);
    };
    refused(
        &|sofa| sofa.convention = "SimpleFreeFieldHRIR",
        &["SimpleFreeFieldHRIR", "GeneralFIR"],
    );
    refused(&|sofa| sofa.data_type = "TF-E", &["TF-E"]);
    refused(
        &|sofa| sofa.listener_m[0] = [0.6, 0.0, 0.0],
        &["the listener", "in front"],
    );
    refused(&|sofa| sofa.responses[0][1][0].fill(0.0), &["[0, 1, 0]", "silent"]);
    refused(&|sofa| sofa.responses[0][0][1][9] = f64::NAN, &["NaN"]);
    refused(&|sofa| sofa.sample_rate_hz = 8000.0, &["8000 Hz"]);
    refused(
        &|sofa| {
            // Drivers that speak one after the other.
            sofa.responses[0]
                .iter_mut()
                .for_each(|drivers| drivers[1].rotate_right(1500));
        },
        &["direct sound"],
    );
    let mut three = pair();
    let ear = three.responses[0][0].clone();
    three.responses[0].push(ear);
    three.receiver_m.push([0.0; 3]);
    refused_ears(&file(&three), laptop, &["3 receivers", "2"]);
}

fn wave(path: &Path, sample_rate: u32, channels: &[&[f32]]) {
    let spec = hound::WavSpec {
        channels: channels.len() as u16,
        sample_rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..channels[0].len() {
        channels
            .iter()
            .for_each(|channel| writer.write_sample(channel[n]).unwrap());
    }
    writer.finalize().unwrap();
}

#[test]
fn bad_waves_and_keys_are_refused_with_the_key() {
    let desk = Desk::new();
    let laptop = presets()[2].device.to_toml();
    let mut pulse = vec![0.0; 4096];
    pulse[200] = 0.5;
    let silence = vec![0.0; 4096];
    let mut nan = pulse.clone();
    nan[17] = f32::NAN;
    let at = |name: &str| desk.0.path().join(name);
    wave(&at("good.wav"), 48_000, &[&pulse, &pulse]);
    wave(&at("mono.wav"), 48_000, &[&pulse]);
    wave(&at("slow.wav"), 8000, &[&pulse, &pulse]);
    wave(&at("other.wav"), 44_100, &[&pulse, &pulse]);
    wave(&at("silent.wav"), 48_000, &[&pulse, &silence]);
    wave(&at("nan.wav"), 48_000, &[&pulse, &nan]);
    desk.file("noise.wav", b"RIFFRAFF");
    let whole = fs::read(at("good.wav")).unwrap();
    desk.file("cut.wav", &whole[..whole.len() / 2 + 1]);
    let read = |section: &str| Device::from_toml_in(&format!("{laptop}\n{section}\n"), "my.toml", desk.0.path());
    let ears = |files: &str| format!("[[measured.ears]]\nwav = [{files}]");
    read(&ears("\"good.wav\", \"good.wav\"")).unwrap();
    for (section, words) in [
        (
            ears("\"good.wav\""),
            &["measured.ears[0].wav", "responses of 1 drivers", "has 2"][..],
        ),
        (ears("\"good.wav\", \"missing.wav\""), &["missing.wav"]),
        (ears("\"good.wav\", \".\""), &["not a file", "WAV"]),
        (
            ears("\"good.wav\", \"mono.wav\""),
            &["mono.wav", "1 channels", "2, one for each"],
        ),
        (ears("\"good.wav\", \"slow.wav\""), &["slow.wav", "8000 Hz"]),
        (ears("\"good.wav\", \"other.wav\""), &["other.wav", "44100 Hz", "48000"]),
        (
            ears("\"good.wav\", \"silent.wav\""),
            &["channel 2", "silent.wav", "silent"],
        ),
        (
            ears("\"good.wav\", \"nan.wav\""),
            &["nan.wav", "channel 2, sample 17", "NaN"],
        ),
        (ears("\"good.wav\", \"noise.wav\""), &["noise.wav", "not a WAV file"]),
        (ears("\"good.wav\", \"cut.wav\""), &["cut.wav", "not a WAV file"]),
        (
            String::from("[[measured.ears]]"),
            &["measured.ears[0]", "missing", "sofa"],
        ),
        (
            String::from("[[measured.ears]]\nsofa = \"a\"\nwav = []"),
            &["measured.ears[0]", "sofa", "wav"],
        ),
        (
            String::from("[[measured.ears]]\nsofa = \"a\"\nyaw_deg = 1"),
            &["yaw_deg", "SOFA file says"],
        ),
        (
            format!("{}\nposition_m = [0.5, 0, 0]", ears("\"good.wav\"")),
            &["position_m", "0.5", "-20 to -0.1"],
        ),
        (
            String::from("[measured.polar]\nwav = [\"good.wav\"]"),
            &["azimuth_deg", "missing"],
        ),
        (
            String::from("[measured.polar]\nwav = []\nazimuth_deg = [0]\nelevation_deg = [0, 1]"),
            &["elevation_deg", "as many"],
        ),
        (
            String::from("[measured.polar]\nwav = []\nazimuth_deg = [0]\ndistance_m = 0"),
            &["distance_m", "0.1 to 20"],
        ),
        (
            String::from("[listener]\nhead_radius_m = 0.5"),
            &["listener.head_radius_m", "0.05 to 0.15"],
        ),
        (
            String::from("[listener]\nhead_radius_m = 0.09\nhead = \"a.sofa\""),
            &["listener", "one of"],
        ),
        (
            String::from("[listener]\nhead = \"good.wav\""),
            &["listener.head", "good.wav", "not a SOFA file"],
        ),
        (
            String::from("[listener]\nhead_data = \"AAAA\""),
            &["listener.head_data", "damaged"],
        ),
        (
            String::from("[measured.kept]\nclearance_db = [[1.0]]"),
            &["measured.kept", "damaged"],
        ),
        (
            String::from("[[measured.kept.ears]]\npose = [2, 0, 0, 0]\ndata = \"AAAA\""),
            &["measured.kept", "damaged", "ears"],
        ),
    ] {
        let error = read(&section).unwrap_err().to_string();
        println!("{error}");
        assert!(error.starts_with("my.toml: ") && !error.contains('\n'), "{error}");
        for word in words {
            assert!(error.contains(word), "\"{word}\" is not in: {error}");
        }
    }
    // A text alone has no folder to look in.
    let error = Device::from_toml(&format!("{laptop}\n[listener]\nhead = \"a.sofa\"\n"), "session").unwrap_err();
    assert!(error.to_string().contains("no folder"), "{error}");
}
