"""A receiver as one writes it with Python: the raw body is verified, then parsed. The port is told on stdout."""

import hashlib
import hmac
import http.server
import json
import os

SECRET = os.environ["SECRET"].encode()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        expected = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        right = hmac.compare_digest(expected, self.headers.get("X-Webhook-Signature", ""))
        if right:
            json.loads(body)
        self.send_response(200 if right else 401)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
