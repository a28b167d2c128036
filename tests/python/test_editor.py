"""The VST3's editor in DawDreamer (JUCE): opens in its window, shows, turns a knob, closes, opens again.

The host runs in a process of its own, which a crash would end. DawDreamer wants a window manager. Pedalboard's editor does
not get as far as the plugin here: its JUCE ends the process where no program announces desktop settings (XSETTINGS).
"""

import json
import subprocess
import sys

import numpy as np
import pytest
from display import virtual_display, wait_for

TITLE = "DawDreamer: Proscenium"
OPENINGS = 3

HOST = """
import sys, dawdreamer, numpy

engine = dawdreamer.RenderEngine(48_000, 512)
plugin = engine.make_plugin_processor("proscenium", sys.argv[1])
source = engine.make_playback_processor("source", numpy.zeros((2, 48_000), numpy.float32))
engine.load_graph([(source, []), (plugin, ["source"])])
indices = {p["name"]: p["index"] for p in plugin.get_parameters_description()}
for _ in range(int(sys.argv[2])):
    plugin.open_editor()  # Returns when the window is closed.
    engine.render(0.1)  # Hands what was changed in the editor back to the plugin.
    print("Width:", plugin.get_parameter_text(indices["Width"]), flush=True)
"""


def shown(screen):
    """The editor's window, once it shows something."""
    window = wait_for("window", lambda: screen.window(TITLE))
    wait_for("picture", lambda: len(np.unique(screen.picture(window))) > 100)
    return window


def place(layout, widget: str) -> tuple[int, int] | None:
    """Middle of a widget in the editor, pixels, as the editor tells it."""
    try:
        told = json.loads(layout.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    left, top, right, bottom = told["widgets"][widget]
    return int((left + right) / 2 * told["scale"]), int((top + bottom) / 2 * told["scale"])


@pytest.mark.skipif(sys.platform != "linux", reason="needs X11")
def test_editor_opens_turns_a_knob_closes_and_opens_again(vst3, tmp_path):
    layout, log = tmp_path / "layout.json", tmp_path / "log"
    with virtual_display() as screen:
        environment = {**screen.environment(), "PROSCENIUM_LAYOUT_DUMP": str(layout), "NICE_LOG": str(log)}
        command = [sys.executable, "-X", "faulthandler", "-c", HOST, vst3, str(OPENINGS)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with subprocess.Popen(command, env=environment, **pipes) as host:
            try:
                for _ in range(OPENINGS):
                    layout.unlink(missing_ok=True)
                    window = shown(screen)
                    knob = wait_for("layout", lambda: place(layout, "knob:width"))
                    left, top, _, _ = screen.place(window)
                    at = left + knob[0], top + knob[1]
                    screen.drag(at, (at[0], at[1] - 40))
                    screen.close(window)
                    wait_for("closing", lambda: window.id not in screen.windows())
                output, _ = host.communicate(timeout=30)
            finally:
                host.kill()
    logged = log.read_text() if log.exists() else ""
    assert host.returncode == 0, output
    assert "panicked" not in output + logged, output + logged
    # 30 ° at first, and further with each drag.
    widths = [float(line.split()[1]) for line in output.splitlines() if line.startswith("Width:")]
    assert len(widths) == OPENINGS and 30.0 < widths[0] and widths == sorted(set(widths)), output
