//! Analyses the current design for the editor, on a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use nice_plug::prelude::*;
use proscenium_dsp::analysis::{Picture, Strengths, Survey};
use proscenium_dsp::array::Device;
use proscenium_dsp::design::DesignSettings;
use proscenium_dsp::engine::Timing;

use crate::design_cache::{acoustic_settings, cached_design};
use crate::params::ProsceniumParams;
#[cfg(debug_assertions)]
use crate::planted::Panic;
use crate::shared::Shared;

/// What an analysis depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Question {
    /// What filters are designed for.
    pub(crate) settings: DesignSettings,
    /// Strengths of the effects.
    pub(crate) strengths: Strengths,
    /// Block sizes and sample rate of the engine.
    pub(crate) timing: Timing,
}

impl Question {
    /// The question that the parameters pose at a sample rate, Hz.
    pub(crate) fn new(params: &ProsceniumParams, sample_rate: f64) -> Self {
        let share = |percent: &FloatParam| f64::from(percent.value() / 100.0);
        Self {
            settings: params.design_settings(),
            strengths: Strengths {
                cancel: share(&params.cancel),
                depth: share(&params.depth),
            },
            timing: Timing::new(sample_rate, params.upmix.value().mode()),
        }
    }

    /// Whether the same design answers both.
    fn shares_design_with(&self, other: &Self) -> bool {
        acoustic_settings(&self.settings) == acoustic_settings(&other.settings)
            && self.settings.device == other.settings.device
            && self.timing.sample_rate == other.timing.sample_rate
    }
}

/// How the analysis is getting on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The latest question is answered.
    Done,
    /// A question is waiting or being answered.
    Busy,
    /// The latest question could not be answered, which is a defect of the program.
    Failed,
}

/// Answers given so far.
static ANSWERS: AtomicU64 = AtomicU64::new(0);

/// An analysis and what it is of.
pub(crate) struct Snapshot {
    /// Number of the answer among all of the process: what is drawn from it can be kept under this number.
    pub(crate) serial: u64,
    /// What was asked.
    pub(crate) question: Question,
    /// The device that was analysed.
    pub(crate) device: Arc<Device>,
    /// What the design does.
    pub(crate) picture: Picture,
    /// From the question to the answer.
    pub(crate) took: Duration,
}

/// What the thread and its owner share. The audio thread has no part in it.
#[derive(Default)]
struct Desk {
    inbox: Mutex<Inbox>,
    wake: Condvar,
    latest: ArcSwapOption<Snapshot>,
}

#[derive(Default)]
struct Inbox {
    question: Option<(Question, Instant)>,
    /// Whether a question is being answered.
    working: bool,
    /// Whether the last one could not be answered.
    failed: bool,
    stop: bool,
}

impl Desk {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next question; none when it is time to stop.
    fn next(&self) -> Option<(Question, Instant)> {
        let mut inbox = self.inbox();
        loop {
            if inbox.stop {
                return None;
            }
            if let Some(question) = inbox.question.take() {
                inbox.working = true;
                return Some(question);
            }
            inbox = self.wake.wait(inbox).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Answers questions in the background until it is dropped.
pub(crate) struct Analyst {
    desk: Arc<Desk>,
    asked: Option<Question>,
    thread: Option<JoinHandle<()>>,
}

impl Analyst {
    /// An analyst for the devices of a session. `notify` is called, on its thread, whenever there is a new answer.
    pub(crate) fn new(instance: &Shared, notify: impl Fn() + Send + 'static) -> Self {
        let desk = Arc::new(Desk::default());
        let (shared, instance) = (Arc::clone(&desk), instance.clone());
        let work = move || {
            let mut surveyed = None;
            while let Some((question, asked_at)) = shared.next() {
                let answered = catch_unwind(AssertUnwindSafe(|| {
                    answer(&instance, question, asked_at, &mut surveyed)
                }));
                let failed = answered.is_err();
                match answered {
                    Ok(snapshot) => shared.latest.store(Some(Arc::new(snapshot))),
                    Err(_) => {
                        surveyed = None;
                        nice_error!("The analysis failed for {question:?}; the editor shows the one before.");
                    }
                }
                let mut inbox = shared.inbox();
                (inbox.working, inbox.failed) = (false, failed);
                drop(inbox);
                notify();
            }
        };
        let thread = std::thread::Builder::new()
            .name(String::from("proscenium-analysis"))
            .spawn(work);
        if let Err(error) = &thread {
            nice_error!("No thread to analyse designs on: {error}. The editor shows none.");
        }
        Self {
            desk,
            asked: None,
            thread: thread.ok(),
        }
    }

    /// Asks, unless the same was asked last. A question that is still waiting is replaced.
    pub(crate) fn ask(&mut self, question: Question) {
        if self.asked != Some(question) {
            self.asked = Some(question);
            self.desk.inbox().question = Some((question, Instant::now()));
            self.desk.wake.notify_one();
        }
    }

    /// The latest answer.
    pub(crate) fn latest(&self) -> Option<Arc<Snapshot>> {
        self.desk.latest.load_full()
    }

    /// How it is getting on.
    pub(crate) fn state(&self) -> Progress {
        let inbox = self.desk.inbox();
        if self.thread.is_some() && (inbox.working || inbox.question.is_some()) {
            Progress::Busy
        } else if inbox.failed {
            Progress::Failed
        } else {
            Progress::Done
        }
    }
}

impl Drop for Analyst {
    fn drop(&mut self) {
        self.desk.inbox().stop = true;
        self.desk.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic in the thread has been logged where it happened.
            let _ = thread.join();
        }
    }
}

/// A survey and the question and device that it was made for.
type Surveyed = Option<(Question, Arc<Device>, Survey)>;

/// Answers a question, with the survey of the one before where it still holds.
pub(crate) fn answer(instance: &Shared, question: Question, asked_at: Instant, surveyed: &mut Surveyed) -> Snapshot {
    #[cfg(debug_assertions)]
    Panic::Analysis.strike(question.settings.distance_m);
    let kept = surveyed
        .take()
        .filter(|(previous, ..)| previous.shares_design_with(&question));
    let (_, device, survey) = surveyed.insert(kept.unwrap_or_else(|| {
        let device = instance.params.session.device(question.settings.device);
        let design = cached_design(&device, &question.settings, &question.timing, &instance.telemetry);
        let survey = Survey::new(&device, &design, &question.settings, question.timing.sample_rate);
        (question, device, survey)
    }));
    Snapshot {
        serial: ANSWERS.fetch_add(1, Ordering::Relaxed),
        question,
        device: Arc::clone(device),
        picture: survey.picture(question.strengths),
        took: asked_at.elapsed(),
    }
}

#[cfg(test)]
mod tests;
