"""What the servers of platforms share: a thread on a free loopback port, strict about everything that is sent."""

import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


class PlatformServer:
    """`answer(request)` gives status and body (JSON, bytes or None); a Refused gives its own."""

    def __init__(self):
        outer = self
        self.log = []
        #: (method, path): before the next such request the session ends, once.
        self.ends_at = None
        self.lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(self.command, self.path, self.headers, self.rfile.read(length))
                with outer.lock:
                    if outer.ends_at == (request.method, request.path):
                        outer.ends_at = None
                        outer.expire()
                    try:
                        status, body = outer.answer(request)
                    except Refused as refused:
                        status, body = refused.status, refused.body
                    outer.log.append((request.method, request.path, status))
                data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                if data:
                    self.send_header("Content-Type", "application/json")
                if status != 204:
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def expire(self):
        """From here on no token that was given is good."""
        raise NotImplementedError

    def writes(self):
        return [entry for entry in self.log if entry[0] != "GET" and not entry[1].startswith(self.sign_in_paths)]

    def sign_ins(self):
        return [entry for entry in self.log if entry[1].startswith(self.sign_in_paths)]

    sign_in_paths = ("/auth/", "/user/", "/v1/auth/")


class Request:
    def __init__(self, method, target, headers, body):
        self.method = method
        path, _, query = target.partition("?")
        self.path = path
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
        self.headers = headers
        self.body = body

    @property
    def json(self):
        if self.headers.get("Content-Type") != "application/json":
            raise Refused(415, {"detail": "no JSON"})
        return json.loads(self.body)

    @property
    def form(self):
        if self.headers.get("Content-Type") != "application/x-www-form-urlencoded":
            raise Refused(415, {"detail": "no form"})
        text = self.body.decode()
        return dict(urllib.parse.parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)))
