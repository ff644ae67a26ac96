"""What hurt users of other sidebars and managers, and the tests that show how it is in ours.

Each row is one complaint from public issue trackers in a few words, and where its answer is tried:
in a real browser (``ui/``) or on the front end's model (``jest/``). Whoever renames or removes such
a test is told so by this file. The numbers are those of two collections of complaints: about compute
instances (also in ``compute/test_complaints.py``, with what concerns Azure alone), and about
extensions that manage environments and computes.
"""

from __future__ import annotations

import re

import pytest

from .complaints import is_there

COMPLAINTS: list[tuple[str, list[str]]] = [
    (
        "instances 1, extension 7: a creation fails and nobody says why",
        [
            "ui/faults.spec.ts::an instance that could not be created says why, "
            "in Azure\u2019s own words",
            "jest/remarks.spec.ts::is the failure before anything else, "
            "explained where that is possible",
        ],
    ),
    (
        "instances 3, extension 6: start and stop when the state has moved on",
        [
            "ui/faults.spec.ts::a refused start is told with its reason, and the picture stays",
            "ui/live.spec.ts::what one tab or another process does, all tabs show within a "
            "second of its event",
            "ui/opening.spec.ts::a closed panel runs and asks nothing; what is opened is "
            "legible in 250 pixels",
            "ui/access.spec.ts::what Azure may refuse now says so beforehand, and the refusal "
            "can be read to its end",
            "ui/slow.spec.ts::over a slow net it says that it loads, stays usable and does "
            "nothing twice",
            "jest/run.spec.ts::does not begin again what still works or asks",
        ],
    ),
    (
        "instances 4, 14, extension 10: stuck for ever; a set-up script that failed in silence",
        [
            "jest/remarks.spec.ts::gives the next step where one takes too long "
            "or its set-up failed",
        ],
    ),
    (
        "instances 15: running is not reachable; the connection drops",
        [
            "jest/remarks.spec.ts::does not call one ready that does not answer yet",
            "ui/restart.spec.ts::a restart of the server in the middle of operations loses "
            "nothing and needs no reload",
            "ui/live.spec.ts::without an answer of the server the last picture stays and says so",
        ],
    ),
    (
        "instances 6, 7, 8, extension 8: money: no price, no idle stop, no warning before it",
        [
            "ui/create.spec.ts::every option of a new instance reaches Azure",
            "ui/details.spec.ts::the automatic stop is changed in the tab, "
            "as a whole or not at all, and put off",
            "jest/remarks.spec.ts::warns of one that nothing will stop, "
            "whatever schedule is switched off",
            "jest/remarks.spec.ts::says when it will be stopped",
            "jest/view.spec.ts::says money with the digits it needs, "
            "and nothing where nothing is known",
            "ui/here.spec.ts::on an instance: this machine, its price, its coming stop with a "
            "warning, and more time",
            "ui/here.spec.ts::on a laptop: what runs in the workspace, and no machine is this one",
            "ui/everywhere.spec.ts::what runs is among the running things, with a way to stop it",
            "jest/settings.spec.ts::is how long before it is told, and never with 0",
        ],
    ),
    (
        "instances 9, extension 9: quota is found out about too late, and not who holds it",
        [
            "ui/details.spec.ts::the quota says who holds the cores, and leads there",
            "ui/create.spec.ts::every option of a new instance reaches Azure",
            "jest/instancedraft.spec.ts::recommends few, and only what can be had",
        ],
    ),
    (
        "instances 10: a name is refused after minutes",
        [
            "ui/faults.spec.ts::a bad name is refused while typing, "
            "a size that is not there cannot be chosen blindly",
            "jest/instancedraft.spec.ts::proposes a legal name",
        ],
    ),
    (
        "instances 11, 18: whose it is, and who may do what",
        [
            "ui/details.spec.ts::somebody else\u2019s instance is touched only "
            "when its name was typed",
            "ui/roles.spec.ts::an owner may do everything but open what belongs to others",
            "ui/roles.spec.ts::what ${person} may not do says why in every place",
            "ui/roles.spec.ts::who may not stop the instance he works on is told so "
            "among what runs and in the status bar",
            "ui/access.spec.ts::what cannot be done says why, to everybody",
            "ui/roles.spec.ts::a data scientist starts and stops",
            "ui/roles.spec.ts::a compute operator works without seeing workspace, sizes or quota",
        ],
    ),
    (
        "instances 5, extension 11: it cannot be stopped because its disk is full",
        [
            "ui/faults.spec.ts::a full disk that keeps an instance from stopping is told with the way out"
        ],
    ),
    (
        "instances 13: environments are lost with the instance; conda is not found in a script",
        [
            "ui/environments.spec.ts::from a file to its removal: packages with a preview, "
            "export, and who is using it",
            "ui/create.spec.ts::what the server refuses is said at its field, wherever that is "
            "folded away",
        ],
    ),
    (
        "instances 16: no date of creation",
        [
            "ui/details.spec.ts::the automatic stop is changed in the tab, as a whole or not "
            "at all, and put off"
        ],
    ),
    (
        "extension 2, 3: a new kernel does not appear, or is not its environment",
        [
            "ui/journey.spec.ts::a new kernel is made, is in the launcher at once, "
            "and runs in its own environment",
            "jest/model.spec.ts::refreshes kernel specs when another process says that a job ended",
            "ui/everywhere.spec.ts::a terminal opens with an environment activated",
        ],
    ),
    (
        "instances 12, extension 17: images change; the kernel of a notebook is gone",
        [
            "jest/nearest.spec.ts::prefers the same language and like names",
            "ui/everywhere.spec.ts::a notebook whose kernel is gone is offered the nearest one",
            "ui/details.spec.ts::the automatic stop is changed in the tab, as a whole or not "
            "at all, and put off",
        ],
    ),
    (
        "extension 4: no progress, no log, no way to cancel",
        [
            "ui/live.spec.ts::a job goes on over a reload and can be cancelled",
            "jest/view.spec.ts::says how far a job is in real numbers",
        ],
    ),
    (
        "extension 5: an operation is lost when the page or the server is started anew",
        [
            "ui/live.spec.ts::a reload in the middle of an operation loses nothing",
            "ui/restart.spec.ts::a restart of the server in the middle of operations loses nothing "
            "and needs no reload",
            "jest/model.spec.ts::reads everything when the server is another one",
        ],
    ),
    (
        "extension 12: no conda, no workspace, no server: an empty panel",
        [
            "ui/states.spec.ts::without workspace, conda or environment it says how to get one",
            "ui/states.spec.ts::each state says what is the matter, and passes",
            "ui/live.spec.ts::without an answer of the server the last picture stays and says so",
        ],
    ),
    (
        "extension 13: polling load",
        [
            "jest/firstlook.spec.ts::asks nothing until somebody looks",
            "jest/net.spec.ts::reads at once, then once a minute, and nothing when nobody looks",
            "ui/live.spec.ts::a hidden page asks nothing, and is right when it is seen again",
            "ui/opening.spec.ts::a closed panel runs and asks nothing; what is opened is "
            "legible in 250 pixels",
        ],
    ),
    (
        "extension 14: behind a base URL or a hub",
        [
            "ui/faults.spec.ts::all of it behind a base url",
            "jest/api.spec.ts::asks behind the base url and escapes names",
        ],
    ),
    (
        "extension 16: an expired or missing sign-in is a storm of errors",
        [
            "ui/signin.spec.ts::a code is shown with its link, signs in when it is entered, "
            "and another tab follows",
            "ui/roles.spec.ts::with nobody signed in kernels can still be made",
            "jest/model.spec.ts::asks Azure nothing while nobody is signed in",
        ],
    ),
    (
        "extension 18: what must not be lost can be removed",
        [
            "ui/journey.spec.ts::a protected environment shows a lock and its reason, "
            "and cannot be removed",
            "ui/environments.spec.ts::a protected environment shows why it is, "
            "and a snapshot to go back to",
        ],
    ),
    (
        "extension 19, 20: dark theme and accessibility",
        [
            "ui/access.spec.ts::axe-core finds nothing in the panel, a dialog and a menu: ${theme}",
            "ui/access.spec.ts::an instance is stopped and started with the keyboard alone",
            "jest/virtuallist.spec.tsx::moves with the arrow keys and opens with Enter",
            "ui/reader.spec.ts::a screen reader is given every state by roles and names, and "
            "what changes",
        ],
    ),
    (
        "extension 21: not translatable",
        [
            "ui/korean.spec.ts::in Korean, sentences of the server too",
            "jest/translation.spec.ts::holds every message of the sources and of the settings, and no other",
        ],
    ),
    (
        "extension 22: settings in a file instead of a form",
        [
            "ui/create.spec.ts::every option of a new instance reaches Azure",
            "ui/create.spec.ts::what the server refuses is said at its field, "
            "wherever that is folded away",
        ],
    ),
    (
        "extension 24: half installed, or two versions",
        [
            "ui/live.spec.ts::without the server extension it says how to switch it on",
            "jest/model.spec.ts::reads nothing from a server of another version, and says so once",
            "ui/parts.spec.ts::what a site switches off leaves the rest working, without an error",
        ],
    ),
    (
        "lists of hundreds are slow",
        ["ui/many.spec.ts::a thousand instances stay smooth to walk through"],
    ),
]

#: Complaints that no sidebar can answer.
ELSEWHERE = {
    "instances 2": "errors inside of successes are unwrapped by the server",
    "instances 17": "commands of a terminal",
    "extension 1": "the server's loop",
    "extension 15": "who may ask the server at all",
    "extension 23": "kernels on other machines: an instance's own JupyterLab is opened",
}


@pytest.mark.parametrize(("complaint", "answers"), COMPLAINTS, ids=[row for row, _ in COMPLAINTS])
def test_a_complaint_has_its_tests(complaint: str, answers: list[str]) -> None:
    assert answers
    gone = [answer for answer in answers if not is_there(answer)]
    assert not gone, f"{complaint}: renamed or removed"


def test_every_complaint_is_answered_or_no_sidebar_s() -> None:
    answered = set(ELSEWHERE)
    for complaint, _ in COMPLAINTS:
        kind = ""
        for word, number in re.findall(
            r"(instances|extension)?,? ?\b(\d+)", complaint.split(":")[0]
        ):
            kind = word or kind
            answered.add(f"{kind} {number}")
    rows = {f"instances {n}" for n in range(1, 19)} | {f"extension {n}" for n in range(1, 25)}
    assert answered == rows
