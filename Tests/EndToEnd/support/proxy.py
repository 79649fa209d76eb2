"""A proxy in front of an S3 endpoint that keeps the Host header, records every request and injects faults.

Host is signed, and the client signs the proxy's own address; the server behind verifies what the client sent, so
forwarding the header as it came keeps signatures right.
"""

import http.client
import socket
import ssl
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Exchange:
    """One request, and the status that the client was given (None when the connection was cut)."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes
    connection: int
    at: float
    status: int = None
    fault: str = None
    #: The beginning of what the client was answered.
    reply: bytes = b""

    @property
    def bucket(self):
        return urllib.parse.unquote(self.path.lstrip("/").split("/", 1)[0])

    @property
    def operation(self):
        """`GET ?cors`, `PUT bucket`, `GET service`, `PUT object` or `POST GetCallerIdentity`."""
        action = urllib.parse.parse_qs(self.body.decode("latin-1")).get("Action") if self.method == "POST" else None
        action = action or self.query.get("Action")
        if action:
            return f"{self.method} {action[0]}"
        parts = self.path.lstrip("/").split("/", 1)
        paging = {"list-type", "max-keys", "prefix", "continuation-token", "max-buckets", "delimiter", "x-id"}
        marks = [name for name in self.query if name not in paging]
        if not parts[0]:
            return f"{self.method} service"
        if len(parts) > 1 and parts[1]:
            return f"{self.method} object"
        if marks:
            return f"{self.method} ?{marks[0]}"
        return f"{self.method} {'list' if self.query else 'bucket'}"

    @property
    def is_write(self):
        return self.method not in ("GET", "HEAD") and not self.operation.startswith("POST Get")


@dataclass
class Fault:
    """What to do to the next `times` requests whose operation is `operation` (or for which it returns true)."""

    kind: str
    operation: object = None
    times: int = 1_000_000
    status: int = 503
    code: str = "SlowDown"
    seconds: float = 1.0
    body: bytes = b""
    size: int = 100 * 1024 * 1024
    headers: dict = field(default_factory=dict)
    bucket: str = None

    def hits(self, exchange):
        if self.times <= 0 or (self.bucket is not None and exchange.bucket != self.bucket):
            return False
        if callable(self.operation):
            return self.operation(exchange)
        return self.operation is None or exchange.operation == self.operation


class RecordingProxy:
    """Listens on a free loopback port; `upstream` is `http://host:port`. With `context` it speaks TLS."""

    def __init__(self, upstream, context=None):
        self.upstream = urllib.parse.urlsplit(upstream)
        self.exchanges = []
        self.faults = []
        #: (exchange, status, body) -> body, for what the server behind gets wrong and a test isn't about.
        self.mend = lambda exchange, status, body: body
        self.connections = 0
        self.in_flight = self.most_in_flight = 0
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        proxy = self

        class Handler(_Handler):
            owner = proxy

        class Listener(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 512

            def handle_error(self, request, client_address):
                pass  # clients may cut connections as they like

        self.listener = Listener(("127.0.0.1", 0), Handler)
        if context is not None:
            self.listener.socket = context.wrap_socket(self.listener.socket, server_side=True)
        self.port = self.listener.server_address[1]
        self.endpoint = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.listener.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def inject(self, kind, operation=None, **more):
        """Kinds: dropBefore, dropAfter, status, slow, truncate, wrongRoot, huge, body."""
        # A name of another form would never be met, and the test would count on luck.
        assert operation is None or callable(operation) or " " in operation, operation
        fault = Fault(kind, operation, **more)
        with self.lock:
            self.faults.append(fault)
        return fault

    def clear(self):
        with self.lock:
            self.exchanges, self.faults = [], []
            self.connections = 0
            self.most_in_flight = 0

    @property
    def operations(self):
        with self.lock:
            return [exchange.operation for exchange in self.exchanges]

    @property
    def writes(self):
        with self.lock:
            return [exchange for exchange in self.exchanges if exchange.is_write]

    def stop(self):
        self.stopped.set()
        self.listener.shutdown()
        self.listener.server_close()
        self.thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    owner = None

    def setup(self):
        super().setup()
        self.forwarder = None
        with self.owner.lock:
            self.owner.connections += 1
            self.number = self.owner.connections

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass
        if self.forwarder:
            self.forwarder.close()

    def log_message(self, *_):
        pass

    def handle_expect_100(self):
        return super().handle_expect_100()

    def _serve(self):
        owner = self.owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = urllib.parse.urlsplit(self.path)
        exchange = Exchange(
            method=self.command,
            path=target.path,
            query=urllib.parse.parse_qs(target.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            connection=self.number,
            at=time.monotonic(),
        )
        with owner.lock:
            owner.exchanges.append(exchange)
            owner.in_flight += 1
            owner.most_in_flight = max(owner.most_in_flight, owner.in_flight)
            fault = next((f for f in owner.faults if f.hits(exchange)), None)
            if fault:
                fault.times -= 1
                exchange.fault = fault.kind
        try:
            self._answer(exchange, fault)
        finally:
            with owner.lock:
                owner.in_flight -= 1

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _serve

    def _answer(self, exchange, fault):
        kind = fault.kind if fault else None
        if kind == "dropBefore":
            return self._cut()
        if kind == "status":
            text = (
                '<?xml version="1.0" encoding="UTF-8"?>\n'
                f"<Error><Code>{fault.code}</Code><Message>injected</Message><RequestId>injected</RequestId></Error>"
            ).encode()
            return self._reply(exchange, fault.status, {"Content-Type": "application/xml", **fault.headers}, text)
        if kind == "wrongRoot":
            text = b'<?xml version="1.0"?><html><body>Welcome to the hotel network</body></html>'
            return self._reply(exchange, 200, {"Content-Type": "application/xml"}, text)
        if kind == "body":
            return self._reply(exchange, fault.status, fault.headers, fault.body)
        if kind == "huge":
            return self._huge(exchange, fault.size)
        if kind == "slow":
            # A proxy that is stopped meanwhile forwards no more: the server belongs to the next test by then.
            if self.owner.stopped.wait(fault.seconds):
                return self._cut()
        status, headers, body = self._forward(exchange)
        body = self.owner.mend(exchange, status, body)
        if kind == "dropAfter":
            return self._cut()
        if kind == "truncate":
            exchange.status = status
            self._head(status, headers, len(body) + 64)
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            return self._cut()
        self._reply(exchange, status, headers, body)

    def _forward(self, exchange):
        if exchange.headers.get("transfer-encoding"):
            raise OSError("a chunked request: Cooper never sends one")
        for attempt in (1, 2):
            fresh = self.forwarder is None
            if fresh:
                self.forwarder = http.client.HTTPConnection(
                    self.owner.upstream.hostname, self.owner.upstream.port, timeout=60
                )
            try:
                self.forwarder.putrequest(exchange.method, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() not in ("connection", "expect"):
                        self.forwarder.putheader(name, value)
                self.forwarder.endheaders(exchange.body or None)
                reply = self.forwarder.getresponse()
                body = reply.read()
                headers = dict(reply.getheaders())
                if reply.will_close:
                    self.forwarder.close()
                    self.forwarder = None
                return reply.status, headers, body
            except (http.client.HTTPException, OSError):
                self.forwarder.close()
                self.forwarder = None
                # A kept connection that the server closed meanwhile; a fresh one that fails is an answer.
                if fresh or attempt == 2:
                    return 502, {}, b""

    def _reply(self, exchange, status, headers, body):
        exchange.status, exchange.reply = status, body[:4096]
        self._head(status, headers, len(body))
        if exchange.method != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def _head(self, status, headers, length):
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _huge(self, exchange, size):
        exchange.status = 200
        self._head(200, {"Content-Type": "application/xml"}, size)
        block = b"<x>" + b"a" * 65_533
        try:
            for _ in range(size // len(block)):
                self.wfile.write(block)
        except OSError:
            pass  # the client stopped reading, as it should
        self._cut()

    def _cut(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def server_context(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
