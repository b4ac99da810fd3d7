# What scripts/run, scripts/test and their neighbours share; sourced, never run.
# Works under bash 3.2 (macOS) and on a Debian that has neither Python nor git.

RUN_PACKAGES="python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libmagic1 fonts-noto-cjk"
TEST_PACKAGES="postgresql redis-server chromium-headless-shell softhsm2"

cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
STARTED=$SECONDS
export PIP_DISABLE_PIP_VERSION_CHECK=1
# Images for containers set it; packages are installed uncompiled, and every start would compile them again.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%4ds  %s\n' $((SECONDS - STARTED)) "$*"; }
die() { printf '%s\n' "$@" >&2; exit 2; }

# The comment block at the top of a script is its help.
show_help() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p;}' "$1"; }

# Names of the packages of a list that are not installed, on one line.
missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || printf '%s ' "$package"
    done
}

# On Debian as root: installs what is missing. Anywhere else: says what to install, and stops.
need_packages() {
    local missing
    if [ "$(uname -s)" = Darwin ]; then
        need_on_macos "$@"
        return
    fi
    command -v dpkg-query >/dev/null || die "This script knows Debian, its relatives and macOS." \
        "Elsewhere, install what these Debian packages hold, then run the portal by docker-compose.yml:" "  $*"
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] || die "Some system packages are missing. Please run, once:" "" \
        "  sudo apt-get install -y --no-install-recommends $missing" ""
    say "system packages: $missing"
    export DEBIAN_FRONTEND=noninteractive
    {
        apt-get update -qq
        # shellcheck disable=SC2086
        apt-get install -y -qq --no-install-recommends $missing
    } >"$(log_file apt)" 2>&1 </dev/null || { tail -n 20 "$(log_file apt)" >&2; die "apt-get could not install: $missing"; }
}

need_on_macos() {
    local want="python@3.11 pango libmagic" missing="" formula
    case " $* " in *" postgresql "*) want="$want postgresql@15 redis" ;; esac
    command -v brew >/dev/null || die "On macOS this needs Homebrew (brew.sh), then:" "" "  brew install $want" ""
    for formula in $want; do
        brew list --versions "$formula" >/dev/null 2>&1 || missing="$missing $formula"
    done
    case " $* " in *" chromium-headless-shell "*) [ -d "/Applications/Chromium.app" ] || missing="$missing --cask chromium" ;; esac
    [ -z "$missing" ] || die "Some system packages are missing. Please run, once:" "" "  brew install$missing" ""
}

log_file() { mkdir -p "$ROOT/var/log" && printf '%s/var/log/%s.log' "$ROOT" "$1"; }

# The lock files are made for Python 3.11; a newer one takes the same wheels.
find_python() {
    local candidate
    for candidate in python3.11 python3 python3.12 python3.13; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    die "Python 3.11 or newer with its venv module is needed; Debian 12 has it as python3-venv."
}

# The system's packages come while Python's are fetched, where a Python is there to fetch them.
#   need_at_once LOCK PACKAGE…
need_at_once() {
    local lock=$1 packages
    shift
    if ! (find_python) >/dev/null 2>&1; then
        need_packages "$@"
        need_venv "$lock"
        return
    fi
    set -m # a process group of its own: apt-get ends with it, should this script end first
    need_packages "$@" &
    packages=$!
    set +m
    # shellcheck disable=SC2064
    trap "kill -- -$packages 2>/dev/null || true" EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    need_venv "$lock"
    wait "$packages"
    trap - EXIT INT TERM HUP
}

fingerprint() { { sha256sum "$@" 2>/dev/null || shasum -a 256 "$@"; } | cut -d' ' -f1; }

# The virtual environment, filled from a hash-locked list; nothing is asked of a registry if the list is unchanged.
need_venv() {
    local lock=$1 stamp=".venv/.$1" python
    if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint "$lock")" ]; then
        return
    fi
    say "Python packages from $lock"
    if [ ! -x .venv/bin/python ]; then
        python=$(find_python)
        "$python" -m venv .venv
    fi
    install_by_uv "$lock" || install_by_pip "$lock"
    fingerprint "$lock" >"$stamp"
}

