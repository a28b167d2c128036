//! Everything that the scoreboard tells, computed.

use anyhow::{Context, Result};
use proscenium_dsp::analysis::DriverSpectra;
use proscenium_dsp::array::{Device, Path, Preset, presets};
use proscenium_dsp::design::Design;
use proscenium_dsp::engine::Timing;
use proscenium_dsp::level::CenterShelf;
use proscenium_dsp::upmix::UpmixMode;
use realfft::num_complex::Complex64;

use super::cost::{Cost, costs};
use super::entrants::{Entrant, Player, Standing, entrants, on_own_head, settings, unbounded};
use super::inverse::{SAMPLE_RATE, references};
use super::score::{Heard, Route, Score, colour_db};
use super::station::{Listener, Station};
use super::tuning::Bench;
use proscenium_dsp::measured::MeasuredHead;

/// Devices by the names of their files.
const DEVICES: [&str; 3] = ["tabletop", "laptop", "desktop-pair"];

/// A line of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// The method.
    pub name: String,
    /// Its setting.
    pub setting: String,
    /// Whether it is ranked.
    pub standing: Standing,
    /// What it does.
    pub score: Score,
    /// What it takes; measured once, not for every head.
    pub cost: Option<Cost>,
}

/// All methods on one device, heard by one head.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name of the head.
    pub head: &'static str,
    /// One for each method.
    pub rows: Vec<Row>,
}

/// Curves of one method on the sphere, for the pictures.
#[derive(Debug, Clone)]
pub struct Curves {
    /// The method.
    pub name: String,
    /// Cancellation at the design point: Hz, dB.
    pub cancellation: Vec<(f64, f64)>,
    /// Mean cancellation by lateral position of the head: metres, dB.
    pub sweep: Vec<(f64, f64)>,
    /// Level of a hard-panned and of a centred source relative to without the effect, third octaves: Hz, dB.
    pub colour: [Vec<(f64, f64)>; 2],
}

/// One device.
#[derive(Debug, Clone)]
pub struct DeviceBoard {
    /// Its name.
    pub name: String,
    /// Distance to the listener, metres.
    pub distance_m: f64,
    /// On the sphere, and on the measured head if there is one.
    pub tables: Vec<Table>,
    /// By method.
    pub curves: Vec<Curves>,
    /// Peers for which cancellation is all that counts, on the sphere.
    pub unbounded: Vec<Row>,
    /// Our filters in the bare convolver that plays the peers, processor milliseconds per second of audio.
    pub filters_alone_ms: f64,
    /// Our cancellation with Tone at 100 %: point, ±2 cm, ±5 cm, dB.
    pub with_tone_db: [f64; 3],
    /// Where the centre is played by the left and the right driver: its colour against bypass, the shelf of its level
    /// included, dB.
    pub centred_with_shelf: Option<f64>,
}

/// Computes it all. Takes a minute.
///
/// # Errors
/// If a device is missing.
pub fn compute(head: Option<&MeasuredHead>) -> Result<Vec<DeviceBoard>> {
    let board = |file_stem: &&str| {
        let named = |(_, preset): &(usize, &Preset)| preset.file_stem == *file_stem;
        let (number, preset) = presets()
            .iter()
            .enumerate()
            .find(named)
            .with_context(|| format!("there is no device {file_stem}"))?;
        println!("searching on {} …", preset.device.name);
        Ok(device_board(number, preset, head))
    };
    DEVICES.iter().map(board).collect()
}

