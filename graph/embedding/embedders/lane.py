"""One thread for work that blocks. A question goes before the documents that wait: somebody looks at the screen."""

import asyncio
import itertools
import threading
from collections.abc import Callable
from queue import PriorityQueue
from typing import Any, TypeVar

T = TypeVar("T")

_URGENT, _ORDINARY, _END = 0, 1, 2


class Lane:
    """Starts its thread with the first work; the thread is a daemon and ends with `close` or with the process."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._numbers = itertools.count()
        self._waiting: PriorityQueue[tuple[int, int, Callable[[], None]]] = PriorityQueue()
        self._thread: threading.Thread | None = None

    async def run(self, work: Callable[[], T], *, urgent: bool = False) -> T:
        """What `work` returns or raises; cancelled work that has not begun is left out."""
        loop = asyncio.get_running_loop()
        promise: asyncio.Future[T] = loop.create_future()
        cancelled = threading.Event()

        def done() -> None:
            if cancelled.is_set():
                return
            try:
                result = work()
            except BaseException as error:
                _tell(loop, promise.set_exception, promise, error)
            else:
                _tell(loop, promise.set_result, promise, result)

        self._begin()
        self._waiting.put((_URGENT if urgent else _ORDINARY, next(self._numbers), done))
        try:
            return await promise
        finally:
            cancelled.set()

    def close(self) -> None:
        """Let the thread end after the work that waits."""
        if self._thread is not None:
            self._waiting.put((_END, next(self._numbers), _nothing))
            self._thread = None

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._follow, name=self._name, daemon=True)
            self._thread.start()

    def _follow(self) -> None:
        while True:
            rank, _, work = self._waiting.get()
            if rank == _END:
                return
            work()


def _nothing() -> None:
    """The end has no work."""


def _tell(
    loop: asyncio.AbstractEventLoop, say: Callable[[Any], None], promise: "asyncio.Future[Any]", what: Any
) -> None:
    def tell() -> None:
        if not promise.done():
            say(what)

    if not loop.is_closed():
        loop.call_soon_threadsafe(tell)
