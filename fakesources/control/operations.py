"""The rows of the control plane, in the order in which somebody would want to know of them. Nothing in here acts."""

from __future__ import annotations

from . import actions, arranging, errors, watching
from .rows import ROOT, Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="control.index", method="GET", path=ROOT,
        does=actions.index, gives={200: "index"},
        says="List these rows.",
    ),
    Operation(
        id="control.health", method="GET", path=f"{ROOT}/health",
        does=actions.health, gives={200: "health"},
        says="Tell that the server is there, and which run of it this is.",
    ),
    Operation(
        id="control.version", method="GET", path=f"{ROOT}/version",
        does=actions.version, gives={200: "version"},
        says="Tell what is running.",
    ),
    Operation(
        id="control.editions", method="GET", path=f"{ROOT}/editions",
        does=actions.editions, gives={200: "editions"},
        says="Tell the edition each API speaks, and those there are.",
    ),
    Operation(
        id="control.reset", method="POST", path=f"{ROOT}/reset",
        does=actions.reset, asks="account.query", gives={200: "reset"},
        says="Make everything as new but the violations, or one account with its faults and exchanges alone.",
    ),
    Operation(
        id="control.state.read", method="GET", path=f"{ROOT}/state",
        does=actions.state, gives={200: "state"},
        says="Give the whole state: rows, rate windows, id counters and the clock. Secrets are whole in it.",
    ),
    Operation(
        id="control.state.load", method="PUT", path=f"{ROOT}/state",
        does=actions.load, takes="state", gives={200: "reset"}, refuses=(errors.NO_STATE,),
        says="Have another state in place of this one, all of it or nothing.",
    ),
    Operation(
        id="control.state.save", method="POST", path=f"{ROOT}/state/save",
        does=actions.save, gives={200: "saved"}, refuses=(errors.NO_SAVE_FILE, errors.NOT_SAVED),
        says="Write the state to the file the server was started with, whole or not at all.",
    ),
    Operation(
        id="control.snapshots.list", method="GET", path=f"{ROOT}/snapshots",
        does=actions.snapshots, gives={200: "snapshots"},
        says="List the snapshots.",
    ),
    Operation(
        id="control.snapshots.make", method="POST", path=f"{ROOT}/snapshots",
        does=actions.snapshot, takes="snapshot.request", gives={201: "snapshot"},
        says="Keep rows, rate windows, id counters and the clock as they are now, under a name.",
    ),
    Operation(
        id="control.snapshots.restore", method="POST", path=f"{ROOT}/snapshots/<name>/restore",
        does=actions.restore, asks="owner.query", gives={200: "snapshot"}, refuses=(errors.NO_SUCH_SNAPSHOT,),
        says="Have what a snapshot kept, or what it kept of one account alone.",
    ),
    Operation(
        id="control.snapshots.drop", method="DELETE", path=f"{ROOT}/snapshots/<name>",
        does=actions.drop, gives={200: "snapshot"}, refuses=(errors.NO_SUCH_SNAPSHOT,),
        says="Forget a snapshot.",
    ),
    Operation(
        id="control.journal.read", method="GET", path=f"{ROOT}/journal",
        does=watching.journal, asks="journal.query", gives={200: "journal"}, refuses=(errors.INVALID,),
        says="Give the exchanges that pass the filters; with `wait`, wait until one does.",
    ),
    Operation(
        id="control.violations.read", method="GET", path=f"{ROOT}/violations",
        does=watching.violations, gives={200: "violations"},
        says="Give what was swallowed so far.",
    ),
    Operation(
        id="control.violations.clear", method="DELETE", path=f"{ROOT}/violations",
        does=watching.forgive, gives={200: "cleared"},
        says="Forget what was swallowed so far.",
    ),
    Operation(
        id="control.faults.read", method="GET", path=f"{ROOT}/faults",
        does=arranging.faults, gives={200: "faults"},
        says="Tell what is still to go wrong.",
    ),
    Operation(
        id="control.faults.arrange", method="POST", path=f"{ROOT}/faults",
        does=arranging.arrange, takes="fault.request", gives={201: "fault"},
        refuses=(errors.INVALID, errors.NO_SUCH_FAULT),
        says="Have the next calls of an operation go wrong, everybody's or one account's.",
    ),
    Operation(
        id="control.faults.clear", method="DELETE", path=f"{ROOT}/faults",
        does=arranging.forgo, asks="owner.query", gives={200: "cleared"},
        says="Take back every fault, or one account's, and let go of what is held.",
    ),
    Operation(
        id="control.clock.read", method="GET", path=f"{ROOT}/clock",
        does=arranging.clock, gives={200: "clock"},
        says="Tell where the clock stands.",
    ),
    Operation(
        id="control.clock.move", method="POST", path=f"{ROOT}/clock",
        does=arranging.move, takes="clock.request", gives={200: "clock"}, refuses=(errors.INVALID,),
        says="Put the clock to a time, move it on, stop it or have it follow real time.",
    ),
    Operation(
        id="control.rules.list", method="GET", path=f"{ROOT}/rules",
        does=watching.rules, asks="rules.query", gives={200: "rules"},
        says="List everything that is enforced or emitted, with its page.",
    ),
    Operation(
        id="control.rules.read", method="GET", path=f"{ROOT}/rules/<id>",
        does=watching.rule, gives={200: "rules.of"}, refuses=(errors.NO_SUCH_RULE,),
        says="Tell one rule.",
    ),
)  # fmt: skip
