"""Kills a job's process at a chosen moment; on PYTHONPATH only where a test put it there.

``KILL_AT_EVENT=n``: right after the process itself has written its n-th event. ``KILL_AT_FILE=n``:
as soon as that many files stand in ``KILL_PREFIX``. ``KILL_AT_TEXT=word``: right after an event
that holds it. ``KILL_UNDO`` chooses the process that undoes.
"""

import os
import signal
import sys

_words = getattr(sys, "orig_argv", [])
if "jupyter_ci_manager.jobs.runner" in _words and (
    ("--undo" in _words) == bool(os.environ.get("KILL_UNDO"))
):

    def _die():
        os.kill(os.getpid(), signal.SIGKILL)

    if os.environ.get("KILL_AT_EVENT") or os.environ.get("KILL_AT_TEXT"):
        _left = int(os.environ.get("KILL_AT_EVENT", "0"))
        _text = os.environ.get("KILL_AT_TEXT", "").encode()
        _write = os.write

        def _counting(fd, data):
            global _left
            done = _write(fd, data)
            if data.startswith(b'{"kind"'):
                _left -= 1
                if _left == 0 or (_text and _text in data):
                    _die()
            return done

        os.write = _counting

    if os.environ.get("KILL_AT_FILE"):
        import threading

        def _watch():
            wanted, prefix = int(os.environ["KILL_AT_FILE"]), os.environ["KILL_PREFIX"]
            while sum(len(names) for _, _, names in os.walk(prefix)) < wanted:
                pass
            _die()

        threading.Thread(target=_watch, daemon=True).start()