fn device_board(number: usize, preset: &Preset, head: Option<&MeasuredHead>) -> DeviceBoard {
    let device = &preset.device;
    let sphere = Station::new(device, Listener::Sphere);
    let bench = |bounded: bool| Bench::new(device, Listener::Sphere, &sphere, bounded);
    let all = entrants(number, preset, &bench(true));
    let mut timed = all.clone();
    timed.extend(all.iter().filter(|e| e.standing == Standing::Ours).map(|ours| Entrant {
        player: Player::Filters,
        ..ours.clone()
    }));
    let costs = costs(&timed);
    let rows = |entrants: &[Entrant], station: &Station, costs: &[Cost]| -> Vec<Row> {
        let row = |(n, entrant): (usize, &Entrant)| Row {
            name: entrant.name.clone(),
            setting: entrant.setting.clone(),
            standing: entrant.standing,
            score: Score::new(device, &entrant.filters, &entrant.route, station),
            cost: costs.get(n).copied(),
        };
        entrants.iter().enumerate().map(row).collect()
    };
    let mut tables = vec![Table {
        head: Listener::Sphere.name(),
        rows: rows(&all, &sphere, &costs[..all.len()]),
    }];
    if let Some(head) = head {
        let listener = Listener::Measured(head);
        let station = Station::new(device, listener);
        let own = on_own_head(device, listener, &Bench::new(device, listener, &station, true));
        tables.push(Table {
            head: listener.name(),
            rows: rows(&[all.clone(), own].concat(), &station, &[]),
        });
    }
    DeviceBoard {
        name: device.name.clone(),
        distance_m: device.nominal_distance_m(),
        tables,
        curves: all.iter().map(|entrant| curves(device, entrant, &sphere)).collect(),
        unbounded: rows(&unbounded(device, &bench(false)), &sphere, &[]),
        filters_alone_ms: costs.last().map_or(f64::NAN, |cost| cost.cpu_ms),
        with_tone_db: with_tone_db(number, device, &sphere),
        centred_with_shelf: all
            .iter()
            .find_map(|entrant| centred_with_shelf(device, entrant, &sphere)),
    }
}

fn curves(device: &Device, entrant: &Entrant, station: &Station) -> Curves {
    let heard = Heard::new(device, &entrant.filters, station);
    let cancellation_db = heard.cancellation_db(&station.point);
    let tone_hz = &station.frequencies_hz[station.tone_bins.clone()];
    let over_tone = |[left, _]: [Vec<f64>; 2]| tone_hz.iter().copied().zip(left).collect();
    Curves {
        name: entrant.name.clone(),
        cancellation: station.frequencies_hz.iter().copied().zip(cancellation_db).collect(),
        sweep: heard.sweep_db(),
        colour: [
            over_tone(heard.hard_panned_db(device, &entrant.route)),
            over_tone(heard.centred_db(device, &entrant.route)),
        ],
    }
}

fn with_tone_db(number: usize, device: &Device, station: &Station) -> [f64; 3] {
    let timing = Timing::new(SAMPLE_RATE, UpmixMode::High);
    let design = Design::new(device, &settings(number, device, 1.0), &timing);
    let [left, right, _] = design.drivers;
    Heard::new(device, &[left, right], station).point_near_far_db(f64::INFINITY)
}

fn centred_with_shelf(device: &Device, entrant: &Entrant, station: &Station) -> Option<f64> {
    let Route::Virtual { center, .. } = &entrant.route else {
        return None;
    };
    let pair = references(device);
    if device.reference_drivers(Path::Center) != pair {
        return None;
    }
    let [_, full] = DriverSpectra::ends(device, center, SAMPLE_RATE, &station.frequencies_hz);
    let shelf = CenterShelf::new(SAMPLE_RATE);
    let curves = proscenium_dsp::acoustics::Ear::BOTH.map(|ear| {
        let field = station.point.ear(ear);
        let full = full.pressure(field).into_iter().zip(&station.frequencies_hz);
        let full: Vec<Complex64> = full.map(|(p, &f)| p * shelf.response(f)).collect();
        let bypass = |bin: usize| pair.iter().map(|&driver| field.at(driver, bin)).sum::<Complex64>();
        let bypass: Vec<Complex64> = (0..full.len()).map(bypass).collect();
        station.change_db(&full, &bypass)
    });
    Some(colour_db(&curves))
}
