//! Questions, answers and failures.

use super::*;
use proscenium_dsp::array::presets;
use proscenium_dsp::design::DeviceChoice;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;

/// Steps of a drag, and how often the plugin's designer follows one with filters of its own.
const STEPS: u64 = 20;
const DESIGN_PERIOD: Duration = Duration::from_millis(50);

/// Answers to drags on each device: of the distance, which needs new filters while the plugin's designer makes such too,
/// and of the depth, which does not. The bounds are for busy machines; a quiet one takes a tenth.
#[test]
fn answers_keep_up_with_a_drag() {
    let instance = Shared::default();
    let (sender, receiver) = mpsc::channel();
    let mut analyst = Analyst::new(&instance, move || sender.send(()).unwrap_or_default());
    let mut times_ms = |what: &str, step: &dyn Fn(u64) -> Question| {
        let mut times_ms: Vec<f64> = (0..STEPS)
            .map(|n| {
                analyst.ask(step(n));
                receiver.recv_timeout(Duration::from_secs(10)).unwrap();
                1e3 * analyst.latest().unwrap().took.as_secs_f64()
            })
            .collect();
        times_ms.sort_by(f64::total_cmp);
        let [median, worst] = [STEPS / 2, STEPS - 2].map(|n| times_ms[n as usize]);
        println!("{what}: answered in {median:.1} ms (median), {worst:.1} ms (95 %)");
        median
    };
    let fresh = Question::new(&instance.params, 48_000.0);
    for (index, preset) in presets().iter().enumerate() {
        let mut question = fresh;
        question.settings.device = DeviceChoice::Preset(index as u8);
        let at = |step: u64, offset: f32| {
            let mut question = question;
            question.settings.distance_m = preset.device.nominal_distance_m() as f32 + 0.01 * step as f32 + offset;
            question
        };
        let device = instance.params.session.device(question.settings.device);
        let designing = AtomicBool::new(true);
        let median_ms = std::thread::scope(|scope| {
            scope.spawn(|| {
                for step in 0.. {
                    let started = Instant::now();
                    let Question { settings, timing, .. } = at(step, 0.005);
                    cached_design(&device, &settings, &timing, &instance.telemetry);
                    std::thread::sleep(DESIGN_PERIOD.saturating_sub(started.elapsed()));
                    if !designing.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
            let median_ms = times_ms(&format!("{}, distance", preset.device.name), &|step| at(step, 0.0));
            designing.store(false, Ordering::Relaxed);
            median_ms
        });
        assert!(median_ms < 500.0, "{}: {median_ms} ms", preset.device.name);
    }
    let median_ms = times_ms("depth", &|step| {
        let mut question = fresh;
        question.strengths.depth = 0.04 * step as f64;
        question
    });
    assert!(median_ms < 50.0, "depth: {median_ms} ms");
}

#[test]
fn the_latest_question_is_answered_and_a_repeated_one_asked_once() {
    let instance = Shared::default();
    let (sender, receiver) = mpsc::channel();
    let mut analyst = Analyst::new(&instance, move || sender.send(()).unwrap_or_default());
    let mut question = Question::new(&instance.params, 48_000.0);
    analyst.ask(question);
    analyst.ask(question);
    receiver.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(receiver.recv_timeout(Duration::from_millis(300)).is_err());
    assert_eq!(analyst.state(), Progress::Done);
    question.strengths.depth = 0.5;
    analyst.ask(question);
    receiver.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(analyst.latest().unwrap().question, question);
}

#[cfg(debug_assertions)]
#[test]
fn an_analysis_that_panics_is_told_and_the_next_question_answered() {
    let instance = Shared::default();
    let (sender, receiver) = mpsc::channel();
    let mut analyst = Analyst::new(&instance, move || sender.send(()).unwrap_or_default());
    let question = Question::new(&instance.params, 48_000.0);
    let mut ask = |distance_m| {
        let mut question = question;
        question.settings.distance_m = distance_m;
        analyst.ask(question);
        receiver.recv_timeout(Duration::from_secs(10)).unwrap();
        let shown_m = analyst.latest().unwrap().question.settings.distance_m;
        (analyst.state(), shown_m)
    };
    assert_eq!(ask(2.0), (Progress::Done, 2.0));
    assert_eq!(ask(3.3), (Progress::Failed, 2.0));
    assert_eq!(ask(2.1), (Progress::Done, 2.1));
}
