#!/usr/bin/env bash
# Draws docs/figures/stdp_window.svg: the change of each of 121 weights by one pair of spikes beside
# the formula. Needs a built saltus (tools/quickstart) and gnuplot.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=docs/figures/stdp_window.dat
{
    printf '# dt_ms change_mV, measured\n'
    build/examples/04_weights data/experiments/stdp_window.yaml 'pre->post' 2>/dev/null |
        awk -F, 'NR > 1 {printf "%d %.9f\n", $1 - 60, $3 - 500}'
} >"$data"
gnuplot <<GNUPLOT
set terminal svg size 560,340 font "DejaVu Sans,13" background "white"
set output "docs/figures/stdp_window.svg"
set xlabel "t_{post} - t_{pre} (ms)"
set ylabel "change of the weight (mV)"
set xrange [-62:62]
set yrange [-6:11]
set key bottom right reverse Left samplen 2
set border 3
set tics nomirror out
set arrow 1 from -62,0 to 62,0 nohead lc rgb "#bbbbbb"
set samples 400
plot (x > 0 ? 10 * exp(-x / 16.8) : 1 / 0.) lw 1.5 lc rgb "#0072b2" title "the formula", \
     (x < 0 ? -5 * exp(x / 33.7) : 1 / 0.) lw 1.5 lc rgb "#0072b2" notitle, \
     "$data" with points pt 7 ps 0.35 lc rgb "#000000" title "121 synapses, one pair each"
GNUPLOT
