use super::*;
use proscenium_dsp::array::presets;
use std::fs;

/// A file that is gone after the test.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("proscenium-watch-{}-{name}.toml", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn watch(&self, embedded: &str) -> Watch {
        Watch::new(self.0.clone(), embedded.to_owned())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn text(preset: usize) -> String {
    presets()[preset].device.to_toml()
}

/// As many looks as it takes.
fn looks(watch: &mut Watch) -> Option<LoadedDevice> {
    (0..3).find_map(|_| watch.look())
}

#[test]
fn a_change_is_taken_up_once_and_only_when_it_lasts() {
    let file = Temporary::new("change", &text(0));
    let mut watch = file.watch(&text(0));
    assert_eq!(looks(&mut watch), None);
    assert_eq!(watch.status(), &FileStatus::Followed);
    fs::write(&file.0, text(2)).unwrap();
    assert_eq!(watch.look(), None, "it may be half written");
    let loaded = watch.look().unwrap();
    assert_eq!(loaded.device, presets()[2].device);
    watch.note_embedded(loaded.text);
    assert_eq!(looks(&mut watch), None);
    assert_eq!(watch.status(), &FileStatus::Followed);
}

#[test]
fn a_broken_change_is_told_and_the_next_one_taken() {
    let file = Temporary::new("broken", &text(0));
    let mut watch = file.watch(&text(0));
    looks(&mut watch);
    let half = &text(2)[..text(2).len() / 2];
    fs::write(&file.0, half).unwrap();
    assert_eq!(looks(&mut watch), None);
    let FileStatus::Refused(error) = watch.status() else {
        panic!("{:?}", watch.status())
    };
    assert!(error.starts_with(&name_of(&file.0)) && !error.contains('\n'), "{error}");
    fs::write(&file.0, text(2)).unwrap();
    assert_eq!(looks(&mut watch).unwrap().device, presets()[2].device);
    // Back to what the session has without ever having been taken.
    fs::write(&file.0, text(0)).unwrap();
    assert_eq!(looks(&mut watch), None);
    assert_eq!(watch.status(), &FileStatus::Followed);
}

#[test]
fn another_file_in_its_place_is_a_change_and_none_is_none() {
    let file = Temporary::new("replaced", &text(0));
    let other = Temporary::new("other", &text(3));
    let mut watch = file.watch(&text(0)).just_loaded();
    assert_eq!(looks(&mut watch), None);
    fs::remove_file(&file.0).unwrap();
    assert_eq!(looks(&mut watch), None);
    assert_eq!(watch.status(), &FileStatus::Missing);
    fs::rename(&other.0, &file.0).unwrap();
    let loaded = looks(&mut watch).unwrap();
    assert_eq!(loaded.device, presets()[3].device);
    // A directory of that name is no file.
    fs::remove_file(&file.0).unwrap();
    fs::create_dir(&file.0).unwrap();
    assert_eq!(looks(&mut watch), None);
    assert_eq!(watch.status(), &FileStatus::Missing);
    fs::remove_dir(&file.0).unwrap();
}

/// What a session holds is what plays, whatever has become of its file meanwhile; later changes are followed.
#[test]
fn a_file_that_differs_from_the_start_is_left_alone_until_it_changes() {
    let file = Temporary::new("differs", &text(1));
    let mut watch = file.watch(&text(0));
    assert_eq!(looks(&mut watch), None);
    assert_eq!(watch.status(), &FileStatus::Differs);
    fs::write(&file.0, text(4)).unwrap();
    assert_eq!(looks(&mut watch).unwrap().device, presets()[4].device);
}

/// Two writes within the resolution of the file's times, of the same length.
#[test]
fn a_change_that_its_times_do_not_tell_is_found() {
    let file = Temporary::new("same-length", &text(0));
    let mut watch = file.watch(&text(0));
    looks(&mut watch);
    let times = fs::metadata(&file.0).unwrap().modified().unwrap();
    let other = text(0).replace("Tabletop", "Worktops");
    assert_eq!(other.len(), text(0).len());
    fs::write(&file.0, &other).unwrap();
    fs::File::options()
        .write(true)
        .open(&file.0)
        .unwrap()
        .set_modified(times)
        .unwrap();
    assert_eq!(looks(&mut watch).unwrap().text, other);
}
