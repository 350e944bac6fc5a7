"""Exchanges and violations as JSON; every secret in them is masked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..core.contract.validation import Violation
from ..core.engine.exchanges import Exchange
from ..core.http.masking import MASK, mask_body, mask_headers, mask_url, mask_value
from ..core.http.messages import Pairs
from ..core.http.parsing import is_json, media_type

if TYPE_CHECKING:
    from ..core.contract.call import Service

_FACTS = ("rule", "api", "operation", "path", "actual", "expected", "message", "source", "suggestion", "side")


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
    sent, reply = kept.raw_request, kept.response
    made = {
        "number": kept.number,
        "at": time(kept.time),
        "api": kept.api,
        "operation": kept.operation,
        "account": account(kept.account, service),
        "method": sent.method,
        "url": mask_url(sent.url, secrets),
        "headers": _headers(sent.headers, secrets),
        "params": mask_value(dict(kept.params), secrets),
        "status": reply.status,
        "answer_headers": _headers(reply.headers, secrets),
        "refusal": kept.error,
        "violations": [violation(found, service) for found in kept.violations],
    }
    if bodies:
        made["body"] = mask_body(sent.body, sent.header("content-type"), secrets)
        made["answer"] = _value(reply.body, reply.header("content-type"), secrets)
    return made


def account(name: str, service: Service) -> str:
    """An account's name; masked where the API knows its customers by their keys alone."""
    return MASK if name and service.api.accounts_by_key and not service.credentials else name


def _headers(pairs: Pairs, secrets: frozenset[str]) -> list[list[str]]:
    return [list(pair) for pair in mask_headers(pairs, secrets)]


def _value(body: bytes, content_type: str | None, secrets: frozenset[str]) -> Any:
    if not body:
        return None
    if is_json(media_type(content_type)):
        return mask_value(json.loads(body), secrets)
    return mask_body(body, content_type, secrets)
