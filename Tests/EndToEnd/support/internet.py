"""What HTTPS_PROXY and http_proxy may point at: a proxy that leads hosts by their public names to servers of the tests.

TLS ends here, by a certificate of an authority of the tests, so that a project keeps the addresses that it has in the world.
"""

import fnmatch
import http.client
import os
import shutil
import socket
import ssl
import tempfile
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .certificates import make_authority


class Internet:
    """`hosts` maps patterns of host names to endpoints `http://127.0.0.1:port`; anything else is refused and kept."""

    def __init__(self, hosts):
        self.hosts = {pattern: urllib.parse.urlsplit(endpoint).port for pattern, endpoint in hosts.items()}
        self.asked, self.strangers = set(), set()
        self.directory = tempfile.mkdtemp(prefix="internet-")
        authority = make_authority(
            self.directory, "Cooper Test Internet", ",".join("DNS:" + pattern for pattern in self.hosts))
        self.authority = authority.certificate
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(authority.leaf, authority.leaf_key)
        internet = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_CONNECT(self):
                port = internet.port_of(self.path.rpartition(":")[0])
                if port is None:
                    self.send_error(502)
                    return
                self.connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self.close_connection = True
                try:
                    inside = internet.context.wrap_socket(self.connection, server_side=True)
                    internet.pump(inside, socket.create_connection(("127.0.0.1", port)))
                except OSError:
                    pass

            def forward(self):
                url = urllib.parse.urlsplit(self.path)
                port = internet.port_of(url.hostname)
                if port is None:
                    self.send_error(502)
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                target = url.path + ("?" + url.query if url.query else "")
                upstream.request(self.command, target, body, {k: v for k, v in self.headers.items() if k != "Content-Length"})
                reply = upstream.getresponse()
                data = reply.read()
                self.send_response(reply.status)
                for name, value in reply.getheaders():
                    if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                upstream.close()

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = forward

            def log_message(self, *_):
                pass

        class Listener(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 512

            def handle_error(self, request, client_address):
                pass  # clients cut connections as they like

        self.listener = Listener(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.listener.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def environment(self):
        proxy = f"http://127.0.0.1:{self.listener.server_address[1]}"
        # curl reads the plain one in small letters only.
        return {"HTTPS_PROXY": proxy, "http_proxy": proxy, "NO_PROXY": "127.0.0.1", "SSL_CERT_FILE": self.authority}

    def port_of(self, host):
        for pattern, port in self.hosts.items():
            if fnmatch.fnmatch(host, pattern):
                self.asked.add(pattern)
                return port
        self.strangers.add(host)
        return None

    @staticmethod
    def pump(one, other):
        def copy(source, target):
            try:
                while data := source.recv(65536):
                    target.sendall(data)
            except OSError:
                pass
            finally:
                for end in (source, target):
                    try:
                        end.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass

        back = threading.Thread(target=copy, args=(other, one), daemon=True)
        back.start()
        copy(one, other)
        back.join()
        one.close()
        other.close()

    def stop(self):
        self.listener.shutdown()
        self.listener.server_close()
        shutil.rmtree(self.directory, ignore_errors=True)
