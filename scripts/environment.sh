# Sourced by the other scripts: makes .venv and installs what a lock file names, when it changed.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() { echo "$1" >&2; exit 1; }

find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer is missing: install it (Debian: apt-get install python3 python3-venv)."
}

# ensure_environment LOCK: afterwards .venv holds what LOCK names, and the project itself.
ensure_environment() {
  local lock="$1" stamp=".venv/installed-$1" python
  if [ -f "$stamp" ] && cat "$lock" pyproject.toml | cmp -s - "$stamp"; then return; fi
  python="$(find_python)"
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "Python's venv module is missing: install it (Debian: apt-get install python3-venv)."
  [ -x .venv/bin/python ] || { echo "Making the environment in .venv (about a minute, once)..." >&2
    "$python" -m venv .venv || fail "The environment .venv could not be made."; }
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" ||
    fail "The packages of $lock could not be installed: is the package index reachable?"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . ||
    fail "The project could not be installed into .venv."
  cat "$lock" pyproject.toml > "$stamp"
}

# ensure_test_tools: DICOM validators, an archive and readers of PDF files for the tests, from
# Debian's packages. Where they cannot be had this says so in one line, and the tests that need them
# skip.
ensure_test_tools() {
  local programs="dcmdump dciodvfy Orthanc qpdf pdftoppm"
  local install="apt-get install -y -qq --no-install-recommends dcmtk dicom3tools orthanc qpdf poppler-utils"
  # shellcheck disable=SC2086 # one word for each program
  if [ "$(command -v $programs | wc -l)" = 5 ]; then return; fi
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "DICOM and PDF tools are missing, their tests will skip (as root: $install)." >&2
    return
  fi
  echo "Installing DICOM and PDF tools for the tests (about half a minute, once)..." >&2
  export DEBIAN_FRONTEND=noninteractive
  $install >/dev/null 2>&1 || { apt-get update -qq && $install; } >/dev/null 2>&1 ||
    echo "DICOM and PDF tools could not be installed, their tests will skip." >&2
}
