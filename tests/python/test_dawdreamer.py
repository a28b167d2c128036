"""The VST3 in DawDreamer (JUCE), which takes the default layout and does not compensate latency."""

import dawdreamer
import numpy as np

RATE = 48_000
BLOCK = 256


def play(vst3: str, audio: np.ndarray, settings: dict[str, str], state=None, save=None):
    """Output (2, frames) in time with the input, and the texts of all parameters by name."""
    engine = dawdreamer.RenderEngine(RATE, BLOCK)
    plugin = engine.make_plugin_processor("proscenium", vst3)
    if state:
        plugin.load_state(str(state))
    indices = {p["name"]: p["index"] for p in plugin.get_parameters_description()}
    for name, text in settings.items():
        plugin.set_parameter(indices[name], value_of(plugin, indices[name], text))
    source = engine.make_playback_processor("source", audio)
    engine.load_graph([(source, []), (plugin, ["source"])])
    engine.render(audio.shape[1] / RATE)
    if save:
        plugin.save_state(str(save))
    texts = {name: plugin.get_parameter_text(index) for name, index in indices.items()}
    latency = plugin.get_latency_samples()
    return engine.get_audio()[:, latency:], texts


def value_of(plugin, index: int, text: str) -> float:
    """The normalised value that shows as `text`: DawDreamer sets by value only."""
    before = plugin.get_parameter(index)
    best = None
    for value in np.linspace(0.0, 1.0, 901):
        plugin.set_parameter(index, float(value))
        if plugin.get_parameter_text(index).split() == text.split() or plugin.get_parameter_text(index) == text.split()[0]:
            best = float(value)
            break
    plugin.set_parameter(index, before)
    assert best is not None, f"no value shows as {text}"
    return best


def test_parameters_are_there(vst3, programme):
    _, texts = play(vst3, programme, {})
    for name in ("Width", "Depth", "Center", "Cancellation", "Device", "Upmix", "Bypass"):
        assert name in texts, sorted(texts)


def test_default_sound_equals_the_clap(vst3, render_clap, programme):
    heard, _ = play(vst3, programme, {})
    expected = render_clap(programme, 2)
    frames = min(heard.shape[1], expected.shape[1])
    assert heard.shape[0] == 2 and frames > RATE and np.abs(expected).max() > 1e-3
    assert np.abs(heard[:, :frames] - expected[:, :frames]).max() <= 1e-6


def test_set_sound_equals_the_clap(vst3, render_clap, programme):
    settings = {"Output": "Headphones", "Upmix": "Off", "Center Level": "-6 dB"}
    heard, _ = play(vst3, programme, settings)
    expected = render_clap(programme, 2, settings)
    frames = min(heard.shape[1], expected.shape[1])
    assert np.abs(heard[:, :frames] - expected[:, :frames]).max() <= 1e-6


def test_state_round_trip(vst3, programme, tmp_path):
    state = tmp_path / "state"
    saved, saved_texts = play(vst3, programme, {"Output": "Headphones", "Width": "60 °", "Upmix": "Low Latency"}, save=state)
    restored, restored_texts = play(vst3, programme, {}, state=state)
    assert restored_texts == saved_texts
    frames = min(saved.shape[1], restored.shape[1])
    assert np.abs(saved[:, :frames] - restored[:, :frames]).max() <= 1e-6
