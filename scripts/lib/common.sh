# SPDX-License-Identifier: Apache-2.0
# What test.sh, demo.sh and scripts/dev share. Source it after `set -euo pipefail`; it moves to the root of the tree.
# shellcheck shell=bash

SYNFIRE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$SYNFIRE_ROOT" || exit 1

# Waiting OpenMP threads sleep instead of spinning: two test programs share two cores.
export OMP_WAIT_POLICY=passive

# Lets ccache recognise the same sources in another folder: a fresh clone builds quickly.
export CCACHE_BASEDIR=$SYNFIRE_ROOT CCACHE_NOHASHDIR=1

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# cmake_options: options that the machine decides and no preset can know; one per line.
cmake_options() {
    if command -v ccache >/dev/null; then
        echo "-DCMAKE_C_COMPILER_LAUNCHER=ccache"
        echo "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"
    fi
}

# configure PRESET: silent unless it fails.
configure() {
    local log options=()
    mkdir -p "build/$1"
    log="build/$1/configure.log"
    mapfile -t options < <(cmake_options)
    if ! cmake --preset "$1" "${options[@]}" >"$log" 2>&1; then
        cat "$log" >&2
        return 1
    fi
    grep -A4 'CMake Warning' "$log" >&2 || true
}

# build PRESET [TARGET...]: progress as ninja prints it.
build() {
    local preset=$1
    shift
    cmake --build --preset "$preset" --parallel "$(nproc)" ${1:+--target "$@"}
}

# own_files SUFFIX...: C++ and script files of the tree, tracked or new, not ignored; none of deleted ones.
own_files() {
    git ls-files -co --exclude-standard -- "$@" | sort -u | while IFS= read -r file; do
        [ ! -f "$file" ] || printf '%s\n' "$file"
    done
}

# Time per part. `part NAME COMMAND...` runs a command and notes its seconds; print_parts shows them.
part_names=()
part_seconds=()
part() {
    local name=$1 start=$SECONDS status=0
    shift
    printf '\n== %s\n' "$name"
    # In a subshell of its own: behind || the shell would ignore failing commands inside the part.
    set +e
    (
        set -e
        "$@"
    )
    status=$?
    set -e
    part_names+=("$name")
    part_seconds+=($((SECONDS - start)))
    return "$status"
}

print_parts() {
    local i
    printf '\nTime by part (seconds)\n'
    for i in "${!part_names[@]}"; do
        printf '  %-12s %5d\n' "${part_names[$i]}" "${part_seconds[$i]}"
    done
    printf '  %-12s %5d\n' total "$SECONDS"
}
