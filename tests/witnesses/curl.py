"""What `send --curl` prints, a POSIX shell and curl send: the same request line, headers and body as `send` itself."""

import socket
import subprocess
import sys
import threading

BINARY = sys.argv[1]


class Receiver:
    """Keeps each request as it came, and answers 204."""

    def __init__(self):
        self.requests = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            stream, _ = self.listener.accept()
            data = b""
            while b"\r\n\r\n" not in data:
                data += stream.recv(65536)
            head, body = data.split(b"\r\n\r\n", 1)
            lines = head.split(b"\r\n")
            headers = sorted((name.lower(), value.strip()) for name, value in (line.split(b":", 1) for line in lines[1:]))
            length = int(dict(headers)[b"content-length"])
            while len(body) < length:
                body += stream.recv(65536)
            self.requests.append((lines[0], headers, body))
            stream.sendall(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
            stream.close()


receiver = Receiver()
base = f"http://127.0.0.1:{receiver.port}"
shapes = ["optin", "blog-optin", "sale", "sale:several", "tag-added", "tag-removed", "webinar", "course", "bundle", "campaign", "page", "link"]
cases = [([shape], "/hook") for shape in shapes] + [
    (["link", "--set", "contact.first_name=it's \"$HOME\" `id` \\ ! % é"], "/a%20b?key=it's&list[]={1,2}"),
    (["tag-added", "--set", "tag.name=", "-H", "X-Key: $HOME 'x' \"y\"", "-H", "Accept: */*", "-H", "user-agent: me"], "/"),
    (["page", "-H", "Content-Type:", "-H", "User-Agent:", "--timeout", "2.5s"], "/"),
]
for arguments, path in cases:
    command = [BINARY, "send", *arguments, "--seed", "9", "--to", base + path]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    printed = subprocess.run([*command, "--curl"], check=True, capture_output=True, text=True, timeout=60).stdout
    # The proxies of the environment must not matter.
    subprocess.run(["sh", "-c", printed], check=True, capture_output=True, timeout=60, env={"PATH": "/usr/bin:/bin", "http_proxy": "http://127.0.0.1:1"})
    ours, curls = receiver.requests[-2:]
    if ours != curls:
        sys.exit(f"{arguments}: curl sent something else\nours: {ours}\ncurl: {curls}")
if len(receiver.requests) != 2 * len(cases):
    sys.exit(f"{len(receiver.requests)} requests for {len(cases)} cases")
print(f"curl sends the same {len(cases)} requests")
