# The peer service in Python with opentelemetry-distro: `opentelemetry-instrument python service.py`.

from urllib.parse import parse_qs
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args):
        pass


def app(environ, start_response):
    url = parse_qs(environ["QUERY_STRING"])["next"][0]
    with urlopen(url) as upstream:
        body = upstream.read()
    start_response("200 OK", [("content-length", str(len(body)))])
    return [body]


server = make_server("127.0.0.1", 0, OpenTelemetryMiddleware(app), handler_class=QuietHandler)
print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
