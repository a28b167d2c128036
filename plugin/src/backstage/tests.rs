//! Engines and filters under way while audio runs.

use super::*;
use crate::designer::Designer;
use crate::session_store::SharedSession;
use nice_plug::prelude::ProcessMode;
use proscenium_dsp::engine::{Controls, Output, Timing};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const CHANNELS: usize = 2;
const MODES: [UpmixMode; 3] = [UpmixMode::Off, UpmixMode::LowLatency, UpmixMode::High];
/// Engines that the stress test swaps.
const SWAPS: u32 = 200;
/// Longest wait for anything; a busy machine needs a tenth.
const PATIENCE: Duration = Duration::from_secs(100);

thread_local! {
    /// Whether this thread plays the audio thread.
    static IS_AUDIO: Cell<bool> = const { Cell::new(false) };
}

/// Stations freed where they must not be, and all that are freed, less those made in a test that counts.
static FREED_ON_AUDIO_THREAD: AtomicU32 = AtomicU32::new(0);
static FREED: AtomicI32 = AtomicI32::new(0);

impl Drop for Station {
    fn drop(&mut self) {
        FREED.fetch_add(1, Ordering::Relaxed);
        FREED_ON_AUDIO_THREAD.fetch_add(u32::from(IS_AUDIO.get()), Ordering::Relaxed);
    }
}

fn workshop(upmix: UpmixMode) -> Workshop {
    Workshop {
        session: SharedSession::default(),
        timing: Timing::new(12_000.0, upmix),
        channels: CHANNELS,
        meters: Arc::default(),
        telemetry: Arc::default(),
    }
}

/// Settings that share their design, of that number.
fn settings(number: u32) -> DesignSettings {
    let mut settings = DesignSettings::default();
    settings.gain_db[0] = -((number % 24) as f32);
    // Rooms in between, of the same design.
    settings.room = match number % 9 {
        7 => RoomChoice::LivingRoom,
        8 => RoomChoice::Office,
        _ => RoomChoice::Off,
    };
    settings
}

fn request(number: u32) -> DesignRequest {
    DesignRequest {
        settings: settings(number),
        apply_at: 0,
    }
}

fn open(upmix: UpmixMode) -> (Backstage, Box<Station>) {
    Backstage::open(workshop(upmix), settings(0)).unwrap()
}

#[test]
fn late_filters_do_not_reach_an_engine_of_another_mode() {
    let (backstage, old) = open(UpmixMode::High);
    let order = backstage.order();
    let set = order.make(&request(1)).unwrap();
    backstage.prepare_engine(UpmixMode::Off, settings(1));
    let new = backstage.engines.poll().unwrap();
    backstage.deliver(&order, set);
    assert!(new.filters.poll().is_none());
    assert!(old.filters.poll().is_some());
}

#[test]
fn a_later_order_is_not_undone_by_an_earlier_one() {
    let (backstage, station) = open(UpmixMode::Off);
    let [first, second] = [1, 2].map(|number| (backstage.order(), number));
    for (order, number) in [second, first] {
        backstage.deliver(&order, order.make(&request(number)).unwrap());
    }
    assert_eq!(*station.filters.poll().unwrap().settings(), settings(2));
    assert!(station.filters.poll().is_none());
}

/// Settings in the office.
fn in_office(number: u32) -> DesignSettings {
    DesignSettings {
        room: RoomChoice::Office,
        distance_m: 1.5,
        ..settings(number)
    }
}

#[test]
fn a_room_follows_its_filters_and_comes_once() {
    let (backstage, station) = open(UpmixMode::Off);
    let ask = |settings| {
        let request = DesignRequest { settings, apply_at: 7 };
        station.filters.request(request);
        backstage.serve();
        (station.filters.poll().is_some(), station.rooms.poll())
    };
    let (filters, room) = ask(in_office(0));
    assert!(filters && room.unwrap().is_room());
    // Another level is no other room, another room needs no other filters.
    let (filters, room) = ask(in_office(1));
    assert!(filters && room.is_none());
    let living_room = DesignSettings {
        room: RoomChoice::LivingRoom,
        ..in_office(1)
    };
    let (filters, room) = ask(living_room);
    assert!(!filters && room.unwrap().is_room());
    let off = DesignSettings {
        room: RoomChoice::Off,
        ..in_office(1)
    };
    let (filters, room) = ask(off);
    assert!(!filters && !room.unwrap().is_room());
    assert!(ask(off).1.is_none());
}

#[test]
fn where_nobody_can_sit_the_preview_has_no_room() {
    let (backstage, station) = open(UpmixMode::Off);
    let settings = DesignSettings {
        distance_m: 4.9,
        ..in_office(0)
    };
    station.filters.request(DesignRequest { settings, apply_at: 0 });
    backstage.serve();
    assert!(station.filters.poll().is_some());
    assert!(!station.rooms.poll().unwrap().is_room());
    assert!(!backstage.shop().workshop.telemetry.has_design_failed());
}

#[test]
fn a_later_room_is_not_undone_by_an_earlier_one() {
    let (backstage, station) = open(UpmixMode::Off);
    let request = |room| DesignRequest {
        settings: DesignSettings { room, ..in_office(0) },
        apply_at: 0,
    };
    let [office, living_room] = [RoomChoice::Office, RoomChoice::LivingRoom].map(request);
    let [first, late, again] = [(); 3].map(|()| backstage.order());
    backstage.make_room(&first, &office);
    assert!(station.rooms.poll().is_some());
    let made = late.workshop.room(&living_room).unwrap();
    // The office is there already.
    backstage.make_room(&again, &office);
    backstage.deliver_room(&late, &living_room, made);
    assert!(station.rooms.poll().is_none());
}