# A quarter of pip's time; it may fail where only pip knows the way to a registry.
install_by_uv() {
    local index
    pip_install requirements-uv.txt || return 1
    index=${PIP_INDEX_URL-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
    env ${index:+"UV_DEFAULT_INDEX=$index"} .venv/bin/uv pip install --quiet --python .venv/bin/python \
        --require-hashes --only-binary :all: -r "$1" >"$(log_file uv)" 2>&1 </dev/null
}

install_by_pip() {
    pip_install "$1" || { tail -n 20 "$(log_file pip)" >&2; die "pip could not install $1"; }
}

# Without compiling, as uv: what is never imported need not be, and the rest is compiled as it is.
pip_install() {
    .venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: --no-compile -r "$1" \
        >"$(log_file pip)" 2>&1 </dev/null
}

# --- Stages: each runs, whatever became of the one before; the last line adds them up ---------------------

PASSED=0
FAILED=0
BROKEN=""

# stage NAME COMMAND…: one check that passes or fails.
stage() {
    local name=$1
    shift
    say "$name"
    if "$@"; then
        PASSED=$((PASSED + 1))
    else
        FAILED=$((FAILED + 1))
        BROKEN="$BROKEN, $name"
    fi
}

# behind NAME COMMAND…: work for the other processor. `stage NAME wait PROCESS` asks how it went; the process is $!.
behind() {
    local log
    say "$1, behind what follows"
    log=$(log_file "${1// /-}")
    shift
    "$@" >"$log" </dev/null &
}

# suite NAME ARGUMENTS…: a pytest run. Its counts join the sum; a skipped test is a test that did not pass.
suite() {
    local name=$1 report status=0
    shift
    say "$name"
    report=$(new_report)
    # In the background, so that a signal is heard at once and not only when the run is over.
    run_pytest "$report" "$@" &
    wait $! || status=$?
    count "$name" "$report" "$status"
}

# suite_behind NAME ARGUMENTS…: a run that goes on while others do; `end_of_suite_behind` tells what it said.
suite_behind() {
    BEHIND=$1
    BEHIND_REPORT=$(new_report)
    shift
    say "$BEHIND, behind what follows"
    run_pytest "$BEHIND_REPORT" "$@" >"$BEHIND_REPORT.log" 2>&1 &
    BEHIND_RUN=$!
}

end_of_suite_behind() {
    local status=0
    say "$BEHIND"
    wait "$BEHIND_RUN" || status=$?
    cat "$BEHIND_REPORT.log"
    rm -f "$BEHIND_REPORT.log"
    count "$BEHIND" "$BEHIND_REPORT" "$status"
}

new_report() { mktemp "${TMPDIR:-/tmp}/portal-suite.XXXXXX"; }

run_pytest() {
    local report=$1
    shift
    limited .venv/bin/python -m pytest --junitxml="$report" "$@" </dev/null
}

# count NAME REPORT STATUS: adds up what a run reports.
count() {
    local name=$1 report=$2 status=$3 tests bad
    tests=$(counted tests "$report")
    bad=$(($(counted failures "$report") + $(counted errors "$report") + $(counted skipped "$report")))
    rm -f "$report"
    # Nothing collected, a crash, a run cut off: the report has no number for those.
    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
    PASSED=$((PASSED + (tests > bad ? tests - bad : 0)))
    FAILED=$((FAILED + bad))
    [ "$bad" = 0 ] || BROKEN="$BROKEN, $name"
}

# An attribute of the report's root: <testsuite name="pytest" errors="0" failures="0" skipped="0" tests="12" …
counted() {
    local number
    number=$(grep -aoE "<testsuite [^>]*" "$2" | head -n 1 | grep -oE " $1=\"[0-9]+" | grep -oE '[0-9]+$') || true
    echo "${number:-0}"
}

# A browser or a lock may hang; a run that takes this long is a failure, not a wait. `timeout` leads a
# process group of its own, so that stopping it stops the workers and browsers below it.
limited() {
    if command -v timeout >/dev/null; then exec timeout --kill-after=20 1800 "$@"; else exec "$@"; fi
}

# For the exit trap: what is not over yet.
stop_running() {
    local process
    for process in $(jobs -rp); do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
}

# The last line of a run, and its exit code.
sum_up() {
    echo
    [ "$FAILED" = 0 ] || echo "not passed: ${BROKEN#, }"
    say "done"
    echo "$PASSED passed, $FAILED failed"
    [ "$FAILED" = 0 ]
}
