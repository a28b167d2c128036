"""Ardour 7 without a display: makes a session with the VST3 on a track, reopens it, exports it.

Sessions are made and looked at by Lua programs under Ardour's own interpreter; the audio, which that cannot import, is
put into the session's file. Exports compensate latency.

The exporter of Ardour 7.3 is not sound. Of 129 exports of a session without any plugin, 18 crashed at the end with a
corrupt heap, one waited for ever at the start, 5 had a strange sample in every 2,048 of one channel, 3 played all
channels 16 samples too early. So each session has a second track, the witness, that plays the programme as it is: where
that is not exact, or the exporter fails, the session is exported again. What a plugin does wrong stays wrong.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import soundfile

LIBRARIES = Path("/usr/lib/ardour7")
SCANNER = LIBRARIES / "ardour-vst3-scanner"
PROGRAMS = ("ardour7-lua", "ardour7-export")
# What Debian's wrapper scripts set; the scanner has none.
ENVIRONMENT = {
    "LD_LIBRARY_PATH": str(LIBRARIES),
    "ARDOUR_DATA_PATH": "/usr/share/ardour7",
    "ARDOUR_CONFIG_PATH": "/etc/ardour7",
    "ARDOUR_DLL_PATH": str(LIBRARIES),
}
PATIENCE_SECONDS = 30
# Enough that what fails this often has another cause.
TRIES = 10
# Frames from one to the next of the strange samples.
STRAY_PERIOD = 2_048
# The engine runs in real time and hands values to the plugin with its blocks.
SETTLE_SECONDS = 2
NAME = "session"
TRACK = "Programme"
WITNESS = "Witness"

# The programs; names in capitals are set by `run_lua`. Parameters are told as lines of name, tab and value.
BEGIN = """
io.stdout:setvbuf("no")
local backend = AudioEngine:set_backend("None (Dummy)", "", "")
backend:set_device_name("Silence")
backend:set_buffer_size(512)
backend:set_sample_rate(RATE)
local function tell(insert)
  local plugin = insert:to_insert():plugin(0)
  for index = 0, plugin:parameter_count() - 1 do
    print(string.format("%s\\t%.9g", plugin:parameter_label(index), ARDOUR.LuaAPI.get_processor_param(insert, index, true)))
  end
end
"""
CREATE = """
local session = assert(create_session(FOLDER, NAME, RATE), "no session")
local function add_track(name)
  return session:new_audio_track(2, 2, nil, 1, name, -1, ARDOUR.TrackMode.Normal):front()
end
local track, witness = add_track(TRACK), add_track(WITNESS)
local insert = ARDOUR.LuaAPI.new_plugin(session, PLUGIN, ARDOUR.PluginType.VST3, "")
assert(not insert:isnil(), "the plugin is not known")
assert(track:add_processor_by_index(insert, 0, nil, true) == 0, "the plugin is not accepted")
local plugin = insert:to_insert():plugin(0)
for index = 0, plugin:parameter_count() - 1 do
  local value = SETTINGS[plugin:parameter_label(index)]
  if value then assert(ARDOUR.LuaAPI.set_processor_param(insert, index, value)) end
end
local master = session:master_out()
local function widen(io, count)
  for _ = io:n_ports():n_audio() + 1, count do io:add_port("", nil, ARDOUR.DataType("audio")) end
end
widen(master:input(), CHANNELS + 2)
widen(master:output(), CHANNELS + 2)
assert(track:n_outputs():n_audio() >= CHANNELS, "the track is narrower than wanted")
local function connect(from, count, first)
  for index = 0, from:n_outputs():n_audio() - 1 do
    local port = from:output():audio(index)
    port:disconnect_all()
    if index < count then port:connect(master:input():audio(first + index):name()) end
  end
end
connect(track, CHANNELS, 0)
connect(witness, 2, CHANNELS)
for _, route in ipairs({track, witness, master}) do
  if not route:panner_shell():isnil() then route:panner_shell():set_bypassed(true) end
end
sleep(SETTLE)
tell(insert)
session:save_state("")
"""
REOPEN = """
local session = assert(load_session(FOLDER, NAME), "no session")
sleep(SETTLE)
tell(session:route_by_name(TRACK):nth_plugin(0))
session:save_state("")
"""


def is_installed() -> bool:
    return SCANNER.exists() and all(map(shutil.which, PROGRAMS))


def lua(value) -> str:
    """A Lua literal."""
    match value:
        case dict():
            return "{" + ", ".join(f"[{lua(key)}] = {lua(item)}" for key, item in value.items()) + "}"
        case str() | Path():
            return '"' + re.sub(r'(["\\])', r"\\\1", str(value)) + '"'
        case _:
            return repr(value)


def is_stray(heard: np.ndarray, expected: np.ndarray) -> bool:
    """Whether they differ as Ardour's own exports do: in one channel, at the same place in every period."""
    if heard.shape != expected.shape:
        return False
    channels, frames = np.nonzero(heard != expected)
    return len(set(channels)) == 1 and len(set(frames % STRAY_PERIOD)) == 1


class Crash(Exception):
    """A program of Ardour's that has crashed or hangs."""


