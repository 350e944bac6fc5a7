"""YAML as far as cassettes need it: plain data, of bounded depth and bounded size once its aliases are followed.

Needs the extra `yaml`. Ruby's recorder writes an alias for each text it met before, so aliases are allowed; what is
refused is a document that grows by them beyond all reason, or that contains itself.
"""

from __future__ import annotations

from typing import Any

from .entries import Unusable

DEPTH = 64
"""How deep a document may nest."""

_TOO_DEEP = f"is nested more than {DEPTH} levels deep"

NODES = 2_000_000
"""How many values a document may have once every alias is followed."""


def parsed(name: str, text: bytes) -> Any:
    """A YAML document as plain values. Raises Unusable, naming the line where there is one."""
    try:
        import yaml  # late and optional: an extra
    except ImportError:
        raise Unusable(name, "is YAML, and `pyyaml` is not installed: pip install 'fakesources[yaml]'") from None
    kind = _loader(yaml)
    try:
        _shallow(name, yaml.parse(text, Loader=kind))
        loader = kind(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _measured(name, node)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{name}: line {mark.line + 1}, column {mark.column + 1}" if mark else name
        if mark and _flow_depth(text[: mark.index]) > DEPTH:  # newer libraries have a limit of their own
            raise Unusable(f"{name}: line {mark.line + 1}", _TOO_DEEP) from None
        raise Unusable(place, f"is not YAML that can be read: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable(name, f"is not YAML that can be read: {str(error).splitlines()[0]}") from None


def _loader(yaml: Any) -> Any:
    """The safe loader, in C where it was built, that knows Ruby's tag for bytes as well: `!binary` beside `!!binary`."""
    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    kind: Any = type("Loader", (safe,), {})
    kind.add_constructor("!binary", safe.construct_yaml_binary)
    return kind


def _shallow(name: str, events: Any) -> None:
    depth = 0
    for event in events:
        kind = type(event).__name__
        depth += kind.endswith(("SequenceStartEvent", "MappingStartEvent"))
        depth -= kind.endswith(("SequenceEndEvent", "MappingEndEvent"))
        if depth > DEPTH:
            raise Unusable(f"{name}: line {event.start_mark.line + 1}", _TOO_DEEP)


def _flow_depth(text: bytes) -> int:
    """Return how many brackets and braces a text opens without closing them."""
    return text.count(b"[") + text.count(b"{") - text.count(b"]") - text.count(b"}")


def _measured(name: str, root: Any) -> None:
    """How many values a node stands for, each counted once per alias. Raises Unusable beyond the bound."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(node: Any) -> int:
        key = id(node)
        if key in open_nodes:
            raise Unusable(f"{name}: line {node.start_mark.line + 1}", "contains itself by an alias")
        if key not in sizes:
            open_nodes.add(key)
            inner = node.value if isinstance(node.value, list) else []
            parts = [part for item in inner for part in (item if isinstance(item, tuple) else (item,))]
            sizes[key] = 1 + sum(size(part) for part in parts)
            open_nodes.discard(key)
            if sizes[key] > NODES:
                line = node.start_mark.line + 1
                raise Unusable(f"{name}: line {line}", f"stands for more than {NODES} values by its aliases")
        return sizes[key]

    size(root)
