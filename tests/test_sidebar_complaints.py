"""What hurt users of other sidebars and managers, and the tests that show how it is in ours.

Each row is one complaint from public issue trackers in a few words, and where its answer is tried:
in a real browser (``ui/``) or on the front end's model (``jest/``). Whoever renames or removes such
a test is told so by this file. What concerns Azure alone stands in ``compute/test_complaints.py``.
"""

from __future__ import annotations

import pytest

from .complaints import is_there

COMPLAINTS: list[tuple[str, list[str]]] = [
    (
        "a creation fails and nobody says why",
        [
            "ui/faults.spec.ts::an instance that could not be created says why, "
            "in Azure\u2019s own words",
            "jest/remarks.spec.ts::is the failure before anything else, "
            "explained where that is possible",
        ],
    ),
    (
        "start and stop when the state has moved on",
        [
            "ui/faults.spec.ts::a refused start is told with its reason, and the picture stays",
            "ui/live.spec.ts::what one tab or another process does, all tabs show within a second of its event",
        ],
    ),
    (
        "stuck for ever; a set-up script that failed in silence",
        [
            "jest/remarks.spec.ts::gives the next step where one takes too long "
            "or its set-up failed",
        ],
    ),
    (
        "running is not reachable",
        ["jest/remarks.spec.ts::does not call one ready that does not answer yet"],
    ),
    (
        "money: no price, no idle stop, no warning before it",
        [
            "ui/create.spec.ts::every option of a new instance reaches Azure",
            "ui/details.spec.ts::the automatic stop is changed in the tab, "
            "as a whole or not at all, and put off",
            "jest/remarks.spec.ts::warns of one that nothing will stop, "
            "whatever schedule is switched off",
            "jest/remarks.spec.ts::says when it will be stopped",
            "jest/view.spec.ts::says money with the digits it needs, "
            "and nothing where nothing is known",
        ],
    ),
    (
        "quota is found out about too late, and not who holds it",
        [
            "ui/details.spec.ts::the quota says who holds the cores, and leads there",
            "ui/create.spec.ts::every option of a new instance reaches Azure",
            "jest/instancedraft.spec.ts::recommends few, and only what can be had",
        ],
    ),
    (
        "a name is refused after minutes",
        [
            "ui/faults.spec.ts::a bad name is refused while typing, "
            "a size that is not there cannot be chosen blindly",
            "jest/instancedraft.spec.ts::proposes a legal name",
        ],
    ),
    (
        "whose it is, and who may do what",
        [
            "ui/details.spec.ts::somebody else\u2019s instance is touched only "
            "when its name was typed",
            "ui/roles.spec.ts::an owner may do everything but open what belongs to others",
            "ui/roles.spec.ts::a reader looks, and every button says what is missing",
            "ui/access.spec.ts::what cannot be done says why, to everybody",
        ],
    ),
    (
        "a new kernel does not appear, or is not its environment",
        [
            "ui/journey.spec.ts::a new kernel is made, is in the launcher at once, "
            "and runs in its own environment",
            "jest/model.spec.ts::refreshes kernel specs when another process says that a job ended",
        ],
    ),
    (
        "the kernel of a notebook is gone",
        ["jest/nearest.spec.ts::prefers the same language and like names"],
    ),
    (
        "no progress, no log, no way to cancel",
        [
            "ui/live.spec.ts::a job goes on over a reload and can be cancelled",
            "jest/view.spec.ts::says how far a job is in real numbers",
        ],
    ),
    (
        "an operation is lost when the page or the server is started anew",
        [
            "ui/live.spec.ts::a reload in the middle of an operation loses nothing",
            "ui/restart.spec.ts::a restart of the server in the middle of operations loses nothing "
            "and needs no reload",
            "jest/model.spec.ts::reads everything when the server is another one",
        ],
    ),
    (
        "no conda, no workspace, no server: an empty panel",
        [
            "ui/states.spec.ts::without workspace, conda or environment it says how to get one",
            "ui/states.spec.ts::each state says what is the matter, and passes",
            "ui/live.spec.ts::without an answer of the server the last picture stays and says so",
        ],
    ),
    (
        "polling load",
        [
            "jest/model.spec.ts::asks nothing until somebody looks",
            "jest/net.spec.ts::reads at once, then once a minute, and nothing when nobody looks",
        ],
    ),
    (
        "behind a base URL or a hub",
        [
            "ui/faults.spec.ts::all of it behind a base url",
            "jest/api.spec.ts::asks behind the base url and escapes names",
        ],
    ),
    (
        "an expired or missing sign-in is a storm of errors",
        [
            "ui/signin.spec.ts::a code is shown with its link, signs in when it is entered, "
            "and another tab follows",
            "ui/roles.spec.ts::with nobody signed in kernels can still be made",
            "jest/model.spec.ts::asks Azure nothing while nobody is signed in",
        ],
    ),
    (
        "what must not be lost can be removed",
        [
            "ui/journey.spec.ts::a protected environment shows a lock and its reason, "
            "and cannot be removed",
            "ui/environments.spec.ts::a protected environment shows why it is, "
            "and a kept state to go back to",
        ],
    ),
    (
        "dark theme and accessibility",
        [
            "ui/access.spec.ts::axe-core finds nothing in the panel, a dialog and a menu: ${theme}",
            "ui/access.spec.ts::an instance is stopped and started with the keyboard alone",
            "jest/virtuallist.spec.tsx::moves with the arrow keys and opens with Enter",
        ],
    ),
    (
        "not translatable",
        [
            "ui/access.spec.ts::in Korean",
            "jest/translation.spec.ts::holds every message of the sources, and no other",
        ],
    ),
    (
        "settings in a file instead of a form",
        [
            "ui/create.spec.ts::every option of a new instance reaches Azure",
            "ui/create.spec.ts::what the server refuses is said at its field, "
            "wherever that is folded away",
        ],
    ),
    (
        "half installed, or two versions",
        [
            "ui/live.spec.ts::without the server extension it says how to switch it on",
            "jest/model.spec.ts::reads nothing from a server of another version, and says so once",
        ],
    ),
    (
        "lists of hundreds are slow",
        ["ui/many.spec.ts::a thousand instances stay smooth to walk through"],
    ),
]


@pytest.mark.parametrize(("complaint", "answers"), COMPLAINTS, ids=[row for row, _ in COMPLAINTS])
def test_a_complaint_has_its_tests(complaint: str, answers: list[str]) -> None:
    assert answers
    gone = [answer for answer in answers if not is_there(answer)]
    assert not gone, f"{complaint}: renamed or removed"
