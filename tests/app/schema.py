"""The part of JSON Schema that Perform's own description uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether ``value`` is what ``schema`` describes. ValueError for a word of JSON Schema that is not known here."""
    unknown = set(schema) - set(RULES) - {"description", "additionalProperties", "required", "examples", "title"}
    if unknown:
        raise ValueError(f"{sorted(unknown)} is not checked")
    if isinstance(value, Mapping) and not _members_fit(schema, value):
        return False
    return all(rule(schema[name], value) for name, rule in RULES.items() if name in schema)


def _members_fit(schema: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    unknown = set(value) - set(schema.get("properties", {}))
    closed = schema.get("additionalProperties") is False
    return set(schema.get("required", [])) <= set(value) and not (closed and unknown)


def _is(kind: str, value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "null": value is None,
        "array": isinstance(value, list),
        "object": isinstance(value, Mapping),
        "number": number,
        "integer": number and value == int(value),
    }[kind]


RULES: Mapping[str, Any] = {
    "type": _is,
    "anyOf": lambda schemas, value: any(fits(schema, value) for schema in schemas),
    "enum": lambda names, value: value in names,
    "minimum": lambda low, value: not _is("number", value) or value >= low,
    "maximum": lambda high, value: not _is("number", value) or value <= high,
    "pattern": lambda pattern, value: not isinstance(value, str) or re.search(pattern, value) is not None,
    "items": lambda schema, value: not isinstance(value, list) or all(fits(schema, item) for item in value),
    "minItems": lambda least, value: not isinstance(value, list) or len(value) >= least,
    "maxItems": lambda most, value: not isinstance(value, list) or len(value) <= most,
    "properties": lambda schemas, value: (
        not isinstance(value, Mapping)
        or all(fits(schemas[name], item) for name, item in value.items() if name in schemas)
    ),
}
"""A word of JSON Schema -> whether a value fits what the schema says by it."""
