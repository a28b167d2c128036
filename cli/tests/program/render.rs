//! `proscenium render`

use crate::engine::{self, difference_db};
use crate::support::{read_wave, run_in, start_in};
use proscenium_cli::output_folder::UNFINISHED;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Recordings of a few milliseconds in other formats, see the tests of the bundles.
const RECORDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/audio");

fn write_wave(path: &Path, rate: u32, channels: &[Vec<f32>]) {
    let spec = hound::WavSpec {
        channels: channels.len() as u16,
        sample_rate: rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for frame in 0..channels[0].len() {
        channels
            .iter()
            .for_each(|channel| writer.write_sample(channel[frame]).unwrap());
    }
    writer.finalize().unwrap();
}

/// A folder with stereo noise in `a.wav`, `b.wav` and so on.
fn catalogue(files: usize, frames: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ('a'..).take(files) {
        write_wave(
            &folder.path().join(format!("{name}.wav")),
            48_000,
            &engine::noise(frames),
        );
    }
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn drivers_are_those_of_the_engine_at_the_length_of_the_input() {
    let folder = catalogue(1, 5_003);
    let words = "render a.wav --device laptop --upmix off --guard off --output drivers -o out --json";
    let json = run_in(folder.path(), &words.split(' ').collect::<Vec<_>>())
        .succeeds()
        .json();
    assert_eq!(
        (&json[0]["status"], &json[0]["frames"]),
        (&"rendered".into(), &5_003.into())
    );
    let (rate, rendered) = read_wave(&folder.path().join("out/a.drivers.wav"));
    assert_eq!((rate, rendered.len(), rendered[0].len()), (48_000, 2, 5_003));
    let ours = engine::play(&engine::noise(5_003), &engine::Settings::new(2));
    assert_eq!(
        difference_db(&ours, &rendered, 0),
        f64::NEG_INFINITY,
        "not the same to the bit"
    );
}

#[test]
fn every_format_and_output_is_rendered() {
    let folder = tempfile::tempdir().unwrap();
    let mono = engine::noise(1_000)[..1].to_vec();
    write_wave(&folder.path().join("mono.wav"), 44_100, &mono);
    let inputs = ["flac", "mp3", "ogg"].map(|kind| format!("{RECORDINGS}/stereo.{kind}"));
    for (kind, input) in ["flac", "mp3", "ogg"].iter().zip(&inputs) {
        let words = ["render", input, "-o", kind, "--output", "headphones"];
        run_in(folder.path(), &words).succeeds();
        let (_, channels) = read_wave(&folder.path().join(kind).join("stereo.headphones.wav"));
        assert_eq!(channels.len(), 2);
        assert!(
            channels[0].len() > 100 && channels.iter().flatten().any(|x| x.abs() > 0.01),
            "{kind}"
        );
    }
    for (output, count) in [("drivers", 8), ("headphones", 2), ("preview", 2), ("stems", 3)] {
        let words = [
            "render", "mono.wav", "--device", "soundbar", "-o", "out", "--output", output,
        ];
        run_in(folder.path(), &words).succeeds();
        let (rate, channels) = read_wave(&folder.path().join(format!("out/mono.{output}.wav")));
        assert_eq!((rate, channels.len(), channels[0].len()), (44_100, count, 1_000));
        if output == "stems" {
            for (n, x) in mono[0].iter().enumerate() {
                assert!(
                    (channels[0][n] + channels[2][n] - x).abs() < 1e-6,
                    "stems add up to the programme"
                );
            }
        }
    }
}

#[test]
fn finished_files_are_not_rendered_again() {
    let folder = catalogue(3, 2_000);
    let render = |more: &[&str]| {
        let words = [
            "render", "a.wav", "b.wav", "c.wav", "--device", "laptop", "-o", "out", "--json",
        ];
        run_in(folder.path(), &[&words[..], more].concat())
    };
    let status = |run: crate::support::Run| -> Vec<String> {
        let json = run.json();
        let entries = json.as_array().unwrap().iter();
        entries
            .map(|entry| entry["status"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(status(render(&[]).succeeds()), ["rendered"; 3]);
    let b = folder.path().join("out/b.drivers.wav");
    let whole = fs::read(&b).unwrap();
    fs::remove_file(&b).unwrap();
    // As if it had been interrupted.
    fs::write(
        folder.path().join(format!("out/b.drivers.wav{UNFINISHED}")),
        &whole[..1000],
    )
    .unwrap();
    assert_eq!(
        status(render(&[]).succeeds()),
        ["finished before", "rendered", "finished before"]
    );
    assert_eq!(fs::read(&b).unwrap(), whole);
    // Whatever is not what would be rendered is left alone.
    fs::write(&b, &whole[..whole.len() - 4]).unwrap();
    assert_eq!(
        status(render(&[]).fails(1, &["b.drivers.wav exists", "--force"])),
        ["finished before", "failed", "finished before"]
    );
    let others = render(&["--width", "40"]);
    assert_eq!((others.code, others.stderr.lines().count()), (1, 3));
    assert_eq!(
        status(render(&["--force", "--width", "40"]).succeeds()),
        ["rendered"; 3]
    );
    assert_ne!(fs::read(&b).unwrap(), whole);
    assert_eq!(
        names(&folder.path().join("out")),
        ["a.drivers.wav", "b.drivers.wav", "c.drivers.wav"]
    );
}

#[test]
fn a_render_that_was_killed_is_taken_up_again() {
    let folder = catalogue(1, 48_000 * 60);
    let words = ["render", "a.wav", "-o", "out"];
    let mut child = start_in(folder.path(), &words);
    let unfinished = folder.path().join(format!("out/a.drivers.wav{UNFINISHED}"));
    let begun = Instant::now();
    while fs::metadata(&unfinished).map_or(0, |file| file.len()) < 1 << 16 {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not begin to write");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let finished = folder.path().join("out/a.drivers.wav");
    assert!(
        unfinished.exists() && !finished.exists(),
        "it was over before it could be killed"
    );
    run_in(folder.path(), &words).succeeds();
    assert_eq!(read_wave(&finished).1[0].len(), 48_000 * 60);
    assert!(!unfinished.exists());
}

#[test]
fn shards_together_render_all_and_a_bad_file_stops_no_other() {
    let folder = catalogue(5, 500);
    fs::write(folder.path().join("d.wav"), "no music").unwrap();
    let render = |shard: &str| {
        let words = [
            "render", "a.wav", "b.wav", "c.wav", "d.wav", "e.wav", "--output", "stems", "-o", "out",
        ];
        run_in(folder.path(), &[&words[..], &["--shard", shard]].concat())
    };
    let first = render("1/2").succeeds();
    assert!(first.stdout.contains("3 rendered"), "{first:?}");
    assert_eq!(
        names(&folder.path().join("out")),
        ["a.stems.wav", "c.stems.wav", "e.stems.wav"]
    );
    render("2/2").fails(1, &["d.wav", "not a WAV"]);
    assert_eq!(
        names(&folder.path().join("out")),
        ["a.stems.wav", "b.stems.wav", "c.stems.wav", "e.stems.wav"]
    );
    render("3/2").fails(2, &["--shard"]);
}

#[test]
fn what_cannot_be_rendered_is_told() {
    let folder = catalogue(1, 100);
    let render = |words: &str| {
        let words: Vec<&str> = ["render", "-o", "out"]
            .into_iter()
            .chain(words.split_whitespace())
            .collect();
        run_in(folder.path(), &words)
    };
    fs::create_dir(folder.path().join("other")).unwrap();
    fs::copy(folder.path().join("a.wav"), folder.path().join("other/a.wav")).unwrap();
    render("a.wav other/a.wav").fails(2, &["both become a.drivers.wav"]);
    render("missing.wav").fails(1, &["missing.wav"]);
    render("a.wav --device gramophone").fails(2, &["gramophone"]);
    render("a.wav --width 91").fails(2, &["--width", "0 to 90 °"]);
    write_wave(&folder.path().join("three.wav"), 48_000, &vec![vec![0.1; 100]; 3]);
    render("three.wav").fails(1, &["3 channels"]);
    write_wave(&folder.path().join("slow.wav"), 4_000, &vec![vec![0.1; 100]; 2]);
    render("slow.wav").fails(1, &["4000 Hz"]);
    write_wave(&folder.path().join("empty.wav"), 48_000, &vec![Vec::new(); 2]);
    render("empty.wav").fails(1, &["empty.wav"]);
    assert!(
        names(&folder.path().join("out")).is_empty(),
        "nothing unfinished is left"
    );
}
