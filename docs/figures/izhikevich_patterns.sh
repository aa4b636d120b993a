#!/usr/bin/env bash
# Draws docs/figures/izhikevich_patterns.svg: V of the twenty neurons of the experiment of that
# name. Needs a built saltus (tools/quickstart) and gnuplot.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=docs/figures/izhikevich_patterns.dat
build/tools/saltus run data/experiments/izhikevich_patterns.yaml --out "$work/run" >/dev/null
names=$(awk '/^populations:/ {on = 1; next} /^[a-z]/ {on = 0}
    on && /^  [a-z]/ {sub(":", ""); print $1}' data/experiments/izhikevich_patterns.yaml)
printf '# time_ms V_mV, a block for each neuron, every 0.5 ms and at the peaks\n' >"$data"
for name in $names; do
    awk -F, -v name="$name" '$2 == name && (!n++ || $1 - last > 0.45 || $4 > -40) {
        printf "%.1f %.1f\n", $1, $4; last = $1}' "$work/run/potential.csv" >>"$data"
    printf '\n\n' >>"$data"
done
{
    cat <<'GNUPLOT'
set terminal svg size 900,760 font "DejaVu Sans,11" background "white"
set output "docs/figures/izhikevich_patterns.svg"
set multiplot layout 5,4 margins 0.02,0.99,0.02,0.96 spacing 0.02,0.045
unset key
unset tics
set border 0
set yrange [-95:35]
set title offset 0,-0.6
GNUPLOT
    number=0
    for name in $names; do
        printf 'set title "%s"\nplot "%s" index %d with lines lw 1 lc rgb "#0072b2"\n' \
            "${name//_/ }" "$data" "$number"
        number=$((number + 1))
    done
} >"$work/draw.gp"
gnuplot "$work/draw.gp"