class Ardour:
    """A user of Ardour with a home of their own, in which the bundle is installed and scanned."""

    def __init__(self, home: Path, vst3: str):
        self.home = home
        plugins = home / ".vst3"
        plugins.mkdir(parents=True)
        bundle = plugins / Path(vst3).name
        bundle.symlink_to(vst3)
        self.run(SCANNER, "-f", bundle)

    def run(self, *command) -> str:
        """What it prints."""
        environment = {**os.environ, **ENVIRONMENT, "HOME": str(self.home)}
        # They would lead Ardour away from this home.
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "DISPLAY"):
            environment.pop(name, None)
        words = [str(word) for word in command]
        try:
            done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired as expired:
            raise Crash(f"{words[0]} hangs") from expired
        report = f"{words[0]}: {done.returncode}\n{done.stdout}{done.stderr}"
        if done.returncode < 0:
            raise Crash(report)
        assert done.returncode == 0, report
        return done.stdout

    def run_lua(self, program: str, **names) -> dict[str, float]:
        """The parameters that the program tells."""
        script = self.home / "program.lua"
        names["SETTLE"] = SETTLE_SECONDS
        head = "".join(f"local {name} = {lua(value)}\n" for name, value in names.items())
        script.write_text(head + BEGIN + program)
        told = (line.split("\t") for line in self.run("ardour7-lua", script).splitlines() if "\t" in line)
        values = {name: float(value) for name, value in told}
        assert values, "the program has ended early"
        return values

    def create(self, plugin: str, audio: np.ndarray, channels: int, settings: dict[str, float], rate: int) -> "Session":
        """A saved session: `audio` (2, frames) on a stereo track through the plugin, `channels` of it to the master."""
        # The folder bears the session's name, of which the folder for its audio is made.
        folder = Path(tempfile.mkdtemp(dir=self.home)) / NAME
        session = Session(self, folder, audio, rate)
        session.values = self.run_lua(
            CREATE,
            FOLDER=folder,
            NAME=NAME,
            TRACK=TRACK,
            WITNESS=WITNESS,
            RATE=rate,
            PLUGIN=plugin,
            CHANNELS=channels,
            SETTINGS=settings,
        )
        session.place()
        return session


class Session:
    """A session on disk, and the plugin's parameters as Ardour last saw them, by name, in the plugin's units."""

    def __init__(self, ardour: Ardour, folder: Path, audio: np.ndarray, rate: int):
        self.ardour, self.folder, self.audio, self.rate = ardour, folder, audio, rate
        self.values: dict[str, float] = {}

    def reopen(self):
        """Loads and saves it in a new process."""
        self.values = self.ardour.run_lua(REOPEN, FOLDER=self.folder, NAME=NAME, TRACK=TRACK, RATE=self.rate)

    def assert_sounds_as(self, expected: np.ndarray):
        """Exports what the plugin makes of the programme: `expected`, sample for sample."""
        for _ in range(TRIES):
            heard = self.export()
            if heard is None or is_stray(heard, expected):
                continue
            np.testing.assert_array_equal(heard, expected)
            return
        raise AssertionError(f"{TRIES} exports have failed")

    def export(self) -> np.ndarray | None:
        """The plugin's channels over the session's range, (channels, frames); nothing if Ardour fails."""
        result = self.folder / "result.wav"
        try:
            self.ardour.run("ardour7-export", "--bitdepth", "float", "--output", result, self.folder, NAME)
        except Crash as crash:
            print(f"Ardour has failed: {crash}")
            return None
        audio, rate = soundfile.read(result, dtype="float32", always_2d=True)
        result.unlink()
        assert rate == self.rate
        heard, witness = audio.T[:-2], audio.T[-2:]
        if not np.array_equal(witness, self.audio):
            print("Ardour has failed: the track without a plugin is not what it should be")
            return None
        return heard

    def plugin_state(self) -> list[str]:
        """What the plugin gave Ardour to keep, in the session's file."""
        root = ElementTree.parse(self.file()).getroot()
        return [chunk.text for chunk in root.iter("chunk")]

    def file(self) -> Path:
        return self.folder / f"{NAME}.ardour"

    def place(self):
        """Puts the audio at the start of both tracks, and the session's end at its end."""
        tree = ElementTree.parse(self.file())
        root = tree.getroot()
        ids = iter(range(int(root.get("id-counter")), 1 << 31))
        superclocks = int(root.find("TempoMap").get("superclocks-per-second"))
        length = f"a{superclocks * self.audio.shape[1] // self.rate}"
        sources = []
        for side, samples in zip("LR", self.audio, strict=True):
            name = f"programme%{side}.wav"
            soundfile.write(self.folder / "interchange" / NAME / "audiofiles" / name, samples, self.rate, subtype="FLOAT")
            source = {"name": name, "type": "audio", "flags": "", "id": str(next(ids)), "channel": "0", "gain": "1"}
            sources.append(ElementTree.SubElement(root.find("Sources"), "Source", source).get("id"))
        playlists = [playlist for playlist in root.iter("Playlist") if playlist.get("name") in (TRACK, WITNESS)]
        assert len(playlists) == 2
        for parent in (root.find("Regions"), *playlists):
            region = {
                "name": "programme",
                "id": str(next(ids)),
                "type": "audio",
                "start": "a0",
                "length": f"{length}@a0",
                "channels": str(len(sources)),
                "whole-file": "1" if parent.tag == "Regions" else "0",
                "opaque": "1",
                "muted": "0",
                "default-fade-in": "0",
                "default-fade-out": "0",
                "fade-in-active": "0",
                "fade-out-active": "0",
                "envelope-active": "0",
                "scale-amplitude": "1",
                "stretch": "1",
                "shift": "1",
                "layering-index": "0",
                "first-edit": "nothing",
            }
            for index, source in enumerate(sources):
                region |= {f"source-{index}": source, f"master-source-{index}": source}
            ElementTree.SubElement(parent, "Region", region)
        session_range = {"name": "session", "start": "a0", "end": length, "flags": "IsSessionRange", "locked": "0"}
        ElementTree.SubElement(root.find("Locations"), "Location", {"id": str(next(ids)), **session_range})
        root.set("session-range-is-free", "0")
        root.set("id-counter", str(next(ids)))
        tree.write(self.file(), encoding="UTF-8", xml_declaration=True)
