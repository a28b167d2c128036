//! The plugin proper: hosts' buffers and events to the engine and back.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Instant;

use nice_plug::prelude::*;
use proscenium_dsp::constants::MAX_DRIVERS;
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;

use crate::backstage::{Backstage, Station};
use crate::designer::Designer;
use crate::editor::ProsceniumEditor;
use crate::params::bring_into_range;
#[cfg(debug_assertions)]
use crate::planted::Fault;
use crate::shared::Shared;
use crate::telemetry::LoadMeter;
use crate::variants::{Main, Variant};
use crate::workshop::Workshop;

/// One instance under the layouts of a [`Variant`].
pub struct Proscenium<V: Variant = Main> {
    shared: Shared,
    running: Option<Running>,
    variant: PhantomData<fn() -> V>,
}

/// What exists while the host has the plugin activated.
struct Running {
    station: Box<Station>,
    designer: Designer,
    /// The upmix mode other than the engine's that something has been set in motion for.
    mode_asked_for: Option<UpmixMode>,
    /// Whether a new latency may be told at any time. CLAP wants a reactivation for it; a VST3 host is told, and some
    /// (Ardour) do not reactivate.
    latency_may_change: bool,
    load_meter: LoadMeter,
    #[cfg(debug_assertions)]
    planted: Option<Fault>,
}

impl<V: Variant> Default for Proscenium<V> {
    fn default() -> Self {
        Self {
            shared: Shared::default(),
            running: None,
            variant: PhantomData,
        }
    }
}

impl<V: Variant> Proscenium<V> {
    /// From now on, parameters that the host loads are made ready for on its main thread.
    fn prepare_what_is_loaded(&self, backstage: &Arc<Backstage>, may_replace_engine: bool) {
        let (params, backstage) = (Arc::downgrade(&self.shared.params), Arc::clone(backstage));
        self.shared.params.session.when_loaded(move || {
            if let Some(params) = params.upgrade() {
                let wanted = || (params.upmix.value().mode(), params.design_settings());
                backstage.prepare(wanted, may_replace_engine);
            }
        });
    }

    fn stop(&mut self) {
        self.shared.params.session.when_loaded(|| ());
        self.running = None;
        self.shared.params.tracked.set_ignored(false);
        self.shared.device_files.set_paused(false);
        self.shared.telemetry.note_deactivation();
        self.shared.identify.note_sounding(None);
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

    type Editor = ProsceniumEditor;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        Arc::clone(&self.shared.params) as Arc<dyn Params>
    }

    fn filter_state(state: &mut PluginState) {
        bring_into_range(state);
    }

    fn editor(&mut self, _async_executor: AsyncExecutor<Self>) -> Option<ProsceniumEditor> {
        Some(ProsceniumEditor::new(self.shared.clone()))
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
        // The previous designer's thread ends before its successor starts.
        self.stop();
        // A render is to be the same each time, wherever the user sits and whatever becomes of files meanwhile.
        let realtime = config.process_mode != ProcessMode::Offline;
        self.shared.params.tracked.set_ignored(!realtime);
        self.shared.device_files.set_paused(!realtime);
        let upmix = self.shared.params.upmix.value().mode();
        let timing = Timing::new(f64::from(config.sample_rate), upmix);
        let workshop = Workshop {
            session: self.shared.params.session.clone(),
            timing,
            channels,
            meters: Arc::clone(&self.shared.meters),
            telemetry: Arc::clone(&self.shared.telemetry),
        };
        // Without any good filters there is nothing safe to play: another device's could send bass to a tweeter.
        let Some((backstage, station)) = Backstage::open(workshop, self.shared.params.design_settings()) else {
            return false;
        };
        let designer = Designer::new(backstage, config.process_mode);
        let latency_may_change = context.plugin_api() == PluginApi::Vst3;
        self.prepare_what_is_loaded(designer.backstage(), latency_may_change);
        self.running = Some(Running {
            station,
            designer,
            mode_asked_for: None,
            latency_may_change,
            load_meter: LoadMeter::default(),
            #[cfg(debug_assertions)]
            planted: Fault::planted(),
        });
        let latency = timing.latency() as u32;
        let telemetry = &self.shared.telemetry;
        telemetry.note_activation(config.sample_rate, channels, realtime);
        telemetry.note_latency(latency);
        context.set_latency_samples(latency);
        true
    }

    fn reset(&mut self) {
        if let Some(running) = &mut self.running {
            running.station.engine.reset();
        }
        // A burst asked for while nothing played would come as a surprise.
        let _ = self.shared.identify.take();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        // The clock is read in user space on all supported systems, without a system call.
        let started = Instant::now();
        let Shared {
            params,
            identify,
            telemetry,
            ..
        } = &self.shared;
        let Some(running) = &mut self.running else {
            return ProcessStatus::Error("not activated");
        };
        #[cfg(debug_assertions)]
        if let Some(fault) = running.planted.take() {
            fault.commit();
        }
        let controls = params.controls();
        if running.designer.replace_engine(&mut running.station) {
            running.mode_asked_for = None;
            let latency = running.station.engine.timing().latency() as u32;
            telemetry.note_latency(latency);
            context.set_latency_samples(latency);
        }
        let Station { engine, filters, rooms } = &mut *running.station;
        let upmix = params.upmix.value().mode();
        if upmix == engine.timing().upmix {
            running.mode_asked_for = None;
        } else if running.mode_asked_for != Some(upmix) {
            running.mode_asked_for = Some(upmix);
            if running.latency_may_change && running.designer.is_realtime() {
                running.designer.request_engine(upmix, controls.design);
            } else {
                context.request_restart();
            }
        }
        // Offline, output is to be the same each time: the request is dropped.
        if let Some(driver) = identify.take()
            && running.designer.is_realtime()
        {
            engine.identify(driver);
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
        engine.process(
            &mut channels[..count],
            &controls,
            &mut running.designer.source(filters, rooms),
        );
        let identified = engine.identifying();
        identify.note_sounding(identified);
        running
            .load_meter
            .note_block(telemetry, started.elapsed(), buffer.samples());
        match identified {
            // A host that stops processing in silence must not do so before the burst is over.
            Some(_) => ProcessStatus::KeepAlive,
            None => ProcessStatus::Tail(engine.tail() as u32),
        }
    }

    fn deactivate(&mut self) {
        self.stop();
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
