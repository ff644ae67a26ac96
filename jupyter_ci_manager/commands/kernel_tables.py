"""How environments, kernels, packages, previews and jobs are laid out for people."""

import time
from typing import Any, Dict, List

from .answer import Answer, Cell, Facts, Part, Raw, Table
from .wording import bytes_in_words, duration, progress

Json = Dict[str, Any]

_JOB_TONES = {
    "succeeded": "good",
    "running": "busy",
    "cancelling": "busy",
    "failed": "bad",
    "interrupted": "bad",
}


def _health(thing: Json) -> str:
    notes = []
    if thing.get("is_protected"):
        notes.append("protected")
    if thing.get("is_broken"):
        notes.append("broken: " + (thing.get("broken_reason") or "unknown why"))
    return "; ".join(notes)


def environment_list(environments: List[Json]) -> Answer:
    """Lay out the environments of this machine."""
    rows = [
        [
            environment["name"],
            " ".join(filter(None, [environment.get("language"), environment.get("version")])),
            bytes_in_words(environment.get("size_bytes")),
            ", ".join(environment.get("kernels") or []),
            _health(environment),
            environment["prefix"],
        ]
        for environment in environments
    ]
    headings = ["Environment", "Language", "Size>", "Kernels", "State", "Folder"]
    return Answer(environments, Table(headings, rows, empty="There are no conda environments."))


def kernel_list(kernels: List[Json]) -> Answer:
    """Lay out the kernels of this machine."""
    rows = [
        [
            kernel["name"],
            kernel["display_name"],
            kernel.get("language") or "",
            kernel.get("environment") or "",
            _health(kernel) or "works",
        ]
        for kernel in kernels
    ]
    headings = ["Kernel", "Shown as", "Language", "Environment", "State"]
    return Answer(kernels, Table(headings, rows, empty="There are no kernels."))


def kernel_details(kernel: Json, *first: Part) -> Answer:
    """Lay out one kernel."""
    facts = Facts(
        [
            ["Kernel", kernel["name"]],
            ["Shown as", kernel["display_name"]],
            ["Language", kernel.get("language")],
            ["Environment", kernel.get("prefix") or kernel.get("environment")],
            ["State", _health(kernel) or "works"],
        ]
    )
    return Answer(kernel, *first, facts)


_NEAR_REASONS = {
    "same_name": "the same name",
    "former_name": "was called so before",
    "alike_name": "a name like it",
    "same_language": "the same language",
    "same_version": "the same version",
    "packages": "packages",
}


def near_kernels(near: List[Json]) -> Answer:
    """Lay out the kernels that may stand in for a missing one."""
    rows = []
    for entry in near:
        reasons = [_NEAR_REASONS[r] for r in entry["reasons"] if r in _NEAR_REASONS]
        missing = entry.get("missing") or []
        rows.append(
            [
                entry["kernel"]["name"],
                entry["kernel"]["display_name"],
                ", ".join(reasons),
                ", ".join(missing[:8]) + (" ..." if len(missing) > 8 else ""),
            ]
        )
    headings = ["Kernel", "Shown as", "Why", "Lacks"]
    return Answer(near, Table(headings, rows, empty="No kernel here could stand in for it."))


def language_list(languages: List[Json]) -> Answer:
    """Lay out the languages that kernels can be made for."""
    rows = [
        [
            language["name"],
            language["title"],
            ", ".join(language.get("versions") or []),
            ", ".join(language["packages"]),
        ]
        for language in languages
    ]
    return Answer(languages, Table(["Language", "Called", "Versions", "Packages"], rows))


def package_matches(found: Json) -> Answer:
    """Lay out the packages that a search has found."""
    rows = [
        [
            match["name"],
            match["version"],
            bytes_in_words(match.get("size_bytes")),
            match["channel"],
            match.get("summary") or "",
        ]
        for match in found["packages"]
    ]
    headings = ["Package", "Newest", "Size>", "Channel", "Summary"]
    parts: List[Part] = [Table(headings, rows, empty="No package is called so.")]
    if found["total"] > len(rows):
        parts.append("{} of {} matches; --limit shows more.".format(len(rows), found["total"]))
    return Answer(found, *parts)


def package_list(packages: List[Json]) -> Answer:
    """Lay out the packages of an environment."""
    rows = [
        [
            package["name"],
            package["version"],
            "pip" if package.get("source") == "pypi" else package.get("channel") or "",
            "asked for" if package.get("requested") else "",
        ]
        for package in packages
    ]
    return Answer(
        packages, Table(["Package", "Version", "From", ""], rows, empty="It holds no packages.")
    )


def preview(value: Json) -> Answer:
    """Lay out what a request would change."""
    rows = [
        [
            change["name"],
            change.get("before") or "",
            change.get("after") or "(removed)",
            bytes_in_words(change.get("size_bytes")),
        ]
        for change in value.get("changes") or []
    ]
    parts: List[Part] = [
        Table(["Package", "Now", "Then", "Size>"], rows, empty="Nothing would change."),
        "{} by {}: {} to download, {} on disk, {} free.".format(
            value["prefix"],
            value["engine"],
            bytes_in_words(value.get("download_bytes") or 0),
            bytes_in_words(value.get("disk_bytes") or 0),
            bytes_in_words(value.get("free_bytes") or 0),
        ),
    ]
    for problem in value.get("problems") or []:
        words = [problem.get("message"), problem.get("hint")]
        parts.append("Problem: " + " ".join(w for w in words if w))
    return Answer(value, *parts)


def _age(job: Json) -> str:
    if job.get("started") and job.get("ended"):
        return duration(job["ended"] - job["started"])
    return duration(time.time() - (job.get("started") or job["created"]))


def job_list(jobs: List[Json]) -> Answer:
    """Lay out jobs, newest first."""
    rows = [
        [
            job["id"],
            job["title"],
            Cell(job["state"], _JOB_TONES.get(job["state"], "off")),
            " ".join(filter(None, [job.get("phase"), progress(job.get("progress") or {})]))
            if job["state"] in ("running", "queued", "cancelling")
            else "",
            _age(job),
        ]
        for job in jobs
    ]
    headings = ["Job", "What", "State", "Phase", "Took>"]
    return Answer(jobs, Table(headings, rows, empty="There are no jobs."))


def job_details(job: Json, *first: Part) -> Answer:
    """Lay out one job."""
    error = job.get("error") or {}
    facts = Facts(
        [
            ["Job", job["id"]],
            ["What", job["title"]],
            ["State", Cell(job["state"], _JOB_TONES.get(job["state"], "off"))],
            ["Phase", job.get("phase")],
            ["Progress", progress(job.get("progress") or {})],
            ["Took", _age(job)],
            ["Last line", job.get("last_line")],
            ["Error", " ".join(w for w in [error.get("message"), error.get("hint")] if w)],
        ]
    )
    return Answer(job, *first, facts)


def job_log(events: List[Json]) -> Answer:
    """Lay out a job's log: its phases and the lines it wrote."""
    lines = []
    for event in events:
        if event["kind"] == "phase":
            lines.append("== {} ==".format(event.get("phase")))
        elif event["kind"] == "log":
            lines.append(event.get("text") or "")
        elif event["kind"] == "error":
            lines.append((event.get("data") or {}).get("message") or event.get("text") or "")
        elif event["kind"] == "ended":
            lines.append("== {} ==".format(event.get("state")))
    return Answer(events, Raw("\n".join(lines)))
