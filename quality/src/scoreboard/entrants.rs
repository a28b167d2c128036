//! All methods on one device.

use proscenium_dsp::array::{Device, Path, Preset};
use proscenium_dsp::design::{Design, DesignSettings, DeviceChoice, PathFilters};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;

use super::inverse::{SAMPLE_RATE, plain, references};
use super::race::{Mono, Race};
use super::score::Route;
use super::station::Listener;
use super::tuning::{Bench, Kind, Tuned};

/// How a method runs in real time.
#[derive(Debug, Clone)]
pub enum Player {
    /// Nothing to do.
    Wire,
    /// Its filters, in our convolver.
    Filters,
    /// The recursion itself.
    Recursion(Race),
    /// Our engine.
    Engine(Box<(Design, DesignSettings, Timing)>),
}

/// Whether a method takes part in the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Ours.
    Ours,
    /// A published method that knows what ours knows.
    Peer,
    /// Shown only: it does nothing, or it was designed on the head that it is judged on.
    Shown,
}

/// A method at its setting.
#[derive(Debug, Clone)]
pub struct Entrant {
    /// Name in tables.
    pub name: String,
    /// Setting that was found, or default.
    pub setting: String,
    /// Filters of left and right.
    pub filters: [PathFilters; 2],
    /// How a stereo programme reaches them.
    pub route: Route,
    /// How it runs.
    pub player: Player,
    /// Whether it is ranked.
    pub standing: Standing,
}

/// Default settings on a device at its own distance; `tone` is 0 to 1.
#[must_use]
pub fn settings(preset: usize, device: &Device, tone: f32) -> DesignSettings {
    DesignSettings {
        device: DeviceChoice::Preset(preset as u8),
        distance_m: device.nominal_distance_m() as f32,
        tone,
        ..DesignSettings::default()
    }
}

fn ours(preset: usize, device: &Device, upmix: UpmixMode) -> Entrant {
    let timing = Timing::new(SAMPLE_RATE, upmix);
    let settings = settings(preset, device, 0.0);
    let design = Design::new(device, &settings, &timing);
    let side = |path: Path| design.drivers[path as usize].clone();
    let (name, route) = match upmix {
        UpmixMode::Off => ("Proscenium, canceller alone", Route::Direct),
        _ => (
            "Proscenium",
            Route::Virtual {
                center: Box::new(side(Path::Center)),
                far: design.far.drivers.clone(),
            },
        ),
    };
    let what = match upmix {
        UpmixMode::Off => "Programme Binaural, Upmix Off",
        _ => "Programme Stereo, Upmix High",
    };
    Entrant {
        name: name.to_owned(),
        setting: format!(
            "default, Tone 0; {what}; {} taps, delay {}",
            timing.taps,
            timing.filter_delay()
        ),
        filters: [side(Path::Left), side(Path::Right)],
        route,
        player: Player::Engine(Box::new((design, settings, timing))),
        standing: Standing::Ours,
    }
}

fn bypass(device: &Device) -> Entrant {
    let filters = references(device).map(|driver| PathFilters {
        base: plain(device.drivers.len(), driver, 0),
        full: plain(device.drivers.len(), driver, 0),
    });
    Entrant {
        name: String::from("bypass"),
        setting: String::from("left and right from their own drivers"),
        filters,
        route: Route::Direct,
        player: Player::Wire,
        standing: Standing::Shown,
    }
}

fn peer(name: String, tuned: Tuned, player: Player) -> Entrant {
    Entrant {
        name,
        setting: tuned.setting,
        filters: tuned.filters,
        route: Route::Direct,
        player,
        standing: Standing::Peer,
    }
}

/// Drivers that an inverse may use, and what that is called: left and right; where there is more, those with the front one, and
/// all.
fn driver_sets(device: &Device) -> Vec<(&'static str, Vec<usize>)> {
    let pair = references(device);
    let mut sets = vec![("", pair.to_vec())];
    let front = device.reference_drivers(Path::Center);
    if let [front] = front
        && !pair.contains(front)
    {
        sets.push((", with the front driver", vec![pair[0], pair[1], *front]));
    }
    if device.drivers.len() > 3 {
        sets.push((", all drivers", (0..device.drivers.len()).collect()));
    }
    sets
}

const KINDS: [(Kind, &str); 2] = [(Kind::Kirkeby, "Kirkeby"), (Kind::Choueiri, "Choueiri")];

/// Every method on a device; peers are tuned on the sphere, as ours is designed on it.
#[must_use]
pub fn entrants(preset: usize, entry: &Preset, bench: &Bench<'_>) -> Vec<Entrant> {
    let device = &entry.device;
    let mut all = vec![
        bypass(device),
        ours(preset, device, UpmixMode::High),
        ours(preset, device, UpmixMode::Off),
    ];
    let ways = [
        ("RACE", &[Mono::AsPublished][..]),
        ("RACE, mono kept", &[Mono::Equalised, Mono::MidUntouched][..]),
    ];
    for (name, ways) in ways {
        let (race, tuned) = bench.race(ways);
        all.push(peer(name.to_owned(), tuned, Player::Recursion(race)));
    }
    for (kind, name) in KINDS {
        for (drivers_name, drivers) in driver_sets(device) {
            let tuned = bench.inverse(kind, &drivers);
            all.push(peer(format!("{name}{drivers_name}"), tuned, Player::Filters));
        }
    }
    all
}

/// Inverses of the usual two drivers, designed and tuned on the head that they are judged on, as their authors do.
#[must_use]
pub fn on_own_head(device: &Device, listener: Listener<'_>, bench: &Bench<'_>) -> Vec<Entrant> {
    let shown = |(kind, name): (Kind, &str)| Entrant {
        standing: Standing::Shown,
        ..peer(
            format!("{name}, designed on {}", listener.name()),
            bench.inverse(kind, &references(device)),
            Player::Filters,
        )
    };
    KINDS.map(shown).into()
}

/// Peers with the usual two drivers for which cancellation is all that counts.
#[must_use]
pub fn unbounded(device: &Device, bench: &Bench<'_>) -> Vec<Entrant> {
    let (race, tuned) = bench.race(&[Mono::AsPublished]);
    let mut all = vec![peer(String::from("RACE"), tuned, Player::Recursion(race))];
    all.extend(KINDS.map(|(kind, name)| {
        let tuned = bench.inverse(kind, &references(device));
        peer(name.to_owned(), tuned, Player::Filters)
    }));
    all
}
