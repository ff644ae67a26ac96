"""The status of an instance, as ``get_status()`` gives it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from .exceptions import ComputeTargetException


def parse_time(text: Any) -> datetime | None:
    """Read one of Azure's times, with its zone; ``None`` when there is none."""
    if not isinstance(text, str) or not text:
        return None
    from dateutil import parser

    try:
        return parser.parse(text)
    except (ValueError, OverflowError):
        return None


class ComputeInstanceStatus:
    """What Azure says of an instance at one moment. Times have a zone.

    Parameters
    ----------
    creation_time, modified_time:
        When it was made, and last changed.
    created_by_user_name, created_by_user_id, created_by_user_org:
        Who made it.
    errors:
        What went wrong, if anything did.
    state:
        Azure's own word, such as ``Running``.
    vm_size:
        Its VM size.
    """

    def __init__(
        self,
        creation_time: datetime | None,
        created_by_user_name: str | None,
        created_by_user_id: str | None,
        created_by_user_org: str | None,
        errors: list[Any] | None,
        modified_time: datetime | None,
        state: str | None,
        vm_size: str | None,
    ) -> None:
        self.creation_time = creation_time
        self.created_by_user_name = created_by_user_name
        self.created_by_user_id = created_by_user_id
        self.created_by_user_org = created_by_user_org
        self.errors = errors
        self.modified_time = modified_time
        self.state = state
        self.vm_size = vm_size

    def serialize(self) -> dict[str, Any]:
        """Give it as a dictionary; times as ISO text."""
        return {
            "errors": self.errors,
            "creationTime": self.creation_time.isoformat() if self.creation_time else None,
            "createdBy": {
                "userObjectId": self.created_by_user_id,
                "userTenantId": self.created_by_user_org,
                "userName": self.created_by_user_name,
            },
            "modifiedTime": self.modified_time.isoformat() if self.modified_time else None,
            "state": self.state,
            "vmSize": self.vm_size,
        }

    @staticmethod
    def deserialize(object_dict: dict[str, Any]) -> ComputeInstanceStatus:
        """Read it from the ``properties`` of Azure's answer.

        Raises
        ------
        ComputeTargetException
            That is no dictionary.
        """
        if not isinstance(object_dict, dict):
            raise ComputeTargetException("Invalid status: it is no dictionary.")
        inner = object_dict.get("properties") or {}
        creator = inner.get("createdBy") or {}
        return ComputeInstanceStatus(
            parse_time(object_dict.get("createdOn")),
            creator.get("userName"),
            creator.get("userId"),
            creator.get("userOrgId"),
            inner.get("errors"),
            parse_time(object_dict.get("modifiedOn")),
            inner.get("state"),
            inner.get("vmSize"),
        )

    def __repr__(self) -> str:
        return json.dumps(self.serialize(), indent=2)
