//! Crosstalk cancellation beside published cancellers, on the same plants.
//!
//! ```text
//! device × head ─► Station: responses at the ears at all places
//!     ─► Bench: every peer at its best setting ─► Entrants: filters ─► Score, Cost ─► page and plots
//! ```
//!
//! Each peer is written from its publication, in a module of its own: [`race`], [`kirkeby`], [`choueiri`].

pub mod choueiri;
pub mod cost;
pub mod entrants;
pub mod inverse;
pub mod kirkeby;
pub mod measured_head;
pub mod race;
pub mod score;
pub mod search;
pub mod station;
pub mod tuning;

/// interim
pub fn interim() {
    use station::*;
    let head = measured_head::MeasuredHead::open(std::path::Path::new(measured_head::KEMAR)).ok();
    for (n, preset) in proscenium_dsp::array::presets().iter().enumerate() {
        if !["tabletop", "laptop", "desktop-pair"].contains(&preset.file_stem) { continue; }
        let device = &preset.device;
        let sphere = Station::new(device, Listener::Sphere);
        let bench = tuning::Bench::new(device, Listener::Sphere, &sphere, true);
        let t = std::time::Instant::now();
        let entrants = entrants::entrants(n, preset, &bench);
        eprintln!("{:?}", t.elapsed());
        let costs = cost::costs(&entrants);
        for l in [Some(Listener::Sphere), head.as_ref().map(Listener::Measured)].into_iter().flatten() {
            let st = Station::new(device, l);
            println!("{} {}", device.name, l.name());
            let mut all = entrants.clone();
            if let Listener::Measured(_) = l {
                let b = tuning::Bench::new(device, l, &st, true);
                all.extend(entrants::on_own_head(device, l, &b));
            }
            for (i, e) in all.iter().enumerate() {
                let s = score::Score::new(device, &e.filters, &e.route, &st);
                let c = costs.get(i).copied().unwrap_or(cost::Cost { latency_ms: cost::latency_ms(e), cpu_ms: f64::NAN });
                println!("{:44} {:5.1} {:5.1} {:5.1} {:5.1} {:5.1} | {:5.2} {:5.2} | {:5.1} {:5.1} | {:5.2} {:5.2} {}", e.name, s.point, s.near, s.far, s.far_worst, s.turned, s.hard_panned, s.centred, s.effort, s.filter_gain, c.latency_ms, c.cpu_ms, e.setting);
            }
        }
    }
}
