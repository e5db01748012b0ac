"""A remote recogniser with a local one behind it: what fails there is written here."""

import http.client
import logging
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from .openai_client import RemoteFailed
from .pcm import RATE, Samples
from .scribe import Recogniser, Recognition

logger = logging.getLogger(__name__)

_FAILURES = (RemoteFailed, OSError, http.client.HTTPException, ValueError)
FIRST_PROBE_S = 5.0
LAST_PROBE_S = 60.0
"""A server that failed is asked again after five seconds, then after twice as long each time, up to this."""


class Fallback:
    """Asks `first` while it answers as it should, otherwise `second`; goes back when a probe succeeds.

    A probe is a short recording of silence, sent beside the work: no utterance waits for it.
    """

    def __init__(self, first: Recogniser, second: Recogniser, reason: str = "") -> None:
        self.first, self.second = first, second
        self.engine = second.engine if reason else first.engine
        self.reason = reason
        """Why the second one writes now; empty while the first one does."""
        self.changed: Callable[[], None] = lambda: None
        """Called from any thread when another one writes from now on."""
        self._lock = threading.Lock()
        self._probe_at = 0.0
        self._pause_s = FIRST_PROBE_S
        self._probing: threading.Thread | None = None

    @property
    def failing(self) -> bool:
        """Whether the second one writes."""
        return bool(self.reason)

    def recognise(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """Write down one utterance, by whoever can; raises what the second one raises."""
        if not self.failing:
            try:
                found = self.first.recognise(audio, language, hot_words)
            except _FAILURES as error:
                self._leave(error)
            else:
                self.engine = self.first.engine
                return found
        else:
            self._look()
        found = self.second.recognise(audio, language, hot_words)
        self.engine = self.second.engine
        return found

    def _leave(self, error: Exception) -> None:
        logger.warning("the speech server failed: %s", type(error).__name__)
        with self._lock:
            self.reason = f"the speech server fails: {str(error)[:120] or type(error).__name__}"
            self._pause_s = FIRST_PROBE_S
            self._probe_at = time.monotonic() + self._pause_s
        self.changed()

    def _look(self) -> None:
        with self._lock:
            if self._probing is not None or time.monotonic() < self._probe_at:
                return
            self._probing = threading.Thread(target=self._probe, name="speech-probe", daemon=True)
        self._probing.start()

    def _probe(self) -> None:
        try:
            self.first.recognise(np.zeros(RATE // 2, np.float32), "zh", ())
        except _FAILURES as error:
            logger.info("the speech server still fails: %s", type(error).__name__)
            with self._lock:
                self._pause_s = min(2 * self._pause_s, LAST_PROBE_S)
                self._probe_at = time.monotonic() + self._pause_s
                self._probing = None
            return
        with self._lock:
            self.reason = ""
            self._probing = None
        self.changed()
