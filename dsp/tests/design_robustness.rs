//! Designs for devices and listeners that nobody would plan, from fixed seeds.

use std::time::Instant;

use proscenium_dsp::acoustics::Plant;
use proscenium_dsp::analysis::{BeamPattern, Cancellation, DriverSpectra, amplitude_db, log_frequencies_hz, mean};
use proscenium_dsp::array::{Device, Path, presets};
use proscenium_dsp::design::{BeamKind, Design, DesignSettings};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;

const RATES: [f64; 8] = [
    8000.0, 16_000.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 176_400.0, 192_000.0,
];

/// SplitMix64.
struct Random(u64);

impl Random {
    /// Uniform in `low..high`.
    fn within(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        low + (high - low) * ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn one_of(&mut self, count: usize) -> usize {
        (self.within(0.0, count as f64) as usize).min(count - 1)
    }

    fn device(&mut self, drivers: usize) -> Device {
        let sphere = self.one_of(2) == 0;
        let mut text = String::from("name = \"Random\"\nlistener_distance_m = 2.0\n[enclosure]\n");
        text += if sphere {
            "shape = \"sphere\"\nradius_m = 0.1\n"
        } else {
            "shape = \"free\"\n"
        };
        for n in 0..drivers {
            text += &format!("[[driver]]\nname = \"{n}\"\nradius_m = {}\n", self.within(0.005, 0.05));
            if sphere {
                let [azimuth, elevation] = [self.within(-180.0, 180.0), self.within(-90.0, 90.0)];
                text += &format!("azimuth_deg = {azimuth}\nelevation_deg = {elevation}\n");
            } else {
                let [x, y, z] = [(); 3].map(|()| self.within(-0.3, 0.3));
                let [u, v, w] = [(); 3].map(|()| self.within(0.1, 1.0));
                text += &format!("position_m = [{x}, {y}, {z}]\naxis = [{u}, {v}, {w}]\n");
            }
            if self.one_of(3) == 0 {
                let low = 20.0 * self.within(0.0, 7.0).exp2();
                text += &format!("band_hz = [{low}, {}]\n", low * self.within(1.0, 5.0).exp2());
            }
        }
        Device::from_toml(&text, "random").expect("a valid device")
    }

    fn settings(&mut self) -> DesignSettings {
        DesignSettings {
            tone: self.one_of(2) as f32,
            zone_m: self.within(0.0, 0.15) as f32,
            distance_m: self.within(0.3, 5.0) as f32,
            offset_m: self.within(-1.0, 1.0) as f32,
            ..DesignSettings::default()
        }
    }
}

/// Fails on anything that is not finite, or louder than any sensible filter.
fn assert_sane(design: &Design, timing: &Timing, context: &str) {
    let paths = design.drivers.iter().chain(&design.preview);
    for fir in paths.flat_map(|path| path.base.iter().chain(&path.full)) {
        assert!(
            fir.end() <= timing.taps + timing.extra_delay,
            "{context}: ends at {}",
            fir.end()
        );
        let energy: f64 = fir.taps.iter().map(|&tap| f64::from(tap).powi(2)).sum();
        assert!(energy.is_finite(), "{context}: not finite");
    }
    for fir in design
        .drivers
        .iter()
        .flat_map(|path| path.base.iter().chain(&path.full))
    {
        let energy: f64 = fir.taps.iter().map(|&tap| f64::from(tap).powi(2)).sum();
        // 12 dB of the canceller and 9 dB of tone.
        assert!(energy < 10_f64.powf(2.1), "{context}: energy {energy}");
    }
}

#[test]
fn any_device_and_listener_give_finite_filters() {
    let mut random = Random(1);
    // Each number of drivers at least once with either beam.
    for case in 0..48 {
        let drivers = 1 + case % 16;
        let device = random.device(drivers);
        let settings = DesignSettings {
            beam: BEAMS[case / 16 % 2],
            ..random.settings()
        };
        let timing = Timing::new(RATES[case % RATES.len()], UpmixMode::High);
        let context = format!("case {case}: {settings:?} at {} Hz, {device:?}", timing.sample_rate);
        assert_sane(&Design::new(&device, &settings, &timing), &timing, &context);
    }
}

#[test]
fn effort_is_bounded_after_truncation() {
    /// Settings of each preset.
    const POSES: usize = 12;
    let mut random = Random(2);
    let timing = Timing::new(48_000.0, UpmixMode::High);
    let frequencies_hz = log_frequencies_hz(200.0, 8000.0, 6);
    let largest_of = |device: &Device, random: &mut Random| {
        let settings = DesignSettings {
            tone: 0.0,
            ..random.settings()
        };
        let plant = Plant::new(device, &frequencies_hz);
        let design = Design::new(device, &settings, &timing);
        let effort = Cancellation::new(device, &design, 48_000.0, &plant).effort_db(&settings.pose());
        effort.concat().into_iter().fold(f64::NEG_INFINITY, f64::max)
    };
    for preset in presets() {
        for _ in 0..POSES {
            let effort_db = largest_of(&preset.device, &mut random);
            assert!(effort_db < 12.6, "{}: {effort_db} dB", preset.device.name);
        }
    }
    for drivers in 2..=8 {
        let device = random.device(drivers);
        for _ in 0..3 {
            let effort_db = largest_of(&device, &mut random);
            assert!(effort_db < 14.0, "{device:?}: {effort_db} dB");
        }
    }
}

const BEAMS: [BeamKind; 2] = [BeamKind::Nulls, BeamKind::ConstantDirectivity];

/// Any device makes a sane centre beam of either kind: filters that are finite, effort within 9 dB and what truncation adds, and
/// no less directivity than the reference drivers by themselves: half a decibel in each third octave, 300 Hz–3 kHz.
#[test]
fn beams_of_any_device_are_sane() {
    let mut random = Random(5);
    let timing = Timing::new(48_000.0, UpmixMode::High);
    let frequencies_hz = log_frequencies_hz(300.0, 3000.0, 6);
    for drivers in (2..=16).chain(2..=16) {
        let device = random.device(drivers);
        let mut settings = DesignSettings {
            tone: 0.0,
            distance_m: random.within(1.0, 4.0) as f32,
            ..random.settings()
        };
        let plant = Plant::new(&device, &frequencies_hz);
        for beam in BEAMS {
            settings.beam = beam;
            let context = format!("{beam:?}, {settings:?}, {device:?}");
            let design = Design::new(&device, &settings, &timing);
            assert_sane(&design, &timing, &context);
            let listener_m = settings.pose().center_m();
            let [base, full] = [0.0, 1.0].map(|strength| {
                let filters = &design.drivers[Path::Center as usize];
                let spectra = DriverSpectra::new(&device, filters, strength, 48_000.0, &frequencies_hz);
                let pattern = BeamPattern::new(&plant, &spectra, listener_m);
                (spectra.norm(), pattern.directivity_index_db)
            });
            let effort = full.0.iter().zip(&base.0).map(|(full, base)| amplitude_db(full / base));
            let effort_db = effort.fold(f64::NEG_INFINITY, f64::max);
            let above: Vec<f64> = full.1.iter().zip(&base.1).map(|(full, base)| full - base).collect();
            let third_octaves: Vec<f64> = above.windows(3).map(mean).collect();
            let worst = third_octaves.iter().copied().fold(f64::INFINITY, f64::min);
            println!(
                "{drivers:2} {beam:?}: effort {effort_db:.1} dB, index {:+.2} dB, worst third octave {worst:+.2} dB",
                mean(&above)
            );
            assert!(effort_db < 10.5, "{effort_db} dB: {context}");
            assert!(worst > -0.5, "{worst} dB: {context}");
        }
    }
}

#[test]
fn one_driver_plays_mono() {
    let device = Random(3).device(1);
    let settings = DesignSettings::default();
    let design = Design::new(&device, &settings, &Timing::new(48_000.0, UpmixMode::High));
    for path in &design.drivers {
        let (base, full) = (&path.base[0], &path.full[0]);
        let offset = base.start - full.start;
        for (n, tap) in full.taps.iter().enumerate() {
            let expected = n
                .checked_sub(offset)
                .and_then(|n| base.taps.get(n))
                .copied()
                .unwrap_or(0.0);
            assert!((tap - expected).abs() < 1e-5);
        }
    }
}

#[test]
fn degenerate_places_are_survived() {
    let free = |positions_m: &[[f64; 3]]| {
        let drivers = positions_m.iter().enumerate().map(|(n, p)| {
            format!("[[driver]]\nname = \"{n}\"\nposition_m = {p:?}\naxis = [-1.0, 0.0, 0.0]\nradius_m = 0.02\n")
        });
        let text = drivers.collect::<String>();
        let head = "name = \"Odd\"\nlistener_distance_m = 5.0\n[enclosure]\nshape = \"free\"\n";
        Device::from_toml(&(head.to_owned() + &text), "odd").expect("a valid device")
    };
    let devices = [
        // All in one place; one where the listener sits; wider than the listener is far.
        free(&[[0.0, 0.1, 0.0]; 4]),
        free(&[[-0.3, 0.0, 0.0], [-2.0, 0.0, 0.0], [0.0, 0.2, 0.0]]),
        free(&[[0.0, 9.0, 0.0], [0.0, -9.0, 0.0], [0.0, 0.0, 3.0]]),
    ];
    for device in &devices {
        for (distance_m, offset_m) in [(0.3, 0.0), (2.0, 0.0), (0.3, 1.0), (5.0, -1.0)] {
            for rate in [8000.0, 48_000.0, 192_000.0] {
                let settings = DesignSettings {
                    distance_m,
                    offset_m,
                    ..DesignSettings::default()
                };
                let timing = Timing::new(rate, UpmixMode::LowLatency);
                let context = format!("{distance_m} m, {offset_m} m, {rate} Hz, {device:?}");
                assert_sane(&Design::new(device, &settings, &timing), &timing, &context);
            }
        }
    }
}

#[test]
fn designs_are_quick() {
    let timing = Timing::new(48_000.0, UpmixMode::High);
    let sixteen = Random(4).device(16);
    for device in presets().iter().map(|preset| &preset.device).chain([&sixteen]) {
        let started = Instant::now();
        std::hint::black_box(Design::new(device, &DesignSettings::default(), &timing));
        let milliseconds = started.elapsed().as_secs_f64() * 1e3;
        println!(
            "{} with {} drivers: {milliseconds:.0} ms",
            device.name,
            device.drivers.len()
        );
        // Generous, since tests share the machine; the example `design_cost` prints medians.
        assert!(milliseconds < 1000.0);
    }
}
