#!/usr/bin/env bash
# Draws docs/figures/homeostasis.svg: the mean rate of the neurons of homeostasis.yaml second by
# second, with and without scaling. Needs a built saltus (tools/quickstart) and gnuplot.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=docs/figures/homeostasis.dat
printf '# second rate_Hz: with scaling, then without\n' >"$data"
for change in title=with 'projections.0.scaling=~'; do
    build/tools/saltus run data/experiments/homeostasis.yaml --set "$change" --out "$work/run" \
        --spikes csv --quiet >/dev/null
    awk -F, 'NR > 1 && $2 == "neuron" {n[int($1 / 1000)]++}
        END {for (s = 80; s < 140; s++) print s + 0.5, (n[s] + 0) / 100}' \
        "$work/run/spikes.csv" >>"$data"
    printf '\n\n' >>"$data"
    rm -r "$work/run"
done
gnuplot <<GNUPLOT
set terminal svg size 560,300 font "DejaVu Sans,13" background "white"
set output "docs/figures/homeostasis.svg"
set xlabel "time (s)"
set ylabel "mean rate (Hz)"
set xrange [80:140]
set yrange [0:60]
set key top left reverse Left samplen 2
set border 3
set tics nomirror out
set arrow 1 from 100,0 to 100,56 nohead dt 3 lc rgb "#777777"
plot "$data" index 1 with lines lw 2 lc rgb "#d55e00" title "without scaling", \
     "$data" index 0 with lines lw 2 lc rgb "#000000" title "with scaling to 5 Hz"
GNUPLOT
