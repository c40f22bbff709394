"""Receivers as integrators write them, in three languages, verify what `send` signs: every event is accepted, and what is not as it was signed refused."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time

BINARY = sys.argv[1]
HERE = pathlib.Path(__file__).parent / "receivers"
SECRET = "s3crêt with / and spaces "
ENVIRONMENT = {**os.environ, "SECRET": SECRET}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nothing listens on {port}")


def started(language):
    """A receiver and its port."""
    if language == "PHP":
        port = free_port()
        command = ["php", "-n", "-S", f"127.0.0.1:{port}", str(HERE / "php.php")]
        receiver = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    else:
        command = ["node", str(HERE / "node.mjs")] if language == "Node" else [sys.executable, str(HERE / "python.py")]
        receiver = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        port = int(receiver.stdout.readline())
    wait_for(port)
    return receiver, port


def statuses(port, *arguments):
    command = [BINARY, "send", "all", "--sender", "settings", "--to", f"http://127.0.0.1:{port}/", "--json", "--quiet", "--seed", "6", "--count", "2"]
    # What was expected is quiet: nothing is.
    output = subprocess.run([*command, "--expect", "599", *arguments], capture_output=True, text=True, timeout=120).stdout
    lines = [json.loads(line) for line in output.splitlines()]
    return [line["status"] for line in lines if line["type"] == "sent"]


for language in ["Node", "Python", "PHP"]:
    receiver, port = started(language)
    try:
        cases = {
            "signed": (["--secret", SECRET], 200),
            "with another secret": (["--secret", SECRET.strip()], 401),
            "unsigned": (["--secret", SECRET, "-H", "X-Webhook-Signature:"], 401),
            "with the signature of another body": (["--secret", SECRET, "-H", "X-Webhook-Signature: " + "0" * 64], 401),
        }
        for what, (arguments, wanted) in cases.items():
            met = statuses(port, *arguments)
            if met != [wanted] * 24:
                sys.exit(f"{language}, {what}: {met}")
    finally:
        receiver.kill()
        receiver.wait()
print("receivers in Node, Python and PHP accept what is signed, and nothing else")
