"""Reads a configuration: TOML file, environment, flags. Every wrong setting names its key and what would be right.

Defaults < TOML file < `BRUSHFIRE__SECTION__KEY` < flags. `BRUSHFIRE__SECTION__KEY_FILE` reads a secret from a file.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from detectors.severity import LIMITS, Policy
from stream.config import SECRETS, Config, Platform
from stream.errors import ConfigError
from stream.events.mention import BRAND_ID, PLATFORMS
from stream.events.rules import broken_rule, did_you_mean, rules_of

PREFIX = "BRUSHFIRE__"

Tree = dict[str, Any]


def load(path: Path | None, environ: Mapping[str, str], flags: Mapping[str, Any] | None = None) -> Config:
    """Read the configuration. `flags` are `{"section.key": value}`. Raises `ConfigError`."""
    tree = _read_toml(path) if path is not None else {}
    for name, text in sorted(environ.items()):
        if name.startswith(PREFIX):
            _put(tree, *_from_environment(name, text))
    for key, value in (flags or {}).items():
        if value is not None:
            _put(tree, key.split("."), value)
    return _to_config(tree)


def shown(config: Config) -> Tree:
    """The whole configuration as plain values, secrets masked."""
    tree: Tree = msgspec.to_builtins(config)
    for key in SECRETS:
        if tree["kafka"].get(key):
            tree["kafka"][key] = "***"
    del tree["policy_is_set"]
    if tree["calibration"] is None:
        del tree["calibration"]
    tree["brands"].update(tree["brands"].pop("policies"))
    return tree


def _read_toml(path: Path) -> Tree:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"is not TOML: {error}") from None


def _from_environment(name: str, text: str) -> tuple[list[str], str]:
    keys = name.removeprefix(PREFIX).lower().split("__")
    if keys[-1].endswith("_file") and keys[-1] not in rules_of(Config):
        keys[-1] = keys[-1].removesuffix("_file")
        try:
            text = Path(text).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise ConfigError(name, "names a file that cannot be read") from None
        if not text:
            raise ConfigError(name, "names a file that is empty")
    return keys, text


def _put(tree: Tree, keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        tree = tree.setdefault(key, {})
        if not isinstance(tree, dict):
            raise ConfigError(".".join(keys), "is set below a key that is not a section")
    tree[keys[-1]] = value


def _to_config(tree: Tree) -> Config:
    tree = {**tree, "brands": _split_brands(tree.get("brands", {}))}
    tree["policy_is_set"] = bool(tree.get("policy"))
    if isinstance(tree.get("policy"), dict):
        tree["policy"] = _with_own_limits(tree["policy"])
    _refuse_unknown(tree, Config, "")
    if isinstance(tree.get("platforms"), dict):
        tree["platforms"] = {name: _platform(name, own) for name, own in tree["platforms"].items()}
    config: Config = _convert(tree, Config, "")
    _check_rule(config.policy, config.time.window_seconds, "policy")
    for brand_id, own in config.brands.policies.items():
        key = f"brands.{brand_id}"
        if not BRAND_ID.fullmatch(brand_id):
            raise ConfigError(key, f"a brand's name must match {BRAND_ID.pattern}")
        _refuse_unknown(own, Policy, key)
        own.update(_with_own_limits(own))
        policy = _convert({**dataclasses.asdict(config.policy), **own}, Policy, key)
        _check_rule(policy, config.time.window_seconds, key)
        own.update({name: getattr(policy, name) for name in own})
    return config


def _check_rule(policy: Policy, window_seconds: int, key: str) -> None:
    """An own rule that looks at less than a window would never see anybody."""
    if policy.times_usual and policy.times_usual_seconds < window_seconds:
        raise ConfigError(f"{key}.times_usual_seconds", f"needs to be at least time.window_seconds, {window_seconds}")


def _with_own_limits(own: Tree) -> Tree:
    """Whoever sets a limit means it: it is not learned then, unless the rate that it is learned from is set as well."""
    return {"target_false_opens_per_week": 0.0, **own} if own.keys() & set(LIMITS) else own


def _platform(name: str, own: Any) -> Platform:
    key = f"platforms.{name}"
    if name not in PLATFORMS:
        raise ConfigError(key, f"is no platform{did_you_mean(name, PLATFORMS)}")
    if isinstance(own, dict):
        _refuse_unknown(own, Platform, key)
    platform: Platform = _convert(own, Platform, key)
    return platform


def _split_brands(section: Any) -> Any:
    """`[brands]` holds both its own keys and one table a brand."""
    if not isinstance(section, dict):
        return section
    tables = {key: value for key, value in section.items() if isinstance(value, dict)}
    return {**{key: value for key, value in section.items() if key not in tables}, "policies": tables}


def _refuse_unknown(tree: Tree, target: Any, key: str) -> None:
    """Unknown keys are errors, at every depth."""
    known = _fields(target)
    for name, value in tree.items():
        path = f"{key}.{name}".lstrip(".")
        if name not in known:
            raise ConfigError(path, f"is no setting{did_you_mean(name, known)}")
        if isinstance(value, dict) and _fields(known[name]):
            _refuse_unknown(value, known[name], path)


def _fields(target: Any) -> dict[str, Any]:
    if isinstance(target, type) and issubclass(target, msgspec.Struct):
        return {field.name: field.type for field in msgspec.structs.fields(target)}
    if isinstance(target, type) and dataclasses.is_dataclass(target):
        return {field.name: field.type for field in dataclasses.fields(target)}
    return {}


def _convert(tree: Any, target: Any, key: str) -> Any:
    try:
        return msgspec.convert(tree, target, strict=False)
    except msgspec.ValidationError as error:
        rules = rules_of(target)
        path, rule = broken_rule(error, rules)
        ours, _, _ = str(error).partition(" - at ")
        section = rules.get(path) == "must be an object" or path == "value"
        where = ".".join(part for part in (key, path) if part and part != "value") or "configuration"
        raise ConfigError(where, ours if section and not ours.startswith("Expected") else rule) from None
