#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The whole path on data that are there: two trained networks become spikes, are simulated on their whole test sets,
# run on the accelerator's RTL, and are compared with the dense networks that they came from. Ends in report.html.
# No arguments, no input.
set -euo pipefail
exec </dev/null
source "$(dirname "${BASH_SOURCE[0]}")/scripts/lib/common.sh"

synfire=build/release/cli/synfire
results=demo-results

run_network() { # DATA MODEL SAMPLES (on the accelerator)
    local data=$1 model=$2 samples=$3 out=$results/$1
    echo "$data: $model"
    "$synfire" convert "$model" --calibration "$data" --coding phase --steps 4 -o "$out.snn" \
        --check "$data" --json "$out-convert.json" >"$out-convert.txt"
    "$synfire" simulate "$out.snn" --data "$data" --json "$out-simulate.json" >"$out-simulate.txt"
    "$synfire" cosim "$out.snn" --data "$data" --samples "$samples" --json "$out-cosim.json" >"$out-cosim.txt"
    "$synfire" compare "$out.snn" "$model" --data "$data" --json "$out-compare.json" >"$out-compare.txt"
}

build_program() {
    local log=build/release/demo-build.log
    # Progress on a terminal; elsewhere only what goes wrong.
    if [ -t 1 ]; then
        build release synfire
    else
        build release synfire >"$log" 2>&1 || { cat "$log" >&2; return 1; }
    fi
}

run_networks() {
    rm -rf "$results"
    mkdir -p "$results"
    run_network digits models/zoo/digits_cnn/model.onnx 64
    # The engine as it is on the board takes a few cycles more: its adders also fire.
    "$synfire" cosim "$results/digits.snn" --data digits --samples 64 --board icebreaker \
        --json "$results/digits-icebreaker.json" >"$results/digits-icebreaker.txt"
    run_network fashion-mnist models/zoo/fashion_cnn/model.onnx 8
}

# Place and route take minutes: the board's result is that of the last `scripts/dev synth` here, or the committed one.
board_result() {
    local own=build/synth/icebreaker/icebreaker.json kept=docs/reference/synth-icebreaker.json
    if [ -f "$own" ]; then echo "$own"; elif [ -f "$kept" ]; then echo "$kept"; fi
}

write_report() {
    local boards=()
    mapfile -t boards < <(board_result)
    "$synfire" report "$results"/digits-*.json "$results"/fashion-mnist-*.json "${boards[@]}" -o report.html
    python3 scripts/demo_summary "$results" digits fashion-mnist
}

part packages scripts/install-packages build demo hardware
part configure configure release
part build build_program
part networks run_networks
part report write_report
print_parts
printf '\nReport: file://%s/report.html (results of every step: %s/)\n' "$SYNFIRE_ROOT" "$results"
