//! Extensions asked in every order, in every condition of the plugin in which CLAP allows it.

use super::dice::Dice;
use super::subject::{assert_sound, load, play, plugin_ids};
use proscenium_host::{ClapHost, RenderMode};

/// A name, and what is done with the plugin.
type Named<T> = (&'static str, fn(&mut ClapHost) -> T);

/// What can be asked on the main thread at any time, with an answer that tells whether all is as it was.
const QUESTIONS: [Named<String>; 6] = [
    ("params", |host| {
        let params = host.params().unwrap();
        let values = params.iter().map(|param| host.value(&param.name).unwrap());
        format!("{:?}", values.collect::<Vec<_>>()) + &format!("{params:?}")
    }),
    ("ports", |host| {
        format!("{:?} {:?}", host.input_ports(), host.output_ports())
    }),
    ("configurations", |host| format!("{:?}", host.port_configs())),
    ("state", |host| {
        String::from_utf8_lossy(&host.save_state().unwrap()).into_owned()
    }),
    ("render mode", |host| {
        format!("{:?}", host.set_render_mode(RenderMode::Realtime))
    }),
    ("text", |host| {
        let value = host.text_to_value("Width", "45 °").unwrap();
        host.value_to_text("Width", value).unwrap()
    }),
];

/// Conditions in the order in which a plugin goes through them.
const CONDITIONS: [Named<()>; 8] = [
    ("created", |_| ()),
    ("processing", |host| host.activate(48_000.0, 64).unwrap()),
    ("played", |host| {
        play(host, &mut Dice::new(71), 64, &[]);
    }),
    ("reset", |host| host.reset().unwrap()),
    ("asleep", |host| host.audio("sleep").unwrap().stop_processing()),
    ("reset asleep", |host| host.reset().unwrap()),
    ("awake", |host| host.audio("wake").unwrap().start_processing().unwrap()),
    ("inactive", |host| host.deactivate().unwrap()),
];

/// All orders of `count` things (Heap's algorithm).
fn orders(count: usize) -> Vec<Vec<usize>> {
    fn permute(length: usize, order: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
        if length <= 1 {
            all.push(order.clone());
            return;
        }
        for index in 0..length {
            permute(length - 1, order, all);
            order.swap(if length.is_multiple_of(2) { index } else { 0 }, length - 1);
        }
    }
    let (mut order, mut all) = ((0..count).collect(), Vec::new());
    permute(count, &mut order, &mut all);
    all
}

#[test]
fn orders_are_complete() {
    let mut all = orders(QUESTIONS.len());
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 720);
}

/// Answers do not depend on what was asked before, nor on the condition.
#[test]
fn extensions_in_every_order() {
    let orders = orders(QUESTIONS.len());
    for id in plugin_ids() {
        let mut host = load(&id);
        let expected: Vec<String> = QUESTIONS.iter().map(|(_, ask)| ask(&mut host)).collect();
        for (condition, enter) in CONDITIONS {
            enter(&mut host);
            for order in &orders {
                for &question in order {
                    let (what, ask) = QUESTIONS[question];
                    assert_eq!(
                        ask(&mut host),
                        expected[question],
                        "{id}, {condition}: {what} in the order {order:?}"
                    );
                }
            }
            assert_sound(&host);
        }
    }
}

/// Each question is the first one that a new instance hears.
#[test]
fn any_extension_may_come_first() {
    for id in plugin_ids() {
        let expected: Vec<String> = QUESTIONS.iter().map(|(_, ask)| ask(&mut load(&id))).collect();
        for order in orders(QUESTIONS.len()).iter().step_by(7) {
            let mut host = load(&id);
            for &question in order {
                assert_eq!(QUESTIONS[question].1(&mut host), expected[question], "{id}: {order:?}");
            }
        }
    }
}

/// The conditions in all orders that CLAP allows of them: sleeping, waking, resetting, playing, over and over.
#[test]
fn conditions_in_many_orders() {
    let mut dice = Dice::new(72);
    let mut host = load(&plugin_ids()[0]);
    for _ in 0..60 {
        if dice.one_in(4) {
            host.activate(48_000.0, 64).unwrap();
            host.deactivate().unwrap();
        }
        host.activate(48_000.0, 64).unwrap();
        for _ in 0..dice.below(30) {
            let audio = host.audio("go on").unwrap();
            match dice.below(5) {
                0 => audio.stop_processing(),
                1 => audio.start_processing().unwrap(),
                2 => audio.reset(),
                3 => drop(audio.tail()),
                _ if audio.is_processing() => drop(play(&mut host, &mut dice, 64, &[])),
                _ => audio.flush(&[]).unwrap(),
            }
        }
        host.deactivate().unwrap();
        // Deactivated twice: the second time nothing happens.
        host.deactivate().unwrap();
        assert_sound(&host);
    }
}
