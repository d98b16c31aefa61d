"""A small server that speaks the Messages API over a real socket, for tests."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def message(text, **more):
    """What the API answers to a good request."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 90, "output_tokens": 6},
        **more,
    }


class Api:
    """The server's answer to come, and the requests that it got."""

    def __init__(self):
        self.requests = []
        self.status = 200
        self.body = json.dumps(message("VPN MFA phone")).encode()
        self.content_type = "application/json"
        self.before = lambda: None  # runs before the answer is sent
        self.released = threading.Event()
        self.url = ""

    def says(self, text, **more):
        self.body = json.dumps(message(text, **more)).encode()

    @property
    def sent(self):
        """The description of the session in the only request."""
        (request,) = self.requests
        (said,) = request["body"]["messages"]
        return json.loads(said["content"])


@contextmanager
def serving():
    """The server, on a free port, until the block ends."""
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            api.requests.append({"path": self.path, "headers": headers, "body": body})
            api.before()
            try:
                self.send_response(api.status)
                self.send_header("Content-Type", api.content_type)
                self.send_header("Content-Length", str(len(api.body)))
                self.end_headers()
                self.wfile.write(api.body)
            except OSError:
                pass  # the client has given up

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield api
    finally:
        api.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
