//! The plugin proper: hosts' buffers and events to the engine and back.

use std::marker::PhantomData;
use std::sync::Arc;

use nice_plug::prelude::*;
use proscenium_dsp::constants::MAX_DRIVERS;
use proscenium_dsp::engine::{DesignRequest, Engine, Meters, Timing};

use crate::designer::{Designer, Workshop};
use crate::params::ProsceniumParams;
use crate::variants::{Main, Variant};

/// One instance under the layouts of a [`Variant`].
pub struct Proscenium<V: Variant = Main> {
    params: Arc<ProsceniumParams>,
    meters: Arc<Meters>,
    running: Option<Running>,
    variant: PhantomData<fn() -> V>,
}

/// What exists while the host has the plugin activated.
struct Running {
    engine: Engine,
    designer: Designer,
    /// Whether the host has been asked to reactivate, since a new upmix mode has another latency.
    restart_requested: bool,
    #[cfg(debug_assertions)]
    plant_allocation: bool,
}

impl<V: Variant> Default for Proscenium<V> {
    fn default() -> Self {
        Self {
            params: Arc::default(),
            meters: Arc::default(),
            running: None,
            variant: PhantomData,
        }
    }
}

impl<V: Variant> Plugin for Proscenium<V> {
    const NAME: &'static str = V::NAME;
    const VENDOR: &'static str = "Proscenium";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = V::LAYOUTS;
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        Arc::clone(&self.params) as Arc<dyn Params>
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let main = layout.main_output_channels.map_or(0, NonZeroU32::get);
        let channels = (main + layout.aux_output_ports.iter().map(|port| port.get()).sum::<u32>()) as usize;
        if channels < 2 {
            return false;
        }
        let timing = Timing::new(f64::from(config.sample_rate), self.params.upmix.value().mode());
        let workshop = Workshop {
            session: self.params.session.clone(),
            timing,
            channels,
        };
        let request = DesignRequest {
            settings: self.params.design_settings(),
            apply_at: 0,
        };
        let set = Arc::new(workshop.make(&request));
        // The previous designer's thread ends before its successor starts.
        self.running = None;
        self.running = Some(Running {
            engine: Engine::new(timing, channels, set, Arc::clone(&self.meters)),
            designer: Designer::new(workshop, config.process_mode),
            restart_requested: false,
            #[cfg(debug_assertions)]
            plant_allocation: std::env::var_os("PROSCENIUM_PLANT_ALLOCATION").is_some(),
        });
        context.set_latency_samples(timing.latency() as u32);
        true
    }

    fn reset(&mut self) {
        if let Some(running) = &mut self.running {
            running.engine.reset();
        }
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let Some(running) = &mut self.running else {
            return ProcessStatus::Error("not activated");
        };
        #[cfg(debug_assertions)]
        if std::mem::take(&mut running.plant_allocation) {
            drop(std::hint::black_box(Box::new([0_u8; 64])));
        }
        if self.params.upmix.value().mode() != running.engine.timing().upmix && !running.restart_requested {
            running.restart_requested = true;
            context.request_restart();
        }
        let mut channels: [&mut [f32]; MAX_DRIVERS] = std::array::from_fn(|_| Default::default());
        let mut count = 0;
        let mut add = |channel| {
            if let Some(slot) = channels.get_mut(count) {
                *slot = channel;
                count += 1;
            }
        };
        buffer.as_slice().iter_mut().for_each(|channel| add(&mut **channel));
        for port in aux.outputs.iter_mut() {
            port.as_slice().iter_mut().for_each(|channel| add(&mut **channel));
        }
        let controls = self.params.controls();
        running
            .engine
            .process(&mut channels[..count], &controls, &mut running.designer);
        ProcessStatus::Tail(running.engine.tail() as u32)
    }

    fn deactivate(&mut self) {
        self.running = None;
    }
}

impl<V: Variant> ClapPlugin for Proscenium<V> {
    const CLAP_ID: &'static str = V::CLAP_ID;
    const CLAP_DESCRIPTION: Option<&'static str> = Some("Wide and near stereo from compact loudspeakers");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Stereo,
        ClapFeature::Surround,
        ClapFeature::Utility,
    ];
}

impl<V: Variant> Vst3Plugin for Proscenium<V> {
    const VST3_CLASS_ID: [u8; 16] = V::VST3_CLASS_ID;
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] = &[
        Vst3SubCategory::Fx,
        Vst3SubCategory::Spatial,
        Vst3SubCategory::UpDownmix,
    ];
}
