"""The VST3 in DawDreamer (JUCE), which takes the default layout and does not compensate latency.

Its `load_state` wants an editor; the state itself is tested in pedalboard, and parameters travel here as a patch.
"""

import dawdreamer
import numpy as np
import pytest

RATE = 48_000
BLOCK = 256
SETTINGS = {"Output": "Headphones", "Upmix": "Off", "Output Trim": "-6", "Width": "60"}


class Rig:
    """The plugin behind a player."""

    def __init__(self, vst3: str, audio: np.ndarray):
        self.engine = dawdreamer.RenderEngine(RATE, BLOCK)
        self.plugin = self.engine.make_plugin_processor("proscenium", vst3)
        self.indices = {p["name"]: p["index"] for p in self.plugin.get_parameters_description()}
        self.seconds = audio.shape[1] / RATE
        source = self.engine.make_playback_processor("source", audio)
        self.engine.load_graph([(source, []), (self.plugin, ["source"])])

    def set(self, name: str, text: str):
        """DawDreamer sets by normalised value only: the one that shows as `text`."""
        index = self.indices[name]
        for value in np.linspace(0.0, 1.0, 901):
            self.plugin.set_parameter(index, float(value))
            if self.plugin.get_parameter_text(index) == text:
                return
        pytest.fail(f"no value of {name} shows as {text}")

    def texts(self) -> dict[str, str]:
        return {name: self.plugin.get_parameter_text(index) for name, index in self.indices.items()}

    def play(self) -> np.ndarray:
        """Output (2, frames) in time with the input. Parameters, and a new latency, arrive with a first short render."""
        self.engine.render(0.1)
        self.engine.render(self.seconds)
        return self.engine.get_audio()[:, self.plugin.get_latency_samples() :]


def assert_equal(heard: np.ndarray, expected: np.ndarray):
    frames = min(heard.shape[1], expected.shape[1])
    assert heard.shape[0] == expected.shape[0] == 2
    assert frames > RATE and np.abs(expected).max() > 1e-3
    assert np.abs(heard[:, :frames] - expected[:, :frames]).max() <= 1e-6


def test_parameters_are_there(vst3, programme):
    texts = Rig(vst3, programme).texts()
    assert {"Width", "Depth", "Center", "Cancellation", "Device", "Upmix", "Bypass"} <= set(texts)
    assert texts["Device"] == "Tabletop" and texts["Upmix"] == "High"


def test_default_sound_equals_the_clap(vst3, render_clap, programme):
    assert_equal(Rig(vst3, programme).play(), render_clap(programme, 2))


def test_set_sound_equals_the_clap(vst3, render_clap, programme):
    rig = Rig(vst3, programme)
    for name, text in SETTINGS.items():
        rig.set(name, text)
    assert_equal(rig.play(), render_clap(programme, 2, SETTINGS))


def test_patch_round_trip(vst3, programme):
    saved = Rig(vst3, programme)
    for name, text in SETTINGS.items():
        saved.set(name, text)
    restored = Rig(vst3, programme)
    restored.plugin.set_patch(saved.plugin.get_patch())
    assert restored.texts() == saved.texts()
    np.testing.assert_array_equal(restored.play(), saved.play())
