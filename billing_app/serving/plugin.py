"""The one change we make to what Reflex builds."""

from __future__ import annotations

import re
from typing import Any

from reflex_base.plugins import Plugin

_BAKED_IN = re.compile(r"""[`"'](?P<scheme>ws|http)://localhost:\d+(?P<path>/[^`"']*)[`"']""")


class OriginRelativeSocket(Plugin):
    """Lets one build serve any host, port and scheme.

    Reflex bakes `ws://localhost:8000` into the scripts. The page's own origin is right
    everywhere, behind a TLS proxy too.
    """

    def post_build(self, **context: Any) -> None:
        """Rewrite the addresses, before Reflex compresses the files."""
        scripts = list((context["static_dir"] / "assets").glob("reflex-env-*.js"))
        for script in scripts:
            script.write_text(origin_relative(script.read_text()))
        if not scripts:
            raise RuntimeError("This version of Reflex keeps the socket's address elsewhere.")


def origin_relative(javascript: str) -> str:
    """The same script, with each address on localhost taken from the page's origin."""

    def replacement(found: re.Match[str]) -> str:
        secure = '.replace(/^http/,"ws")' if found["scheme"] == "ws" else ""
        return f'(location.origin{secure}+"{found["path"]}")'

    changed, count = _BAKED_IN.subn(replacement, javascript)
    if not count:
        raise RuntimeError("This version of Reflex writes the socket's address differently.")
    return changed
