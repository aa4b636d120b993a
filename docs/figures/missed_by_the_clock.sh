#!/usr/bin/env bash
# Draws docs/figures/missed_by_the_clock.svg: the first volley of the experiment of that name on
# four engines. Needs a built saltus (tools/quickstart) and gnuplot.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=docs/figures/missed_by_the_clock.dat
printf '# time_ms detector, a block for each of event, grid@1ms, grid@0.1ms, offgrid@1ms\n' >"$data"
for engine in event grid@1ms grid@0.1ms offgrid@1ms; do
    build/tools/saltus run data/experiments/missed_by_the_clock.yaml --engine "$engine" \
        --out "$work/$engine" --spikes csv >/dev/null
    awk -F, '$2 == "detector" && $1 < 20 {print $1 " " $3}' "$work/$engine/spikes.csv" >>"$data"
    printf '\n\n' >>"$data"
done
gnuplot <<GNUPLOT
set terminal svg size 680,420 font "DejaVu Sans,14" background "white"
set output "docs/figures/missed_by_the_clock.svg"
set xlabel "time (ms)"
set ylabel "detector neuron"
set xrange [9.9:11.15]
set yrange [-0.8:9.8]
set ytics 0,1,9
set key outside top center horizontal reverse Left samplen 1 noenhanced
set grid xtics lc rgb "#dddddd"
set border 3
set tics nomirror out
plot "$data" index 0 with points pt 7 ps 0.9 lc rgb "#000000" title "event (100 in all)", \
     "$data" index 1 with points pt 5 ps 0.9 lc rgb "#0072b2" title "grid@1ms (30)", \
     "$data" index 2 with points pt 2 ps 0.8 lw 1.5 lc rgb "#d55e00" title "grid@0.1ms (100, late)", \
     "$data" index 3 with points pt 6 ps 1.5 lw 1.5 lc rgb "#009e73" \
         title "offgrid@1ms (100)"
GNUPLOT
