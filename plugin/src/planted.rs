//! Faults that debug builds commit on the audio thread when they are told to, so that tests can prove that their checks fail.

/// Names the fault: `allocation` or `system call`.
const VARIABLE: &str = "PROSCENIUM_PLANT";

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
        match std::env::var(VARIABLE).ok()?.as_str() {
            "allocation" => Some(Self::Allocation),
            "system call" => Some(Self::SystemCall),
            _ => None,
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
