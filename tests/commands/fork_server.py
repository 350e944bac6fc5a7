"""Process that has imported the commands of fakesources and forks one process for each command that tests run.

A forked command is a process of its own, with its own signals, files, environment and exit code; only the interpreter's
start and the imports are saved, which are most of the time of a short command.

Run as: python fork_server.py SOCKET. Each message on the socket is a JSON object with the arguments, the environment and
the working directory of a command, and three or four file descriptors: a socket, standard output, standard error, and
standard input. The command's id and then its exit code are sent on that socket.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import socket
import sys
from importlib import import_module

MESSAGE_LIMIT = 1 << 20


def become(message: bytes, files: list[int]) -> None:
    """Turn this process into the command of a message."""
    request = json.loads(message)
    for number, file in zip((1, 2, 0), files, strict=True):
        os.dup2(file, number)
        os.close(file)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv[1:] = request["arguments"]
    sys.path[0] = request["folder"]
    runpy.run_module("fakesources", run_name="__main__", alter_sys=True)


def serve(requests: socket.socket) -> None:
    """Fork a command for each message, until the socket is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, files, _, _ = socket.recv_fds(requests, MESSAGE_LIMIT, 4)
        if not message:
            return
        if not os.fork():
            break
        for file in files:
            os.close(file)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    requests.close()
    child = os.fork()
    if not child:
        os.close(files[0])
        become(message, files[1:])
    for file in files[1:]:
        os.close(file)
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    with socket.socket(fileno=files[0]) as state:
        state.send(str(child).encode())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        state.send(str(code).encode())
    os._exit(0)


if __name__ == "__main__":
    for name in (
        "commands.serve",
        "commands.run",
        "commands.check",
        "commands.openapi",
        "commands.rules",
        "server.loop",
    ):
        import_module(f"fakesources.{name}")
    import_module("fakesources").FakeSources()  # imports the APIs
    gc.freeze()  # so that no command looks for garbage among what it has inherited
    serve(socket.socket(fileno=int(sys.argv[1])))
