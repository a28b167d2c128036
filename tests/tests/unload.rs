//! A test program of its own, so that no other instance keeps the library loaded.

use proscenium_host::RenderJob;
use proscenium_tests::Rig;
use proscenium_tests::signals::programme;
use std::thread;

/// Threads that load and unload at the same time, and how often each round is repeated.
const THREADS: usize = 4;
const ROUNDS: usize = 40;

/// The last instance goes, and with it the host's handle on the library; then the thread that used it ends. Destructors
/// of the library's thread-local values run after that, so its code must still be there, whatever is unloaded by other
/// threads meanwhile. A library that may be unmapped crashes here.
#[test]
fn threads_may_end_after_the_plugin_is_unloaded() {
    for _ in 0..ROUNDS {
        let workers = [(); THREADS].map(|()| {
            thread::spawn(|| {
                let input = programme(4_800);
                let mut rig = Rig::load(None).with(&[("Upmix", "Off")]);
                rig.render(&RenderJob::new(&input, 48_000.0));
            })
        });
        assert!(workers.into_iter().all(|worker| worker.join().is_ok()));
    }
}
