"""Serve the sample pages to a browser as the product would, with its policy and its files."""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import django_htmx
from django.conf import settings

import servicedesk
from servicedesk.pages import assets
from servicedesk.pages.brand_colour import STYLESHEET, colour_shown

STATIC = Path(servicedesk.__file__).parent / "static"
FOLDERS = (STATIC, Path(django_htmx.__file__).parent / "static")


def policy() -> str:
    """Return the product's content security policy as a header."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def build() -> None:
    """Build stylesheet, icons and fonts, if they changed."""
    wanted = assets.assets(
        css_folder=STATIC / "css", template_folders=[Path(settings.BASE_DIR) / "templates"]
    )
    assets.build(wanted=wanted, into=STATIC / "build")


def made_for(path: str, pages: dict[str, str]) -> tuple[bytes, str] | None:
    """Return what stands at a path that is no file, and its kind; None where a file may be."""
    if path == "live":
        # The stream ends at once; a browser asks again by itself.
        event = b'retry: 300\nevent: change\ndata: {"type": "case", "id": 7}\n\n'
        return event, "text/event-stream"
    if path.startswith("agent/known/"):
        # The part that the page of a case loads by itself.
        return b'<section id="known"></section>', "text/html; charset=utf-8"
    if path in pages:
        return pages[path].encode(), "text/html; charset=utf-8"
    if path.startswith("colour/"):
        colour = colour_shown(path.removeprefix("colour/").removesuffix(".css"))
        return STYLESHEET.format(colour).encode(), "text/css; charset=utf-8"
    return None


@contextmanager
def serving(pages: dict[str, str]) -> Iterator[str]:
    """Serve pages (name to HTML) and static files on loopback while inside; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0].strip("/")
            if (made := made_for(path, pages)) is not None:
                self.answer(*made)
                return
            inside = path.removeprefix("static/")
            found = next((one / inside for one in FOLDERS if (one / inside).is_file()), None)
            if found is None or not path.startswith("static/"):
                self.send_error(404)
                return
            kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
            self.answer(found.read_bytes(), kind)

        def answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", policy())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
