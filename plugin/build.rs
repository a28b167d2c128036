//! Linker settings.

fn main() {
    // A thread that has used the plugin runs its thread-local destructors when it ends, which may be after the host has
    // closed the library. Linux then needs the code to stay mapped.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg-cdylib=-Wl,-z,nodelete");
    }
}
