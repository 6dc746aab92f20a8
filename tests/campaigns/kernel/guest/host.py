"""What the guest asks of the host: start and kill the simulator, its back door, keep a text."""

import json
import os
import socket

# The host in qemu's user network.
HOST = "10.0.2.2"
LIMIT_S = 40


def start(*options):
    """Start the simulator anew with these options."""
    _ask("start", options=options)


def kill():
    """End the simulator as a failure of its mains would."""
    _ask("kill")


def save(name, text):
    """Keep a text beside the results."""
    _ask("save", name=name, text=text)


def put(path, body):
    """Change something at the simulator's back door."""
    _ask("backdoor", method="PUT", path=path, body=body)


def delete(path):
    """Take something back at the simulator's back door."""
    _ask("backdoor", method="DELETE", path=path, body={})


def _ask(do, **more):
    with socket.create_connection((HOST, int(os.environ["EAR_PORT"])), timeout=LIMIT_S) as line:
        line.sendall(json.dumps({"do": do, **more}).encode())
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as answer:
            told = json.loads(answer.read())
    if "error" in told:
        raise RuntimeError(f"host: {told['error']}")
