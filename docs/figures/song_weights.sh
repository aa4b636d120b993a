#!/usr/bin/env bash
# Draws docs/figures/song_weights.svg: how the weights of song_2000.yaml are distributed at the end,
# for three rates of its sources. Needs a built saltus (tools/quickstart) and gnuplot; some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=docs/figures/song_weights.dat
printf '# w/w_max synapses, a block for each of 10, 20, 40 Hz\n' >"$data"
for rate in 10 20 40; do
    build/examples/04_weights data/experiments/song_2000.yaml 'excitation->neuron' \
        populations.excitation.params.rate="$rate Hz" 2>/dev/null |
        awk -F, 'NR > 1 {b = int($3 / 0.25 * 20); n[b > 19 ? 19 : b]++}
            END {for (b = 0; b < 20; b++) print (b + 0.5) / 20, n[b] + 0}' >>"$data"
    printf '\n\n' >>"$data"
done
gnuplot <<GNUPLOT
set terminal svg size 560,340 font "DejaVu Sans,13" background "white"
set output "docs/figures/song_weights.svg"
set xlabel "weight / w_{max}"
set ylabel "synapses"
set xrange [0:1]
set yrange [0:*]
set key top center samplen 2
set border 3
set tics nomirror out
plot "$data" index 0 with histeps lw 2 lc rgb "#000000" title "sources of 10 Hz", \
     "$data" index 1 with histeps lw 2 lc rgb "#0072b2" title "20 Hz", \
     "$data" index 2 with histeps lw 2 lc rgb "#d55e00" title "40 Hz"
GNUPLOT
