# environment.sh PYTHON REQUIREMENTS: make .venv if it is missing, and install into it.
# Without bytecode, which Python writes on first use: that is a third of pip's time.
set -eu

command -v "$1" >/dev/null || {
    echo "There is no $1 here. Install Python 3.11 or newer, or name it: make demo PYTHON=…" >&2
    exit 2
}
"$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "$("$1" --version) is too old: Quittance needs 3.11 or newer. Name one: make demo PYTHON=…" >&2
    exit 2
}
"$1" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "$1 cannot make environments. On Debian and Ubuntu, install python3-venv." >&2
    exit 2
}
if [ ! -x .venv/bin/pip ]; then
    echo "Creating an environment in .venv…"
    "$1" -m venv --clear .venv
fi
echo "Installing $2, about 30 s…"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r "$2"
