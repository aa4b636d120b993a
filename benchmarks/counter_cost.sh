#!/bin/sh
# What the operation counters cost: this tree as committed against a copy in which every increment
# of a counter is deleted, both built alike.
#
#     benchmarks/counter_cost.sh [REPEATS] [DIRECTORY]
#
# For each workload and engine: least processor time of REPEATS runs in turns (15 unless told), and,
# where valgrind is installed, the instructions of a short run by callgrind. Instructions are the
# firmer figure: two builds differ by a percent or two in speed by where their code lies.
set -eu
repeats=${1:-15}
root=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
place=${2:-$(mktemp -d)}
cases='brunel event 0.5
brunel grid@0.1ms 0.5
delivery event 1
delivery grid@0.1ms 1
sparse event 0.4
sparse grid@0.1ms 0.1
relay5 event 0.1'

for kind in with without; do
    git -C "$root" archive --prefix="$kind/" HEAD | tar x -C "$place"
done
cd "$place/without/src"
field='(events|zero_weight|tests|resets|external_events)'
simulation='simulation->((pushes|windows|pops)(\+\+|--)|arrival_scales \+=)'
other='exp_evaluations \+=|draws \+=|population_spikes\[.*\]\+\+|(lines|heap)->compares \+='
find engine schedule -name '*.c' ! -name counts.c -exec \
    sed -i -E "/counts(->|\.)$field *(\+=|\+\+)|$simulation|$other/d" {} +
echo "increments deleted: $(diff -r "$place/with/src" . | grep -c '^<')"
for kind in with without; do
    (cd "$place/$kind" && meson setup build && ninja -C build benchmarks/saltus-bench) >/dev/null
done

# run KIND WORKLOAD ENGINE SCALE: seconds of the measured part
run() {
    OMP_WAIT_POLICY=passive "$place/$1/build/benchmarks/saltus-bench" --only "$2" --engine "$3" \
        --scale "$4" --threads 1 --repeat 1 --cpu --csv --no-bare | awk -F, 'NR == 1 {
            for (i = 1; i <= NF; i++) if ($i == "best_s") at = i } NR == 2 { print $at }'
}

# instructions KIND WORKLOAD ENGINE SCALE: of all of saltus_simulation_run_until
instructions() {
    OMP_WAIT_POLICY=passive valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        --toggle-collect=saltus_simulation_run_until \
        "$place/$1/build/benchmarks/saltus-bench" --only "$2" --engine "$3" --scale "$4" \
        --threads 1 --repeat 1 --cpu --csv --no-bare 2>&1 | awk '/Collected/ { print $4 }'
}

printf '%-10s %-12s %10s %10s %8s %14s %14s %8s\n' workload engine 's with' 's without' more \
    'instr. with' 'instr. without' more
echo "$cases" | while read -r workload engine scale; do
    : >"$place/times"
    i=0
    while [ "$i" -lt "$repeats" ]; do
        echo "$(run with "$workload" "$engine" "$scale")" \
            "$(run without "$workload" "$engine" "$scale")" >>"$place/times"
        i=$((i + 1))
    done
    counted='- -'
    if command -v valgrind >/dev/null; then
        short=$(awk "BEGIN { print $scale / 20 }")
        counted="$(instructions with "$workload" "$engine" "$short") $(
            instructions without "$workload" "$engine" "$short")"
    fi
    awk -v workload="$workload" -v engine="$engine" -v counted="$counted" '
        NR == 1 || $1 < a { a = $1 }
        NR == 1 || $2 < b { b = $2 }
        END {
            split(counted, n, " ")
            printf "%-10s %-12s %10.4f %10.4f %7.2f%%", workload, engine, a, b, 100 * (a / b - 1)
            if (n[2] > 0)
                printf " %14.0f %14.0f %7.3f%%", n[1], n[2], 100 * (n[1] / n[2] - 1)
            print ""
        }' "$place/times"
done
