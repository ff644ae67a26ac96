"""Refusals in the shape that Azure Resource Manager gives them."""

from __future__ import annotations

from typing import Any


class ArmError(Exception):
    """A refusal that reaches the client as Azure's error envelope."""

    def __init__(
        self,
        status: int,
        code: str | None,
        message: str,
        *,
        target: str | None = None,
        details: list[dict[str, Any]] | None = None,
        additional_info: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Describe the refusal.

        Args:
            status: HTTP status code.
            code: Azure's error code; some of its answers have none.
            message: Azure's sentence.
            target: The property or resource that is wrong.
            details: Further errors, each in the same shape.
            additional_info: Typed extra information, as Azure Policy gives it.
            headers: HTTP headers to send along, such as ``Retry-After``.
        """
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.details = details or []
        self.additional_info = additional_info or []
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Give the error object that stands under ``error`` in the envelope."""
        error: dict[str, Any] = {}
        if self.code is not None:
            error["code"] = self.code
        error["message"] = self.message
        if self.target is not None:
            error["target"] = self.target
        if self.details:
            error["details"] = self.details
        if self.additional_info:
            error["additionalInfo"] = self.additional_info
        return error


def bad_request(message: str, target: str | None = None, code: str = "UserError") -> ArmError:
    """Give the refusal that the service answers for a wrong value in a well-formed request."""
    return ArmError(400, code, message, target=target)


def invalid_content(message: str, target: str | None = None) -> ArmError:
    """Give Resource Manager's refusal of a body that cannot be read."""
    return ArmError(
        400,
        "InvalidRequestContent",
        f"The request content was invalid and could not be deserialized: '{message}'.",
        target=target,
    )


def not_found(kind: str, name: str, group: str) -> ArmError:
    """Give Resource Manager's 404 for a resource that a group does not hold."""
    return ArmError(
        404,
        "ResourceNotFound",
        f"The Resource 'Microsoft.MachineLearningServices/{kind}/{name}' under resource group "
        f"'{group}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
    )


def conflict(message: str) -> ArmError:
    """Give the refusal of an operation while another one is running."""
    return ArmError(409, "Conflict", message)


def version_without(kind: str, version: str, having: list[str]) -> ArmError:
    """Give the refusal of an action at an api-version that does not have it."""
    return ArmError(
        400,
        "NoRegisteredProviderFound",
        f"No registered resource provider found for API version '{version}' for type '{kind}'. "
        f"The supported api-versions are '{', '.join(having)}'.",
    )
