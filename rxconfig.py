"""How Reflex builds and runs the pages. What differs per installation is in config.py."""

import reflex as rx

from billing_app.serving.plugin import OriginRelativeSocket

config = rx.Config(
    app_name="billing_app",
    plugins=[OriginRelativeSocket()],
    disable_plugins=[rx.plugins.SitemapPlugin],
    # One worker and no pickles: what a page shows is loaded again after a restart, and
    # nothing a person saw is left on a disk.
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    # The server replaces this by PUBLIC_URL. Reflex reads both `*` and an empty list as
    # "everybody", so the value without a server is an origin that no page can have.
    cors_allowed_origins=["https://nobody.invalid"],
    backend_host="127.0.0.1",
    default_color_mode="system",
    frontend_compression_formats=["brotli", "gzip"],
    show_built_with_reflex=False,
    telemetry_enabled=False,
    loglevel=rx.constants.LogLevel.WARNING,
)
