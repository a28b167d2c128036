//! From the programme to the inputs of the filters: upmix, virtualiser, centre level and effect strengths.

use super::controls::Controls;
use super::controls::Programme;
use super::delay::Delay;
use super::lane::Lane;
use super::timing::Timing;
use crate::design::FILTER_INPUTS;
use crate::level::CenterShelf;
use crate::samples;
use crate::upmix::CenterExtractor;
use crate::virtualiser::{self, Virtualiser};

/// Upmix, virtualiser, levels. Buffers hold one block each.
pub(super) struct FrontEnd {
    extractor: Option<CenterExtractor>,
    virtualiser: Virtualiser,
    shelf: CenterShelf,
    upmix_delay: [Delay; 2],
    /// Delay of the stems to keep step with the virtualiser.
    stem_delay: [Delay; 3],
    /// Headphones and stems, which bypass the filters, delayed to keep step with these.
    direct_delay: [Delay; 5],
    width: Lane,
    center: Lane,
    binaural: Lane,
    binaural_late: Lane,
    depth: Lane,
    cancel: Lane,
    center_gain: Lane,
    trim: Lane,
    scratch: [Vec<f32>; 2],
    /// Inputs of the filter bank: left, right, centre, each for the reference drivers and for the full effect; far left, far
    /// right.
    pub(super) inputs: [Vec<f32>; FILTER_INPUTS],
    /// Left, right and centre stem.
    stems: [Vec<f32>; 3],
    /// What the ears get from the virtual loudspeaker on their side, or of a binaural programme.
    near: [Vec<f32>; 2],
    /// What they get from the other one.
    far: [Vec<f32>; 2],
}

impl FrontEnd {
    pub(super) fn new(timing: &Timing) -> Self {
        let interpolator = virtualiser::LATENCY_SAMPLES;
        let early = || Lane::new(timing, timing.upmix_delay);
        let late = || Lane::new(timing, timing.upmix_delay + interpolator);
        let block = || vec![0.0; timing.block];
        let delay = |samples| Delay::new(samples, timing.block);
        let window = timing.upmix.window(timing.sample_rate);
        Self {
            extractor: (window > 0).then(|| CenterExtractor::new(window, timing.sample_rate)),
            virtualiser: Virtualiser::new(timing.sample_rate),
            shelf: CenterShelf::new(timing.sample_rate),
            upmix_delay: std::array::from_fn(|_| delay(timing.upmix_delay)),
            stem_delay: std::array::from_fn(|_| delay(interpolator)),
            direct_delay: std::array::from_fn(|_| delay(timing.modelling_delay)),
            width: early(),
            center: early(),
            binaural: early(),
            binaural_late: late(),
            depth: late(),
            cancel: late(),
            center_gain: late(),
            trim: late(),
            scratch: std::array::from_fn(|_| block()),
            inputs: std::array::from_fn(|_| block()),
            stems: std::array::from_fn(|_| block()),
            near: std::array::from_fn(|_| block()),
            far: std::array::from_fn(|_| block()),
        }
    }

    pub(super) fn reset(&mut self) {
        if let Some(extractor) = &mut self.extractor {
            extractor.reset();
        }
        self.virtualiser.reset();
        self.shelf.reset();
        let delays = self.upmix_delay.iter_mut().chain(&mut self.stem_delay);
        delays.chain(&mut self.direct_delay).for_each(Delay::reset);
        let early = [&mut self.width, &mut self.center, &mut self.binaural];
        let late = [
            &mut self.binaural_late,
            &mut self.depth,
            &mut self.cancel,
            &mut self.center_gain,
            &mut self.trim,
        ];
        early.into_iter().chain(late).for_each(Lane::reset);
    }

