//! A test program of its own, so that no other instance keeps the library loaded.

use proscenium_host::RenderJob;
use proscenium_tests::Rig;
use proscenium_tests::signals::programme;

/// The last instance goes, and with it the host's handle on the library; then the thread that used it ends. Destructors
/// of the library's thread-local values run after that, so its code must still be there.
#[test]
fn thread_may_end_after_the_plugin_is_unloaded() {
    for _ in 0..3 {
        let worker = std::thread::spawn(|| {
            let input = programme(4_800);
            Rig::new(8).render(&RenderJob::new(&input, 48_000.0));
        });
        assert!(worker.join().is_ok());
    }
}
