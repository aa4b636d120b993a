#!/usr/bin/env bash
# Draws docs/figures/error_and_attack.svg: what can still be reached in a scale-free network that
# has lost neurons at random or by degree. Needs a built saltus (tools/quickstart) and gnuplot.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=docs/figures/error_and_attack.dat
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# the share of the neurons left that fires, over ten networks: mean, smallest, largest
point() {
    for seed in $(seq 10); do
        build/tools/saltus run data/experiments/error_and_attack.yaml --set seed="$seed" \
            --set faults.0.by="$1" --set faults.0.share="$2" --out "$work/run" --quiet >/dev/null
        python3 - "$work/run/manifest.json" <<'PY'
import json, sys
m = json.load(open(sys.argv[1]))
left = m["populations"][0]["neurons"] - m["faults"][0]["neurons"]
print(m["populations"][0]["spikes"] / left)
PY
        rm -rf "$work/run"
    done | awk -v share="$2" 'NR == 1 {low = high = $1}
        {sum += $1; low = $1 < low ? $1 : low; high = $1 > high ? $1 : high}
        END {printf "%s %.4f %.4f %.4f\n", share, sum / NR, low, high}'
}
{
    printf '# lost reached, of those left: mean lowest highest of ten networks\n'
    for by in random degree; do
        printf '# by %s\n' "$by"
        for share in $(seq 0 0.05 0.9); do
            point "$by" "$share"
        done
        printf '\n\n'
    done
} >"$data"
gnuplot <<GNUPLOT
set terminal svg size 560,340 font "DejaVu Sans,13" background "white"
set output "docs/figures/error_and_attack.svg"
set xlabel "share of neurons lost"
set ylabel "share of those left that fires"
set xrange [-0.01:0.92]
set yrange [0:1.05]
set key at 0.36,0.55 left top reverse Left samplen 2
set border 3
set tics nomirror out
plot "$data" index 0 with yerrorlines pt 7 ps 0.5 lw 1.5 lc rgb "#0072b2" title "at random", \
     "$data" index 1 with yerrorlines pt 5 ps 0.5 lw 1.5 lc rgb "#d55e00" title "by degree"
GNUPLOT
