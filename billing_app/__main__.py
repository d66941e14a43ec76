"""``python -m billing_app``."""

import sys
from importlib.util import find_spec

_WRONG_PYTHON = (
    "This Python lacks what Quittance needs. Run `.venv/bin/python -m billing_app` in its folder,"
    " after `make demo` or the steps of the README have made .venv."
)

if __name__ == "__main__":
    if find_spec("sqlmodel") is None:
        print(_WRONG_PYTHON, file=sys.stderr)
        sys.exit(2)
    from billing_app.cli import main

    sys.exit(main())
