"""The rule of each field in words: for the messages of refusals and for the reference pages."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from msgspec import inspect

TIME_RULE = "must be an RFC 3339 time with Z or an offset"

_AT = re.compile(r".* - at `\$\.?(.*)`$", re.DOTALL)
_ITEM = re.compile(r"\[\d+\]")
_MISSING = re.compile(r"^Object missing required field `([A-Za-z0-9_]+)`")


def rules_of(struct: type) -> dict[str, str]:
    """`{path: rule}` of every field of a wire type, nested ones with dots; `...` stands for a key, `[...]` for an item."""
    rules: dict[str, str] = {}
    _walk(inspect.type_info(struct), "", rules)
    return rules


def broken_rule(error: Exception, rules: dict[str, str]) -> tuple[str, str]:
    """`(path, rule)` that an msgspec validation error is about. Its own text is not used: it may quote the value."""
    message = str(error)
    at = _AT.match(message)  # the last one: a value that is quoted before it may hold another
    path = at.group(1) if at else ""
    missing = _MISSING.match(message)
    if missing:
        return f"{path}.{missing.group(1)}".lstrip("."), "is required"
    return path or "value", rules.get(
        _ITEM.sub("[...]", path), "must be a JSON object" if not path else "has the wrong type"
    )


def _walk(info: Any, path: str, rules: dict[str, str]) -> None:
    if isinstance(info, inspect.UnionType):
        for option in info.types:
            if not isinstance(option, inspect.NoneType):
                _walk(option, path, rules)
        return
    if path:
        rules[path] = f"must be {describe(info)}"
    if isinstance(info, inspect.StructType | inspect.DataclassType):
        for member in info.fields:
            _walk(member.type, f"{path}.{member.encode_name}".lstrip("."), rules)
    elif isinstance(info, inspect.ListType | inspect.VarTupleType):
        _walk(info.item_type, f"{path}[...]", rules)
    elif isinstance(info, inspect.DictType):
        _walk(info.value_type, f"{path}[...]", rules)


def describe(info: Any) -> str:
    """A type in words: 'a number from -1 to 1'."""
    if isinstance(info, inspect.UnionType):
        return " or ".join(describe(option) for option in info.types if not isinstance(option, inspect.NoneType))
    if isinstance(info, inspect.IntType | inspect.FloatType):
        return ("a whole number" if isinstance(info, inspect.IntType) else "a number") + _range(info)
    if isinstance(info, inspect.StrType):
        return _text(info)
    if isinstance(info, inspect.LiteralType):
        return "one of: " + ", ".join(str(value) for value in info.values)
    if isinstance(info, inspect.ListType | inspect.VarTupleType):
        return f"a list, each {describe(info.item_type)}"
    return _PLAIN.get(type(info).__name__, "JSON")


_PLAIN = {
    "BoolType": "true or false",
    "DateTimeType": TIME_RULE.removeprefix("must be "),
    "DataclassType": "an object",
    "DictType": "an object",
    "StructType": "an object",
}


def _range(info: Any) -> str:
    if info.ge is not None and info.le is not None:
        return f" from {_number(info.ge)} to {_number(info.le)}"
    bounds = (("over", info.gt), ("of at least", info.ge), ("below", info.lt), ("of at most", info.le))
    said = [f" {words} {_number(bound)}" for words, bound in bounds if bound is not None]
    return " and".join(said)


def _number(bound: float) -> str:
    if bound != int(bound):
        return f"{bound:g}"
    return f"{int(bound):,}" if bound >= 1_000_000 else str(int(bound))


def _text(info: Any) -> str:
    if info.pattern is not None:
        return f"text that matches {info.pattern}"
    if info.max_length is None:
        return "text"
    if info.min_length:
        return f"text of {info.min_length} to {info.max_length} characters"
    return f"text of at most {info.max_length} characters"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint to append to a message about an unknown name; empty where nothing is close."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
