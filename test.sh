#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs every test and check. No arguments, no input; any working directory.
# Left out: tests with the label `slow` (ctest --preset release -L slow runs them).
set -euo pipefail
exec </dev/null
source "$(dirname "${BASH_SOURCE[0]}")/scripts/lib/common.sh"

test_log=build/release/test.log

run_tests() {
    ctest --preset release --parallel "$(nproc)" --label-exclude '^slow$' 2>&1 | tee "$test_log"
}

finish() {
    local status=$?
    if [ -s "$test_log" ]; then
        printf '\n'
        grep -E '^[0-9]+% tests passed|^Total Test time|^The following tests (FAILED|did not run)' "$test_log" || true
    fi
    print_parts
    if [ "$status" -eq 0 ]; then echo "All tests and checks passed."; else echo "FAILED (see above)."; fi
}

mkdir -p build/release
rm -f "$test_log"
trap finish EXIT

part packages scripts/install-packages build demo test hardware
part configure configure release
part build build release
part tests run_tests
part checks scripts/dev check
