"""The site of a run on the loopback address."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from lib.base.settings import Settings
from lib.show.site import build


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def server(run: Settings, port: int) -> ThreadingHTTPServer:
    """A server of the run's site that nobody but this machine can reach; port 0 takes any.

    Raises RuntimeError if something else listens there.
    """
    handler = partial(Quiet, directory=str(build.folder(run)))
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise RuntimeError(f"PORT={port} cannot be ({error.strerror}): pass another") from error


def forever(settings: Settings, port: int) -> None:
    """Bring the site up to date and show it until the user presses Ctrl-C."""
    build.update(settings)
    with server(build.check(settings), port) as served:
        print(f"http://127.0.0.1:{served.server_port}/ until you press Ctrl-C", flush=True)
        try:
            served.serve_forever()
        except KeyboardInterrupt:
            print()
