"""X servers in memory, with a window manager, a pointer and pictures."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import numpy as np
from Xlib import X, Xatom, display
from Xlib.error import BadWindow
from Xlib.ext import xtest
from Xlib.protocol import event

SIZE = (1600, 1200)
PATIENCE_SECONDS = 30


def wait_for(what: str, find: Callable):
    """What `find` returns once that is true."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := find():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not after {PATIENCE_SECONDS} s")


class Display:
    """A connection to a running server."""

    def __init__(self, name: str):
        self.name = name
        self.connection = display.Display(name)
        self.root = self.connection.screen().root

    def environment(self) -> dict[str, str]:
        """Of programs that open their windows here."""
        return {**os.environ, "DISPLAY": self.name}

    def has_window_manager(self) -> bool:
        return self.root.get_full_property(self.connection.intern_atom("_NET_SUPPORTING_WM_CHECK"), X.AnyPropertyType)

    def windows(self) -> dict[int, str]:
        """Titles of the windows of all programs, as the window manager lists them."""
        clients = self.root.get_full_property(self.connection.intern_atom("_NET_CLIENT_LIST"), X.AnyPropertyType)
        titles = {}
        for key in clients.value if clients else []:
            try:
                title = self.resource(key).get_full_property(Xatom.WM_NAME, X.AnyPropertyType)
            except BadWindow:  # It has gone since.
                continue
            titles[key] = title.value.decode() if title else ""
        return titles

    def window(self, title: str):
        """The window of that title, or None."""
        return next((self.resource(key) for key, known in self.windows().items() if known == title), None)

    def resource(self, key: int):
        return self.connection.create_resource_object("window", key)

    def place(self, window) -> tuple[int, int, int, int]:
        """Left, top, width, height of a window on the screen."""
        corner, size = window.translate_coords(self.root, 0, 0), window.get_geometry()
        return -corner.x, -corner.y, size.width, size.height

    def picture(self, window) -> np.ndarray:
        """What the screen shows where a window is: a colour per pixel."""
        image = self.root.get_image(*self.place(window), X.ZPixmap, 0xFFFFFFFF)
        return np.frombuffer(image.data, np.uint32) & 0xFFFFFF

    def drag(self, begin: tuple[int, int], end: tuple[int, int], steps: int = 12):
        """The left button, from one place on the screen to another."""

        def fake(*what, **where):
            xtest.fake_input(self.connection, *what, **where)
            self.connection.sync()
            time.sleep(0.03)

        fake(X.MotionNotify, x=begin[0], y=begin[1])
        fake(X.ButtonPress, 1)
        for step in range(1, steps + 1):
            x, y = ((a * (steps - step) + b * step) // steps for a, b in zip(begin, end, strict=True))
            fake(X.MotionNotify, x=x, y=y)
        fake(X.ButtonRelease, 1)

    def close(self, window):
        """Asks the program to close its window, as the button in its frame does."""
        delete, protocols = (self.connection.intern_atom(name) for name in ("WM_DELETE_WINDOW", "WM_PROTOCOLS"))
        message = event.ClientMessage(window=window, client_type=protocols, data=(32, [delete, X.CurrentTime, 0, 0, 0]))
        window.send_event(message)
        self.connection.sync()


@contextmanager
def running(command: list[str], **options) -> Iterator[subprocess.Popen]:
    """A program that ends with the block."""
    if not shutil.which(command[0]):
        raise RuntimeError(f"{command[0]} is missing (Debian package {command[0].lower()})")
    program = subprocess.Popen(command, stderr=subprocess.DEVNULL, text=True, **options)
    try:
        yield program
    finally:
        program.terminate()
        program.wait()


@contextmanager
def virtual_display() -> Iterator[Display]:
    """A server of one's own with a window manager, both of which end with the block."""
    screen = f"{SIZE[0]}x{SIZE[1]}x24"
    xvfb = ["Xvfb", "-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
    with ExitStack() as stack:
        server = stack.enter_context(running(xvfb, stdout=subprocess.PIPE))
        number = server.stdout.readline().strip()
        assert number, "Xvfb did not start"
        screen = Display(f":{number}")
        stack.callback(screen.connection.close)
        stack.enter_context(running(["openbox", "--sm-disable"], env=screen.environment()))
        wait_for("window manager", screen.has_window_manager)
        yield screen
