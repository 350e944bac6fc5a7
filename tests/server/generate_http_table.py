"""Script that writes http_table.json: answers of the installed Node.js to every raw request of `http_cases`.

python tests/server/generate_http_table.py
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Any

from http_cases import cases

HERE = Path(__file__).parent
TABLE = HERE / "http_table.json"


def node_answers(names: Collection[str], quiet_ms: int = 500) -> dict[str, Any]:
    """Return the versions of Node.js and llhttp, and the answers by case, which end after `quiet_ms` without a byte."""
    node = shutil.which("node")
    assert node is not None, "node: expected a command on the path, got none"
    requests = json.dumps(
        {name: [part.decode("latin-1") for part in parts] for name, parts in cases().items() if name in names}
    )
    process = subprocess.run(
        [node, str(HERE / "node_answers.mjs")],
        input=requests,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env={**os.environ, "QUIET_MS": str(quiet_ms)},
    )
    answers: dict[str, Any] = json.loads(process.stdout)
    return answers


def main() -> None:
    """Write the table, one case per line."""
    results = node_answers(cases(), 2_000)
    lines = [f"  {json.dumps(name)}: {json.dumps(results['answers'][name])}" for name in cases()]
    head = f'{{"versions": {json.dumps(results["versions"])}, "answers": {{\n'
    TABLE.write_text(head + ",\n".join(lines) + "\n}}\n", "utf-8")


if __name__ == "__main__":
    main()
