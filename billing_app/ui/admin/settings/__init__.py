"""The settings of the workspace: a small hub, and a page for each kind of them."""
