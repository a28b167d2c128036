//! Plays where no editor can open: the attempt must fail without harm, before and after it the plugin must sound.
//!
//! ```text
//! no_editor PLUGIN.clap
//! ```

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use proscenium_host::{ClapHost, RenderJob};
    use proscenium_tests::signals::{assert_identical, peak, programme};

    let plugin = std::env::args().nth(1).ok_or("which plugin?")?;
    let mut host = ClapHost::load(plugin, None)?;
    let input = programme(24_000);
    let job = RenderJob::new(&input, 48_000.0);
    let before = host.render(&job)?;
    if host.open_editor(None).is_ok() {
        return Err("the editor has opened".into());
    }
    let after = host.render(&job)?;
    assert!(peak(&before.channels) > 1e-3);
    assert_identical(&before.channels, &after.channels, "after the attempt");
    host.set_text("Width", "45 °")?;
    Ok(())
}
