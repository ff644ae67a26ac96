"""How states, money, times and sizes are said: the same words in every face."""

import calendar
import re
import time
from typing import Any, Dict, Optional

_STATES = {
    "SettingUp": "Setting up",
    "UserSettingUp": "Running the setup script",
    "UserSetupFailed": "Setup script failed",
    "JobRunning": "Running a job",
    "Unknown": "Unknown",
    "Unusable": "Unusable",
}

#: Azure's states in which something is under way.
TRANSIENT = frozenset(
    {
        "Creating",
        "SettingUp",
        "UserSettingUp",
        "Starting",
        "Stopping",
        "Restarting",
        "Resizing",
        "Deleting",
    }
)
RUNNING = frozenset({"Running", "JobRunning"})
_FAILED = frozenset({"Unusable", "Unknown"})


def is_failed(state: str) -> bool:
    """Tell whether a state means that something went wrong and nothing more will happen."""
    return state.endswith("Failed") or state in _FAILED


def state_in_words(state: Optional[str]) -> str:
    """Say a state as words: ``CreateFailed`` becomes ``Create failed``."""
    if not state:
        return "Unknown"
    if state in _STATES:
        return _STATES[state]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", state).split()
    return " ".join([words[0]] + [word.lower() for word in words[1:]])


def tone_of(state: Optional[str]) -> str:
    """Give the tone in which a state is shown: ``good``, ``busy``, ``off`` or ``bad``."""
    if not state or is_failed(state):
        return "bad"
    if state in RUNNING:
        return "good"
    if state in TRANSIENT:
        return "busy"
    return "off"


def money_per_hour(amount: Optional[float]) -> str:
    """Say a list price per hour, in US dollars; nothing when it is not known."""
    return "" if amount is None else f"{money(amount)}/h"


def money(amount: Optional[float]) -> str:
    """Say an amount in US dollars; nothing when it is not known."""
    return "" if amount is None else "${:.{}f}".format(amount, 3 if 0 < amount < 0.1 else 2)


def duration(seconds: float) -> str:
    """Say a span of time with its two largest units: ``3 h 12 min``."""
    whole = max(0, int(seconds))
    days, rest = divmod(whole, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, secs = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min"
    return f"{secs} s"


def seconds_since_epoch(stamp: Optional[str]) -> Optional[float]:
    """Read an RFC 3339 time; ``None`` when there is none or it cannot be read."""
    match = re.match(
        r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?(Z|z|[+-]\d\d:?\d\d)?$", stamp or ""
    )
    if not match:
        return None
    parsed = time.strptime(match.group(1) + " " + match.group(2), "%Y-%m-%d %H:%M:%S")
    seconds = float(calendar.timegm(parsed))
    zone = match.group(4)
    if zone and zone not in "Zz":
        sign = 1 if zone[0] == "+" else -1
        digits = zone[1:].replace(":", "")
        seconds -= sign * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)
    return seconds


def age(stamp: Optional[str], now: Optional[float] = None) -> str:
    """Say how long ago an RFC 3339 time was; nothing when it is not known."""
    then = seconds_since_epoch(stamp)
    if then is None:
        return ""
    return duration((time.time() if now is None else now) - then)


def local_time(stamp: Optional[str]) -> str:
    """Say an RFC 3339 time in this machine's own time zone."""
    then = seconds_since_epoch(stamp)
    if then is None:
        return ""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(then))


def bytes_in_words(count: Optional[float]) -> str:
    """Say a number of bytes with a fitting unit."""
    if count is None:
        return ""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return ("{:.0f} {}" if value >= 10 or unit == "B" else "{:.1f} {}").format(value, unit)
        value /= 1000
    return ""


def number(value: float) -> str:
    """Say a number without needless digits."""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"


def progress(event: Dict[str, Any]) -> str:
    """Say a job's progress in real units: ``31 of 50 packages``; nothing when there is none."""
    done, total, unit = event.get("done"), event.get("total"), event.get("unit") or ""
    if done is None:
        return ""
    if unit == "bytes":
        said = bytes_in_words(done)
        return said + (" of " + bytes_in_words(total) if total else "")
    said = number(done) + (" of " + number(total) if total else "")
    return (said + " " + unit).strip()