#[test]
fn an_engine_is_not_made_twice() {
    let (backstage, _station) = open(UpmixMode::Off);
    for _ in 0..2 {
        backstage.engines.request((UpmixMode::High, settings(0)));
        backstage.serve();
        assert_eq!(backstage.shop().workshop.timing.upmix, UpmixMode::High);
    }
    assert!(backstage.engines.poll().is_some());
    backstage.engines.request((UpmixMode::High, settings(0)));
    backstage.serve();
    assert!(backstage.engines.poll().is_none());
}

/// Settings whose design panics in debug builds.
#[cfg(debug_assertions)]
fn bad_settings() -> DesignSettings {
    DesignSettings {
        zone_m: 0.13,
        ..DesignSettings::default()
    }
}

#[cfg(debug_assertions)]
#[test]
fn a_failed_design_leaves_the_last_good_filters_and_says_so_until_the_next_succeeds() {
    let (backstage, station) = open(UpmixMode::Off);
    let failed = || backstage.shop().workshop.telemetry.has_design_failed();
    let bad = DesignRequest {
        settings: bad_settings(),
        apply_at: 0,
    };
    station.filters.request(bad);
    backstage.serve();
    assert!(failed() && station.filters.poll().is_none());
    backstage.prepare(|| (UpmixMode::Off, bad_settings()), true);
    assert!(failed() && station.filters.poll().is_none());
    // Found, not made: it is the design of the first engine.
    station.filters.request(request(1));
    backstage.serve();
    assert!(!failed() && station.filters.poll().is_some());
}

#[cfg(debug_assertions)]
#[test]
fn a_failed_engine_leaves_the_one_in_use_and_can_be_asked_for_again() {
    let (backstage, station) = open(UpmixMode::Off);
    for settings in [bad_settings(), settings(0)] {
        assert!(backstage.engines.poll().is_none());
        assert_eq!(backstage.shop().workshop.timing.upmix, UpmixMode::Off);
        assert!(Arc::ptr_eq(&backstage.shop().filters, &station.filters));
        backstage.engines.request((UpmixMode::High, settings));
        backstage.serve();
    }
    assert_eq!(backstage.engines.poll().unwrap().engine.timing().upmix, UpmixMode::High);
}

#[cfg(debug_assertions)]
#[test]
fn nothing_opens_without_good_filters() {
    let workshop = workshop(UpmixMode::Off);
    let telemetry = Arc::clone(&workshop.telemetry);
    assert!(Backstage::open(workshop, bad_settings()).is_none());
    assert!(telemetry.has_design_failed() && telemetry.designs_running() == 0);
}

/// The audio thread changes mode and settings again and again, a session is loaded again and again.
#[test]
fn engines_and_filters_are_swapped_under_running_audio_and_freed_elsewhere() {
    let (backstage, mut station) = open(UpmixMode::Off);
    let newest = Arc::downgrade(&station.filters);
    let designer = Designer::new(backstage, ProcessMode::Realtime);
    let playing = AtomicBool::new(true);
    // What the parameters say.
    let (mode, number) = (AtomicU32::new(0), AtomicU32::new(0));
    let wanted = || {
        let upmix = MODES[mode.load(Ordering::Relaxed) as usize % MODES.len()];
        (upmix, settings(number.load(Ordering::Relaxed)))
    };
    thread::scope(|scope| {
        // The host's main thread.
        scope.spawn(|| {
            while playing.load(Ordering::Relaxed) {
                mode.fetch_add(1, Ordering::Relaxed);
                number.fetch_add(1, Ordering::Relaxed);
                designer.backstage().prepare(wanted, true);
                thread::sleep(Duration::from_millis(3));
            }
        });
        // The audio thread.
        scope.spawn(|| {
            IS_AUDIO.set(true);
            let (mut swaps, mut blocks) = (0, 0_u32);
            let began = Instant::now();
            let mut settled = 0;
            while settled < 20 {
                assert!(began.elapsed() < PATIENCE, "after {swaps} swaps");
                swaps += u32::from(designer.replace_engine(&mut station));
                if swaps < SWAPS {
                    if blocks.is_multiple_of(7) {
                        mode.fetch_add(1, Ordering::Relaxed);
                    }
                    number.fetch_add(1, Ordering::Relaxed);
                } else {
                    playing.store(false, Ordering::Relaxed);
                }
                blocks += 1;
                let (upmix, design) = wanted();
                let Station { engine, filters, rooms } = &mut *station;
                if engine.timing().upmix == upmix {
                    settled = if swaps < SWAPS { 0 } else { settled + 1 };
                } else {
                    settled = 0;
                    designer.request_engine(upmix, design);
                }
                let controls = Controls {
                    design,
                    output: Output::Preview,
                    ..Controls::default()
                };
                let mut buffers = [[0.1_f32; 256]; CHANNELS];
                let [left, right] = &mut buffers;
                engine.process(&mut [left, right], &controls, &mut designer.source(filters, rooms));
                assert!(buffers.iter().flatten().all(|x| x.is_finite()));
                thread::sleep(Duration::from_micros(500));
            }
            IS_AUDIO.set(false);
        });
    });
    drop((designer, station));
    assert!(newest.upgrade().is_none(), "the first engine's queues leak");
    assert_eq!(FREED_ON_AUDIO_THREAD.load(Ordering::Relaxed), 0);
    assert!(FREED.load(Ordering::Relaxed) > SWAPS as i32);
}
