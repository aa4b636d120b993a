#!/usr/bin/env bash
# Draws docs/figures/vogels_rates.svg: the rates of the excitatory neurons of vogels_2011.yaml in
# the first half second and at the end. Needs a built saltus (tools/quickstart) and gnuplot.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=docs/figures/vogels_rates.dat
build/tools/saltus run data/experiments/vogels_2011.yaml --out "$work/run" --spikes csv \
    --quiet >/dev/null
# rates FROM_MS TO_MS BIN_HZ: rate_Hz, share of neurons in percent
rates() {
    awk -F, -v from="$1" -v to="$2" -v bin="$3" '
        NR > 1 && $2 == "E" && $1 >= from && $1 < to {n[$3]++}
        END {
            for (i = 0; i < 2000; i++) h[int(n[i] * 1000 / (to - from) / bin + 1e-9)]++
            for (b = 0; b * bin < 45; b++) print (b + 0.5) * bin, (h[b] + 0) / 20
        }' "$work/run/spikes.csv"
}
{
    printf '# rate_Hz neurons_percent: first 0.5 s, then 40 to 60 s\n'
    rates 0 500 2
    printf '\n\n'
    rates 40000 60000 0.5
} >"$data"
gnuplot <<GNUPLOT
set terminal svg size 560,300 font "DejaVu Sans,13" background "white"
set output "docs/figures/vogels_rates.svg"
set xlabel "rate of an excitatory neuron (Hz)"
set ylabel "neurons (%)"
set xrange [0:45]
set yrange [0:*]
set key top right samplen 2
set border 3
set tics nomirror out
plot "$data" index 0 with histeps lw 2 lc rgb "#d55e00" title "first half second (bins of 2 Hz)", \
     "$data" index 1 with histeps lw 2 lc rgb "#000000" title "40 to 60 s (bins of 0.5 Hz)"
GNUPLOT
