//! Faults that debug builds commit when they are told to, so that tests can prove that their checks fail, or that the plugin
//! survives.

use std::sync::OnceLock;

/// Names the faults, separated by commas: `allocation`, `system call`, `design panic`, `analysis panic`, `editor panic`.
const VARIABLE: &str = "PROSCENIUM_PLANT";

/// Whether the environment asked for that fault when it was first looked at.
fn is_planted(name: &str) -> bool {
    static NAMES: OnceLock<String> = OnceLock::new();
    let names = NAMES.get_or_init(|| std::env::var(VARIABLE).unwrap_or_default());
    names.split(',').any(|planted| planted.trim() == name)
}

/// Something that `process` must never do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// Allocates and frees.
    Allocation,
    /// Enters the kernel, as a lock does that another thread holds.
    SystemCall,
}

impl Fault {
    /// The fault that the environment asks for.
    pub(crate) fn planted() -> Option<Self> {
        if is_planted("allocation") {
            Some(Self::Allocation)
        } else {
            is_planted("system call").then_some(Self::SystemCall)
        }
    }

    /// Does it.
    pub(crate) fn commit(self) {
        match self {
            Self::Allocation => drop(std::hint::black_box(Box::new([0_u8; 64]))),
            Self::SystemCall => std::thread::yield_now(),
        }
    }
}

/// A panic at one value of one parameter, so that a test can go there and back. Unit tests need not ask for it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Panic {
    /// In every design for a listening zone of 13 cm.
    Design,
    /// In every analysis for a distance of 3.3 m.
    Analysis,
    /// In every frame of the editor at a width of 77°.
    Editor,
}

impl Panic {
    const fn name_and_trigger(self) -> (&'static str, f32) {
        match self {
            Self::Design => ("design panic", 0.13),
            Self::Analysis => ("analysis panic", 3.3),
            Self::Editor => ("editor panic", 77.0),
        }
    }

    /// Panics if that is planted and `value`, of the parameter in the plugin's own unit, is the one that triggers it.
    pub(crate) fn strike(self, value: f32) {
        let (name, trigger) = self.name_and_trigger();
        let strikes = (value - trigger).abs() < 1e-4 && (cfg!(test) || is_planted(name));
        assert!(!strikes, "planted {name}");
    }
}
