"""Exchanges and violations as JSON; every secret in them is masked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..core.carriers import Unreadable, is_json, json_of, media_type, pairs_of, text_of
from ..core.contract import MASK, Violation, masked
from ..core.curl import hidden, hidden_headers, masked_url
from ..core.journal import Exchange
from ..core.messages import Pairs

if TYPE_CHECKING:
    from ..core.calls import Service

_FORM = "application/x-www-form-urlencoded"
_FACTS = ("rule", "api", "operation", "at", "got", "expected", "says", "page", "nearest", "side")


def violation(found: Violation, service: Service | None) -> dict[str, Any]:
    """A violation of a call of `service`; its secrets were masked when it was recorded."""
    return {
        **{name: getattr(found, name) for name in _FACTS},
        "account": account(found.account, service) if service is not None else found.account,
        "time": time(found.time),
        "exchange": found.exchange,
        "test": found.test,
    }


def time(seconds: float) -> str:
    """A time of the fake's as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def exchange(kept: Exchange, service: Service, *, bodies: bool = True) -> dict[str, Any]:
    """An exchange: the request as sent and as parsed, and the response; both bodies are left out unless asked for."""
    secrets = service.api.secrets
    sent, reply = kept.sent, kept.reply
    made = {
        "number": kept.number,
        "at": time(kept.at),
        "api": kept.api,
        "operation": kept.operation,
        "account": account(kept.account, service),
        "method": sent.method,
        "url": masked_url(sent, secrets),
        "headers": _headers(sent.headers, secrets),
        "params": masked(dict(kept.params), secrets),
        "status": reply.status,
        "answer_headers": _headers(reply.headers, secrets),
        "refusal": kept.refusal,
        "violations": [violation(found, service) for found in kept.violations],
    }
    if bodies:
        made["body"] = _text(sent.body, media_type(sent.header("content-type")), secrets)
        made["answer"] = _value(reply.body, media_type(reply.header("content-type")), secrets)
    return made


def account(name: str, service: Service) -> str:
    """An account's name; masked where the API knows its customers by their keys alone."""
    return MASK if name and service.api.keyed and not service.credentials else name


def _headers(pairs: Pairs, secrets: frozenset[str]) -> list[list[str]]:
    return [list(pair) for pair in hidden_headers(pairs, secrets)]


def _text(body: bytes, media: str, secrets: frozenset[str]) -> str:
    """A body as text, as far as it can be read; one that cannot be searched for secrets is not shown."""
    if not body:
        return ""
    try:
        text = text_of(body)
        if media == _FORM:
            return "&".join(f"{name}={value}" for name, value in hidden(pairs_of(text), secrets))
        return json.dumps(masked(json_of(text), secrets), ensure_ascii=False)
    except Unreadable:
        return f"({len(body)} bytes that cannot be read)"


def _value(body: bytes, media: str, secrets: frozenset[str]) -> Any:
    if not body:
        return None
    return masked(json.loads(body), secrets) if is_json(media) else _text(body, media, secrets)
