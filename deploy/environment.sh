# Sourced by the scripts in this folder: finds Python, creates .venv and sets $python to its
# interpreter. Set PYTHON to choose the Python that creates it.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        if [ -n "$candidate" ] && "$candidate" -c \
            'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "TG_BOT_RAG needs Python 3.11, 3.12 or 3.13, and none is here." \
        "On Debian and Ubuntu: sudo apt install python3 python3-venv" >&2
    return 1
}

make_environment() {
    found=$(find_python) || exit 1
    PYTHONPATH="$root" "$found" -P -m deploy.environment "$1" || exit 1
    python="$root/.venv/bin/python"
}
