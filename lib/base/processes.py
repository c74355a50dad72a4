"""Processes beside this one, all of which Ctrl-C ends."""

import logging
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress


@contextmanager
def pool(n: int | None = None) -> Iterator[ProcessPoolExecutor]:
    """A pool of n processes (default: one a core); a worker itself leaves Ctrl-C alone."""
    ignore = (signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(n, initializer=signal.signal, initargs=ignore) as workers:
        try:
            yield workers
        except KeyboardInterrupt:
            threading.excepthook = lambda _: None  # the pool's own thread misses its workers
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise


def interruptible(call: Callable, *arguments: object, **named: object) -> object:
    """Call in a thread a function that would take Ctrl-C for itself; it ends what that started."""
    import psutil  # `make help` runs before anything is installed

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(call, *arguments, **named)
        try:
            return running.result()
        except KeyboardInterrupt:
            logging.disable()  # the caller's libraries would tell of the processes that end
            while not running.done():
                for child in psutil.Process().children(recursive=True):
                    with suppress(psutil.NoSuchProcess):
                        child.kill()
                wait([running], timeout=0.1)
            raise
