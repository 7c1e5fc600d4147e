#!/usr/bin/env bash
# Sets Visemo up in .venv and uses it. Run it as often as you like: what is there is kept.
#
#   bash setup.sh studio  open the window
#   bash setup.sh demo    animate the bundled clip; the files go to ./out
#   bash setup.sh test    check and test everything, as .ci/run does
#
# System packages are installed on Debian and Ubuntu only, and only those missing.
set -euo pipefail
cd "$(dirname "$0")"

VENV=.venv
TEST_EXTRAS="[dev,research,track,video]"
PYTHONS=(python3.11 python3.12 python3.13 python3 python)  # the first is the one tested most
PYTHON=

say() { printf '== %s\n' "$*" >&2; }

die() {
    printf 'setup.sh: %s\n' "$*" >&2
    exit 1
}

# What to type to install packages, or nothing where this script cannot know.
install_command() {
    command -v apt-get >/dev/null || return 0
    local sudo=
    [ "$(id -u)" -eq 0 ] || sudo="sudo "
    printf '%sapt-get update && %sapt-get install -y --no-install-recommends %s' \
        "$sudo" "$sudo" "$*"
}

# Installs Debian packages: as root, or through sudo, which may ask for a password.
install_packages() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null || return 1
    say "Installing system packages (this needs root): $*"
    DEBIAN_FRONTEND=noninteractive bash -c "$(install_command "$@")" >&2
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for PYTHON in "${PYTHONS[@]}"; do
        if new_enough "$PYTHON"; then return 0; fi
    done
    PYTHON=
    return 1
}

require_python() {
    find_python && return
    say "There is no Python 3.11 or newer here."
    install_packages python3 python3-venv && find_python && return
    install_packages python3.11 python3.11-venv && find_python && return
    die "Python 3.11 or newer is needed. Install it, as root: $(install_command python3.11 python3.11-venv)"
}

# Debian keeps the part of Python that makes environments in a package of its own.
require_venv() {
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null && return
    local package
    package="$("$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    install_packages "$package" ||
        die "'$package' is missing. Install it, as root: $(install_command "$package")"
    "$PYTHON" -c 'import ensurepip, venv' || die "'$PYTHON' still cannot make environments."
}

# Shared libraries, and the Debian packages that have them.
WINDOW_LIBRARIES=(
    libglib-2.0.so.0:libglib2.0-0 libGL.so.1:libgl1 libEGL.so.1:libegl1
    libxkbcommon.so.0:libxkbcommon0 libfontconfig.so.1:libfontconfig1 libdbus-1.so.3:libdbus-1-3
    libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4
    libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-shape.so.0:libxcb-shape0
    libxcb-image.so.0:libxcb-image0 libxcb-render-util.so.0:libxcb-render-util0
    libxkbcommon-x11.so.0:libxkbcommon-x11-0 libportaudio.so.2:libportaudio2
)
# The voices that training speaks with, a display and a sound server that are not there, and what
# the films that are written are read back with.
TEST_PROGRAMS=(
    flite:flite Xvfb:xvfb xauth:xauth pulseaudio:pulseaudio parec:pulseaudio-utils ffprobe:ffmpeg
)
TEST_LIBRARIES=(libespeak-ng.so.1:espeak-ng)

# The packages of those "library:package" that the linker does not find.
missing_libraries() {
    local known row
    known="$(ldconfig -p 2>/dev/null || true)"
    for row in "$@"; do
        grep -qF "${row%%:*}" <<<"$known" || printf '%s ' "${row#*:}"
    done
}

missing_programs() {
    local row
    for row in "$@"; do
        command -v "${row%%:*}" >/dev/null || printf '%s ' "${row#*:}"
    done
}

# Installs what is missing of the packages named, or says what will not work without them.
offer() {
    local reason="$1"
    shift
    [ $# -eq 0 ] && return
    install_packages "$@" || say "Not installed: $*. $reason To have them, as root: $(install_command "$@")"
}

# What a window and a sound card need.
offer_window() {
    local packages
    read -ra packages <<<"$(missing_libraries "${WINDOW_LIBRARIES[@]}")"
    [ -n "$(fc-list 2>/dev/null)" ] || packages+=(fonts-dejavu-core fontconfig)
    offer "Without them the window may not open." ${packages[@]+"${packages[@]}"}
}

offer_tests() {
    local packages
    read -ra packages <<<"$(missing_libraries "${TEST_LIBRARIES[@]}")$(missing_programs "${TEST_PROGRAMS[@]}")"
    [ -n "$(find /usr/lib -name 'libasound_module_pcm_pulse.so' 2>/dev/null)" ] ||
        packages+=(libasound2-plugins)
    offer "Tests that need them are skipped." ${packages[@]+"${packages[@]}"}
}

# One line that changes when the environment has to.
wanted() {
    printf '%s %s %s\n' "$1" "$(pwd -P)" "$(cksum <pyproject.toml)"
}

with_uv() {
    command -v uv >/dev/null || return 1
    [ -x "$VENV/bin/python" ] || uv venv --quiet --python "$PYTHON" "$VENV" || return 1
    uv pip install --quiet --python "$VENV/bin/python" --editable "$1"
}

with_pip() {
    if ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
        require_venv
        "$PYTHON" -m venv --clear "$VENV"
    fi
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --editable "$1"
}

# Makes .venv and installs the package with the extras given ("" or "[a,b]"). pip and uv keep a
# torch of the right version that is there already, such as the build without CUDA.
install() {
    local stamp="$VENV/visemo-installed"
    if [ -e "$VENV" ] && ! new_enough "$VENV/bin/python"; then
        say "$VENV does not work (any more) and is made anew"
        rm -rf "$VENV"
    fi
    if grep -qxF -e "$(wanted "$1")" -e "$(wanted "$TEST_EXTRAS")" -e "$(wanted "[dev,research,track,train,video]")" "$stamp" 2>/dev/null; then
        return
    fi
    [ -x "$VENV/bin/python" ] || require_python
    PYTHON="${PYTHON:-$VENV/bin/python}"
    say "Installing Visemo and what it needs into $VENV (the first time, this takes minutes)"
    with_uv ".$1" || with_pip ".$1" || die "Installing failed; the reason stands above."
    wanted "$1" >"$stamp"
}

demo() {
    install ""
    "$VENV/bin/visemo" animate --out out
    say "The landmarks of the bundled clip are in $(pwd)/out: sample.csv and sample.json"
}

studio() {
    offer_window
    install ""
    exec "$VENV/bin/visemo"
}

# Every check runs, whatever the others said; pytest's closing line comes last.
checks() {
    offer_window
    offer_tests
    install "$TEST_EXTRAS"
    local failed=() bin="$VENV/bin"
    export PATH="$PWD/$bin:$PATH"
    "$bin/ruff" check . || failed+=("ruff check")
    "$bin/ruff" format --check . || failed+=("ruff format --check")
    "$bin/mypy" || failed+=(mypy)
    "$bin/lint-imports" || failed+=(lint-imports)
    [ ${#failed[@]} -eq 0 ] || say "Failed: ${failed[*]}"
    "$bin/pytest" && [ ${#failed[@]} -eq 0 ]
}

case "${1:-}" in
    studio) studio ;;
    demo) demo ;;
    test) checks ;;
    *) die "expected 'bash setup.sh studio', 'demo' or 'test'" ;;
esac
