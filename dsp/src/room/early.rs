//! Early reflections: each on its own way, with the device's response where it departs and the head's where it arrives.

use super::absorption::interpolate;
use super::images::Image;
use super::listener::ListenerAtGrid;
use super::shoebox::Room;
use super::synthesis::Synthesis;
use crate::acoustics::{Plant, wavenumber};
use crate::array::{Device, Enclosure};
use crate::constants::SPEED_OF_SOUND;
use crate::parallel;
use realfft::num_complex::Complex64;

/// Reflection factors below this count as it: a wall that absorbs all has a logarithm too.
const LEAST_FACTOR: f64 = 1e-6;
/// Images that one thread takes at a time, at least, and most sums that are kept apart.
const LEAST_GRAIN: usize = 16;
const GRAINS: usize = 8;

/// What walls and air take, by bin.
pub(super) struct Losses {
    /// Logarithm of the reflection factor of each wall, `[bin][wall]`.
    walls: Vec<[f64; 6]>,
    /// Nepers per metre.
    air: Vec<f64>,
}

impl Losses {
    pub(super) fn new(room: &Room, frequencies_hz: &[f64]) -> Self {
        let absorption = room.shoebox().absorption;
        let factors = absorption.map(|wall| wall.map(|share| (1.0 - share).sqrt()));
        let by_wall = |&f: &f64| factors.map(|factors| interpolate(&factors, f).max(LEAST_FACTOR).ln());
        let air = |&f: &f64| room.air_db_per_m(f) * std::f64::consts::LN_10 / 20.0;
        Self {
            walls: frequencies_hz.iter().map(by_wall).collect(),
            air: frequencies_hz.iter().map(air).collect(),
        }
    }

    /// Gain by bin of a way with the given hits, over a distance.
    pub(super) fn gains(&self, hits: &[u32; 6], distance_m: f64) -> impl Iterator<Item = f64> {
        self.walls.iter().zip(&self.air).map(move |(walls, air)| {
            let at_walls: f64 = walls.iter().zip(hits).map(|(wall, hits)| wall * f64::from(*hits)).sum();
            (at_walls - air * distance_m).exp()
        })
    }
}

/// What early reflections are made of.
pub(super) struct Early<'a> {
    pub(super) device: &'a Device,
    pub(super) room: &'a Room,
    pub(super) plant: &'a Plant,
    pub(super) listener: &'a dyn ListenerAtGrid,
    pub(super) synthesis: &'a Synthesis,
}

impl Early<'_> {
    /// Sum of the given ways, each with its own gain, at the ears: `[driver][ear]`, `samples` long.
    pub(super) fn sum(&self, images: &[Image], gain: impl Fn(f64) -> f64 + Sync, samples: usize) -> Vec<[Vec<f64>; 2]> {
        let losses = Losses::new(self.room, self.synthesis.frequencies_hz());
        let drivers = self.device.drivers.len();
        let silent = || vec![[vec![0.0; samples], vec![0.0; samples]]; drivers];
        let grains: Vec<&[Image]> = images.chunks(images.len().div_ceil(GRAINS).max(LEAST_GRAIN)).collect();
        let sums = parallel::map(grains.len(), 1, |grain| {
            let mut sum = silent();
            let mut scratch = Scratch::new(self.synthesis);
            for image in grains[grain] {
                self.add(image, &losses, gain(image.distance_m), &mut scratch, &mut sum);
            }
            sum
        });
        let mut total = silent();
        for sum in sums {
            for (total, sum) in total.iter_mut().flatten().zip(sum.iter().flatten()) {
                for (total, sample) in total.iter_mut().zip(sum) {
                    *total += sample;
                }
            }
        }
        total
    }

    fn add(&self, image: &Image, losses: &Losses, gain: f64, scratch: &mut Scratch, sum: &mut [[Vec<f64>; 2]]) {
        let delay_s = image.distance_m / SPEED_OF_SOUND;
        let field = self.plant.field(image.listener_m);
        let lossy = losses.gains(&image.hits, image.distance_m);
        for ((factor, loss), &frequency_hz) in scratch
            .factors
            .iter_mut()
            .zip(lossy)
            .zip(self.synthesis.frequencies_hz())
        {
            // The flight is the delay's.
            *factor = Complex64::from_polar(gain * loss, wavenumber(frequency_hz) * image.distance_m);
        }
        for (driver, sum) in sum.iter_mut().enumerate() {
            // Drivers of a common body sound as one source, from its middle; free ones each from its own place.
            let source_m = match self.device.enclosure {
                Enclosure::Sphere { .. } => [0.0; 3],
                Enclosure::Free => self.device.drivers[driver].position_m(&self.device.enclosure),
            };
            if driver == 0 || self.device.enclosure == Enclosure::Free {
                let [left, right] = &mut scratch.head;
                self.listener.responses(image.arrival(source_m), [left, right]);
            }
            for (ear, sum) in sum.iter_mut().enumerate() {
                let at_head = field.driver(driver).iter().zip(&scratch.head[ear]);
                for ((to, (pressure, head)), factor) in scratch.spectrum.iter_mut().zip(at_head).zip(&scratch.factors) {
                    *to = pressure * head * factor;
                }
                self.synthesis.add(&scratch.spectrum, delay_s, &mut scratch.pulse, sum);
            }
        }
    }
}

struct Scratch {
    factors: Vec<Complex64>,
    head: [Vec<Complex64>; 2],
    spectrum: Vec<Complex64>,
    pulse: super::synthesis::Pulse,
}

impl Scratch {
    fn new(synthesis: &Synthesis) -> Self {
        let silent = vec![Complex64::default(); synthesis.frequencies_hz().len()];
        Self {
            factors: silent.clone(),
            head: [silent.clone(), silent.clone()],
            spectrum: silent,
            pulse: synthesis.pulse(),
        }
    }
}
