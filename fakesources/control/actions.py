"""What the control plane tells of the server, and what it does to the state, a function a row.

Each is handed what there is to control, and what was asked.
"""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from .. import __version__
from ..core.contract import nearest
from ..core.endpoints import Answer
from ..core.errors import Refused
from . import errors
from .accounts import clear
from .rows import Asked

if TYPE_CHECKING:
    from ..core.states import Snapshot


def index(asked: Asked) -> Answer:
    """Every row."""
    rows = [{"method": row.method, "path": row.path, "says": row.says} for row in asked.plant.rows]
    return Answer(200, {"operations": rows})


def health(asked: Asked) -> Answer:
    """That it is there."""
    return Answer(
        200, {"status": "ok", "server": "fakesources", "version": __version__, "started": asked.plant.started}
    )


def version(_: Asked) -> Answer:
    """What is running."""
    return Answer(200, {"fakesources": __version__, "python": platform.python_version()})


def editions(asked: Asked) -> Answer:
    """What each API speaks, and could."""
    spoken = {}
    for name, service in asked.plant.services.items():
        known = [{"name": edition.name, "says": edition.says} for edition in service.api.editions.values()]
        spoken[name] = {"edition": service.edition.name, "known": known}
    return Answer(200, spoken)


def reset(asked: Asked) -> Answer:
    """Begin anew: everything, or one account with its faults."""
    account, api = asked.query.get("account"), asked.query.get("api")
    if account is None and api is None:
        asked.plant.fake.reset()
        return Answer(200, {"reset": list(asked.plant.services)})
    if account is not None:
        clear(asked.plant.fake.faults, account)
    return Answer(200, {"reset": asked.plant.fake.reset_account(account, api)})


def state(asked: Asked) -> Answer:
    """All of it."""
    return Answer(200, asked.plant.fake.dump())


def load(asked: Asked) -> Answer:
    """Have another one."""
    try:
        asked.plant.fake.load(asked.body)
    except ValueError as error:
        raise Refused(errors.NO_STATE, reason=error) from None
    return Answer(200, {"reset": list(asked.plant.services)})


def save(asked: Asked) -> Answer:
    """Write it to the file."""
    if asked.plant.save is None:
        raise Refused(errors.NO_SAVE_FILE)
    try:
        return Answer(200, {"saved": str(asked.plant.save())})
    except OSError as error:
        raise Refused(errors.NOT_SAVED, reason=error.strerror or error) from None


def snapshots(asked: Asked) -> Answer:
    """Their names."""
    return Answer(200, {"snapshots": list(asked.plant.snapshots)})


def snapshot(asked: Asked) -> Answer:
    """Make one."""
    name = asked.body.get("name") or str(next(asked.plant.numbers))
    asked.plant.snapshots.pop(name, None)
    asked.plant.snapshots[name] = asked.plant.fake.snapshot()
    return Answer(201, {"snapshot": name})


def restore(asked: Asked) -> Answer:
    """Go back to one, or to what it kept of one account."""
    asked.plant.fake.restore(_snapshot(asked), asked.query.get("account"))
    return Answer(200, {"snapshot": asked.path["name"]})


def drop(asked: Asked) -> Answer:
    """Forget one."""
    _snapshot(asked)
    del asked.plant.snapshots[asked.path["name"]]
    return Answer(200, {"snapshot": asked.path["name"]})


def _snapshot(asked: Asked) -> Snapshot:
    name = asked.path["name"]
    if name not in asked.plant.snapshots:
        near = nearest(name, asked.plant.snapshots)
        hint = f"; did you mean {near!r}?" if near else f"; there are {', '.join(asked.plant.snapshots) or 'none'}"
        raise Refused(errors.NO_SUCH_SNAPSHOT, name=name, hint=hint)
    return asked.plant.snapshots[name]
