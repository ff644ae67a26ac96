"""Azure's states of an instance, by what they mean."""

from __future__ import annotations

#: States in which something is going on.
TRANSITIONS = frozenset(
    {
        "Creating",
        "Deleting",
        "Restarting",
        "Resizing",
        "SettingUp",
        "Starting",
        "Stopping",
        "UserSettingUp",
        "Updating",
    }
)
#: States in which the machine runs and costs money.
RUNNING = frozenset({"Running", "JobRunning"})
#: The machine is up and costs money, though setting it up failed.
FAILED_SETUP = frozenset({"SetupFailed", "UserSetupFailed"})
#: A machine is there, so computing is billed; Azure names no state in which it is up for nothing.
BILLED = (
    RUNNING | FAILED_SETUP | {"SettingUp", "UserSettingUp", "Restarting", "Stopping", "Unusable"}
)
#: There is no machine.
NOT_BILLED = frozenset({"Stopped", "CreateFailed"})