    /// Notes the controls at the samples `from..to` of the block being gathered.
    pub(super) fn gather(&mut self, from: usize, to: usize, controls: &Controls) {
        let binaural = f32::from(controls.programme == Programme::Binaural);
        self.width
            .gather(from, to, controls.width_rad.clamp(0.0, std::f32::consts::FRAC_PI_2));
        self.center.gather(from, to, controls.center.clamp(0.0, 1.0));
        self.binaural.gather(from, to, binaural);
        self.binaural_late.gather(from, to, binaural);
        self.depth.gather(from, to, controls.depth.clamp(0.0, 1.0));
        self.cancel.gather(from, to, controls.cancel.clamp(0.0, 1.0));
        self.center_gain.gather(from, to, controls.center_gain);
        self.trim.gather(from, to, controls.trim_gain);
    }

    /// Processes one block of programme, which becomes scratch.
    pub(super) fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        self.split(left, right);
        self.virtualise();
        self.share_out();
    }

    /// Programme to stems: `l = L − c`, `r = R − c`, so that nothing is lost whatever the estimate of c.
    fn split(&mut self, left: &mut [f32], right: &mut [f32]) {
        let [stem_left, stem_right, stem_center] = &mut self.stems;
        match &mut self.extractor {
            Some(extractor) => extractor.process_hop(left, right, stem_center),
            None => stem_center.fill(0.0),
        }
        self.upmix_delay[0].process(left);
        self.upmix_delay[1].process(right);
        self.center.advance().scale_in_place(stem_center);
        self.binaural.advance().scale_in_place_by_rest(stem_center);
        samples::subtract(left, stem_center, stem_left);
        samples::subtract(right, stem_center, stem_right);
    }

    /// Left and right stem to ear signals. Binaural programme is ear signals already.
    fn virtualise(&mut self) {
        let [left, right] = &mut self.scratch;
        let binaural = self.binaural.block();
        binaural.scale_by_rest(&self.stems[0], left);
        binaural.scale_by_rest(&self.stems[1], right);
        let width = self.width.advance().samples;
        let [near, far] = [&mut self.near, &mut self.far].map(|ears| ears.each_mut().map(Vec::as_mut_slice));
        self.virtualiser.process([&*left, &*right], width, near, far);
        for (stem, delay) in self.stems.iter_mut().zip(&mut self.stem_delay) {
            delay.process(stem);
        }
        let binaural = self.binaural_late.advance();
        for (stem, near) in self.stems.iter().zip(&mut self.near) {
            binaural.add_scaled(stem, near);
        }
    }

    /// Ear signals and centre to the filter inputs and to the outputs that pass no filter.
    fn share_out(&mut self) {
        let center = &mut self.scratch[0];
        center.copy_from_slice(&self.stems[2]);
        self.shelf.process(center);
        self.center_gain.advance().scale_in_place(center);
        let trim = self.trim.advance();
        let ears = self.near.iter_mut().chain(&mut self.far);
        for signal in [&mut *center].into_iter().chain(ears).chain(&mut self.stems) {
            trim.scale_in_place(signal);
        }
        let [
            left_base,
            left_full,
            right_base,
            right_full,
            center_base,
            center_full,
            far @ ..,
        ] = &mut self.inputs;
        let (cancel, depth) = (self.cancel.advance(), self.depth.advance());
        let [left, right] = &mut self.near;
        for (strength, signal, base, full) in [
            (cancel, &*left, left_base, left_full),
            (cancel, &*right, right_base, right_full),
            (depth, &*center, center_base, center_full),
        ] {
            strength.scale(signal, full);
            strength.scale_by_rest(signal, base);
        }
        for ((ear, far), input) in [left, right].into_iter().zip(&self.far).zip(far) {
            cancel.scale(far, input);
            // For headphones, which need no filters.
            samples::add(far, ear);
            samples::add(center, ear);
        }
        let direct = self.near.iter_mut().chain(&mut self.stems);
        for (signal, delay) in direct.zip(&mut self.direct_delay) {
            delay.write(signal);
        }
    }

    /// The virtual pair for headphones as heard at the output.
    pub(super) fn headphones(&self) -> &[Delay] {
        &self.direct_delay[..2]
    }

    /// Left, right and centre stem as heard at the output.
    pub(super) fn stems(&self) -> &[Delay] {
        &self.direct_delay[2..]
    }
}
