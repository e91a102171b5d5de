"""The JSON schema of `[tool.oxidist]`, as validate-pyproject takes it from an entry point."""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def tool_schema(tool: str = "oxidist") -> "dict[str, Any]":
    """Keys of [tool.${tool}] in pyproject.toml, and options of all its commands."""
    from oxidist import _core

    schema: dict[str, Any] = json.loads(_core.tool_schema())
    return schema
