"""What stands between a client and a server of HTTP, and lets their exchange end as it is told to."""

import http.client
import http.server
import threading


class Front:
    """Passes requests on to the server at a URL. `ending` says what becomes of a response: `pass`, `hang` (the client waits for it
    until it gives up), or `die` (the connection ends). With `fail`, no request reaches the server."""

    def __init__(self, url):
        self.ending = "pass"
        front, host = self, url.removeprefix("http://")

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                self.close_connection = True
                if front.ending == "fail":
                    return self.send_error(503)
                server = http.client.HTTPConnection(host, timeout=30)
                server.request("POST", self.path, body, dict(self.headers))
                response = server.getresponse()
                answer = response.read()
                server.close()
                if front.ending == "hang":
                    # Comes back when the client gives up: it sends nothing more.
                    self.rfile.read(1)
                elif front.ending == "pass":
                    self.send_response(response.status)
                    self.send_header("content-length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, *_message):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
