//! `proscenium export --to sofa`. What is in the file, `tests/python/test_sofa.py` reads with a library of others.

use crate::support::run_in;
use std::fs;

#[test]
fn a_file_is_netcdf_4_and_the_same_for_the_same_date() {
    let folder = tempfile::tempdir().unwrap();
    let export = |date: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_proscenium"))
            .args(["export", "--to", "sofa", "--device", "laptop", "--force"])
            .current_dir(folder.path())
            .env("SOURCE_DATE_EPOCH", date)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        fs::read(folder.path().join("filters.sofa")).unwrap()
    };
    let file = export("1700000000");
    assert!(file.starts_with(b"\x89HDF\r\n\x1a\n"));
    let has = |text: &str| file.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("GeneralFIR") && has("2023-11-14 22:13:20"));
    assert_eq!(file, export("1700000000"));
    assert_ne!(file, export("1700000001"));
}

#[test]
fn nothing_is_overwritten_and_what_does_not_act_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let export = |more: &[&str]| {
        let words = ["export", "--to", "sofa", "--device", "laptop"];
        run_in(folder.path(), &[&words, more].concat())
    };
    for (option, value) in [
        ("--cancel", "40"),
        ("--width", "45"),
        ("--trim", "-3"),
        ("--program", "binaural"),
    ] {
        export(&[option, value]).fails(2, &[option, "--to sofa"]);
    }
    fs::write(folder.path().join("filters.sofa"), "mine").unwrap();
    export(&[]).fails(1, &["filters.sofa exists", "--force"]);
    let json = export(&["--force", "--json", "--tone", "0"]).succeeds().json();
    assert_eq!(json["files"], serde_json::json!(["filters.sofa"]));
    assert_eq!(json["measurements"][1], "left, strength 1");
    assert_eq!(json["settings"]["tone"], 0.0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
