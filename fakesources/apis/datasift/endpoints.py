"""DataSift's endpoints, a row each."""

from __future__ import annotations

from ...core.contract.api import Endpoint
from . import actions, errors
from .rates import READ_COST, WRITE_COST
from .source_types import names

METHODS = ("GET", "POST", "PUT", "DELETE")
"""Methods that the official clients send; the service accepted nearly every method for every operation."""

MEDIA_TYPES = ("application/json", "application/x-www-form-urlencoded")
"""Media types of request bodies."""


def _methods(documented: str) -> tuple[str, ...]:
    return (documented, *(method for method in METHODS if method != documented))


def _paths(path: str) -> tuple[str, ...]:
    return (f"/<version>/source/{path}", f"/source/{path}")


OPERATIONS = (
    "create", "update", "delete", "get", "log", "start", "stop", "resource/add", "resource/remove", "auth/add", "auth/remove",
)  # fmt: skip
"""Last segments of the path of each operation."""

_TYPED = (errors.MISSING, errors.NOT_VALID, errors.NOT_AMONG, errors.OUT_OF_RANGE)
_ID = (errors.MISSING, errors.NOT_VALID)
_PAGED = (errors.MISSING, errors.NOT_VALID, errors.OUT_OF_RANGE)

ENDPOINTS = (
    Endpoint(
        id="datasift.source.create",
        methods=_methods("POST"),
        documented=("POST",),
        paths=_paths("create"),
        handler=actions.create,
        body_schema="create.request",
        media_types=MEDIA_TYPES,
        discriminator="source_type",
        variants=tuple(names()),
        responses={201: "source"},
        errors=(*_TYPED, errors.INVALID_SOURCE_TYPE),
        cost=WRITE_COST,
        source="sourcecreate-1.6",
        summary="Create a source. It is stopped until it is started.",
    ),
    Endpoint(
        id="datasift.source.update",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("update"),
        handler=actions.update,
        body_schema="update.request",
        media_types=MEDIA_TYPES,
        discriminator="source_type",
        variants=tuple(names()),
        responses={202: "source"},
        errors=(*_TYPED, errors.NOTHING_TO_UPDATE, errors.INVALID_SOURCE_TYPE_ASSUMED, errors.OTHER_SOURCE_TYPE),
        cost=WRITE_COST,
        source="sourceupdate-1.3",
        summary="Change a source's name, switches, resources or tokens; lists are replaced as a whole.",
    ),
    Endpoint(
        id="datasift.source.delete",
        methods=_methods("DELETE"),
        documented=("DELETE",),
        paths=_paths("delete"),
        handler=actions.delete,
        body_schema="delete.request",
        media_types=MEDIA_TYPES,
        responses={204: ""},
        errors=(*_ID, errors.NOTHING_TO_DELETE),
        cost=WRITE_COST,
        source="recorded-1.6",
        summary="Delete a source, running or not.",
    ),
    Endpoint(
        id="datasift.source.get",
        methods=_methods("GET"),
        documented=("GET",),
        paths=_paths("get"),
        handler=actions.get,
        body_schema="get.request",
        responses={200: "source-or-list"},
        errors=(*_PAGED, errors.NO_INSTANCE),
        cost=READ_COST,
        source="sourceget-1.6",
        summary="Get one source by its id, or a page of all sources, newest first.",
    ),
    Endpoint(
        id="datasift.source.log",
        methods=_methods("GET"),
        documented=("GET",),
        paths=_paths("log"),
        handler=actions.log,
        body_schema="log.request",
        responses={200: "log"},
        errors=(errors.MISSING_IN_LOG, errors.NOT_VALID, errors.OUT_OF_RANGE, errors.NOTHING_TO_LOG),
        cost=READ_COST,
        source="sourcelog-1.4",
        summary="Get a page of the log of a source's connection to its third party, newest first.",
    ),
    Endpoint(
        id="datasift.source.start",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("start"),
        handler=actions.start,
        body_schema="id.request",
        media_types=MEDIA_TYPES,
        responses={200: "started"},
        errors=(*_ID, errors.NOTHING_TO_START),
        cost=READ_COST,
        source="sourcestart-1.6",
        summary="Start or restart the delivery of a source's data.",
    ),
    Endpoint(
        id="datasift.source.stop",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("stop"),
        handler=actions.stop,
        body_schema="id.request",
        media_types=MEDIA_TYPES,
        responses={200: "started"},
        errors=(*_ID, errors.NOTHING_TO_STOP),
        cost=READ_COST,
        source="sourcestop-1.6",
        summary="Stop the delivery of a source's data.",
    ),
    Endpoint(
        id="datasift.source.resource.add",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("resource/add"),
        handler=actions.add_resources,
        body_schema="resource.add.request",
        media_types=MEDIA_TYPES,
        variants=tuple(names()),
        responses={200: "source"},
        errors=(*_TYPED, errors.NO_INSTANCE_ASSUMED),
        cost=WRITE_COST,
        source="sourceresourceadd-1.6",
        summary="Add resources to a source.",
    ),
    Endpoint(
        id="datasift.source.resource.remove",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("resource/remove"),
        handler=actions.remove_resources,
        body_schema="resource.remove.request",
        media_types=MEDIA_TYPES,
        responses={200: "source"},
        errors=(*_ID, errors.NO_INSTANCE_ASSUMED),
        cost=WRITE_COST,
        source="sourceresourceremove-1.6",
        summary="Remove resources from a source.",
    ),
    Endpoint(
        id="datasift.source.auth.add",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("auth/add"),
        handler=actions.add_auth,
        body_schema="auth.add.request",
        media_types=MEDIA_TYPES,
        variants=tuple(names()),
        responses={200: "source"},
        errors=(*_ID, errors.NO_INSTANCE_ASSUMED),
        cost=WRITE_COST,
        source="sourceauthadd-1.6",
        summary="Add tokens to a source.",
    ),
    Endpoint(
        id="datasift.source.auth.remove",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("auth/remove"),
        handler=actions.remove_auth,
        body_schema="auth.remove.request",
        media_types=MEDIA_TYPES,
        responses={200: "source"},
        errors=(*_ID, errors.NO_INSTANCE_ASSUMED),
        cost=WRITE_COST,
        source="recorded-1.6",
        summary="Remove tokens from a source.",
    ),
    Endpoint(
        id="datasift.preflight",
        methods=("OPTIONS",),
        documented=("OPTIONS",),
        paths=tuple(path for operation in OPERATIONS for path in _paths(operation)),
        handler=actions.preflight,
        responses={204: ""},
        source="recorded-1.6",
        summary="Answer a browser's preflight: pages of any origin may call.",
        public=True,
    ),
)
