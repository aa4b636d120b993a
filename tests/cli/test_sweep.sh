#!/usr/bin/env bash
# test_sweep - `saltus sweep` from outside: ranges, going on after a kill, other plans, results.
#
# usage: test_sweep.sh SALTUS
. "$(dirname "$0")/outside.sh"
# json PROGRAM FILE: python over the parsed file, `d`, prints true
json() {
    check "$2: $1" python3 -c "import json, sys
d = json.load(open(sys.argv[1]))
sys.exit(0 if ($1) else 1)" "$2"
}
lines() { wc -l <"$1"; }

cat >net.yaml <<'YAML'
saltus: 1
title: A (small) network
seed: 3
duration: 200 ms
populations:
  E: {size: 200, model: lif_delta, params: {v_reset: 10 mV}}
inputs:
  noise: {type: poisson, rate: 2 kHz, to: E, weight: 0.6 mV}
projections:
  - {from: E, to: E, rule: {fixed_indegree: 20}, weight: 0.3 mV, delay: 1.5 ms}
YAML
export OMP_NUM_THREADS=1
# gnuplot is not what is tested here, and costs more than all runs together
mkdir bin
printf '#!/bin/sh\nexit 0\n' >bin/gnuplot
chmod +x bin/gnuplot
real_path=$PATH
export PATH="$work/bin:$PATH"

# ---- Help and wrong command lines --------------------------------------------------------
run 0 sweep --help
quiet_err
out_has 'usage: saltus sweep FILE --vary PATH=RANGE'
vary=inputs.noise.rate
run 2 sweep
err_has 'no experiment file'
run 2 sweep net.yaml
err_has 'nothing varies; give --vary'
run 2 sweep net.yaml net.yaml --vary $vary=1Hz
err_has 'more than one file'
printf '%s\n' 'saltus: 1' 'duration: 5 ms' 'populations:' '  A: {size: 3, model: qif}' >flow.yaml
run 2 sweep flow.yaml --vary populations.A.size=1..3:lin:2 --engines event,offgrid@1ms --out named
err_has 'population A is of model qif, which engine offgrid does not have'
check "nothing was run for it" test ! -e named
run 2 sweep net.yaml --vary $vary
err_has 'it takes PATH=RANGE'
run 2 sweep net.yaml --vary =1Hz
err_has 'it takes PATH=RANGE'
run 2 sweep net.yaml --vary $vary=1Hz..20kHz
err_has "':log:COUNT' or ':lin:COUNT' is needed"
run 2 sweep net.yaml --vary $vary=1Hz..20mV:log:8
err_has 'begins with a rate, .1Hz., and ends with a voltage'
run 2 sweep net.yaml --vary $vary=0Hz..20Hz:log:8
err_has 'both ends above 0'
run 2 sweep net.yaml --vary $vary=1Hz..20Hz:log:1
err_has '2 to 1000'
run 2 sweep net.yaml --vary $vary=1Hz,2Hz,1Hz
err_has 'twice'
run 2 sweep net.yaml --with $vary=1Hz
err_has 'after the --vary'
run 2 sweep net.yaml --vary $vary=1Hz,2Hz --with populations.E.size=100
err_has 'has 1 values and its --vary has 2'
run 2 sweep net.yaml --vary $vary=1Hz,2Hz --with $vary=1Hz,2Hz
err_has 'is set twice'
run 2 sweep net.yaml --vary $vary=1Hz,2Hz --set $vary=1Hz
err_has 'is set twice'
run 2 sweep net.yaml --vary a=1 --vary b=1 --vary c=1
err_has 'more than 2 --vary'
run 2 sweep net.yaml --vary $vary=1Hz --engines evnt
err_has 'evnt'
run 2 sweep net.yaml --vary $vary=1Hz --engines event,
run 2 sweep net.yaml --vary $vary=1Hz --engines grid
err_has 'needs a step'
run 2 sweep net.yaml --vary $vary=1Hz --engines clock@0.1ms,grid@100us
err_has 'grid@0.1ms twice'
run 2 sweep net.yaml --vary $vary=1Hz --repeat 0
run 2 sweep net.yaml --vary $vary=1..1000:log:1000 --vary populations.E.size=1..1000:lin:1000
err_has 'runs; 100,000 are allowed'
run 2 sweep --resume nowhere
err_has 'nowhere holds no sweep'
run 2 sweep net.yaml --resume nowhere
err_has 'only --energy, --json and --quiet'

# A mistake in the last point is found before the first one runs.
run 2 sweep net.yaml --vary populations.E.size=100,2.5 --out never
err_has 'populations.E.size: '
err_has 'this is the point populations.E.size = 2.5; nothing was run'
run 2 sweep net.yaml --vary populations.E.sise=100 --out never
err_has 'did you mean'
run 2 sweep net.yaml --vary populations.E.size=100..10000000000:log:3 --out never
run 2 sweep net.yaml --vary projections.0.rule.fixed_indegree=20,2000000 --out never \
    --set populations.E.size=100000000
err_has 'does not fit'
check "nothing of this left a directory" test ! -e never -a ! -e results
: >file
run 2 sweep net.yaml --vary $vary=1Hz --out file
err_has 'file: Not a directory'
run 2 sweep net.yaml --vary $vary=1Hz --out file/below
err_has 'Not a directory'
mkdir mine
: >mine/thesis.tex
run 2 sweep net.yaml --vary $vary=1Hz --out mine
err_has 'mine exists and holds no sweep'
check "a directory of something else stays as it is" test "$(ls mine)" = thesis.tex
if [ "$(id -u)" != 0 ]; then
    mkdir -m 555 locked
    run 2 sweep net.yaml --vary $vary=1Hz --out locked/below
    err_has 'locked/below: Permission denied'
fi

# ---- A whole sweep -------------------------------------------------------------------------
plan=(net.yaml --vary $vary=100Hz..2kHz:log:3 --engines event,grid@1ms --repeat 2)
run 0 sweep "${plan[@]}" --out one
quiet_err
out_has '^3 points on 2 engines, 2 times each, 1 thread on '
out_has '^100 Hz +event '
out_has '^447.2 Hz +event '
out_has '^2 kHz +event '
out_has '^ +grid@1ms '
out_has '^crossover'
out_has '^cost model '
out_has '^results +one$'
check "points.csv has a line a run" test "$(lines one/points.csv)" = 13
check "weight updates have a column" grep -q ',crossing_searches,plastic_updates,' one/points.csv
check "points.csv names its columns" grep -q "^point,$vary,engine,repeat,wall_s," one/points.csv
json 'd["complete"] is True and len(d["points"]) == 3' one/sweep.json
json 'd["points"][1]["values"] == {"inputs.noise.rate": "447.2 Hz"}' one/sweep.json
json 'all(e["wall_s"] > 0 for p in d["points"] for e in p["engines"])' one/sweep.json
json '[f["engine"] for f in d["fits"]] == ["event", "grid"]' one/sweep.json
json 'd["plan"]["engines"] == "event, grid@1ms"' one/sweep.json
for name in cost ratio activity; do
    check "there are data and a script of $name" test -s one/$name.tsv -a -s one/$name.gp
done
check "no file is left half written" test -z "$(ls one | grep partial)"
check "repeats give the same spikes, to the last bit" python3 - one/points.csv <<'PY'
import csv, sys
seen = {}
for row in csv.DictReader(open(sys.argv[1])):
    seen.setdefault(row["point"], {}).setdefault(row["engine"], set()).add(row["fingerprint"])
assert len(seen) == 3 and all(len(prints) == 1 for e in seen.values() for prints in e.values())
PY
# what is measured is the run that the values ask for
run 0 run net.yaml --set $vary=447.2Hz --out single --spikes none
check "a point is the run with its value" test \
    "$(sed -n 's/.*"fingerprint": "\(.*\)".*/\1/p' single/manifest.json)" = \
    "$(awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) if ($i == "fingerprint") f = i}
        $1 == 1 && $3 == "event" && $4 == 0 {print $f}' one/points.csv)"

# The same command again runs nothing, --resume neither.
cp one/points.csv before
for again in "sweep ${plan[*]} --out one" "sweep --resume one" "sweep ${plan[*]} --out ./one/"; do
    # shellcheck disable=SC2086
    run 0 $again
    check "$again runs nothing" cmp before one/points.csv
done
run 0 sweep --resume one --json
cp out json
json 'd["complete"] is True' json
check "--json prints sweep.json" cmp json one/sweep.json

# Energy follows from the counts and is no part of the plan.
run 0 sweep --resume one --energy loihi,horowitz45
out_has '^energy by loihi$'
check "pricing runs nothing" cmp before one/points.csv
json 'all([t["table"] for t in e["energy"]] == ["loihi", "horowitz45"]
    for p in d["points"] for e in p["engines"])' one/sweep.json
json '(lambda J: J[2] > J[0] > 0)([p["engines"][0]["energy"][0]["low_J"] for p in d["points"]])' \
    one/sweep.json
run 2 sweep --resume one --energy loihi,
err_has 'it takes names of cost tables'
run 2 sweep --resume one --energy nothing
run 0 sweep --resume one --json
cp out json

# Another plan is refused, and the difference named.
other() {
    local what=$1
    shift
    run 2 sweep "$@" --out one
    err_has 'one holds another sweep: there '
    err_has "$what"
    check "another plan changes nothing" cmp before one/points.csv
    check "nor sweep.json" cmp json one/sweep.json
}
other '"repeats": 2, here "repeats": 3' net.yaml --vary $vary=100Hz..2kHz:log:3 \
    --engines event,grid@1ms --repeat 3
other 'there "engines": "event, grid@1ms", here "engines": "event"' net.yaml \
    --vary $vary=100Hz..2kHz:log:3 --engines event --repeat 2
other '100 Hz, 447.2 Hz, 2 kHz", here ".*100 Hz, 271.4 Hz' net.yaml \
    --vary $vary=100Hz..2kHz:log:4 --engines event,grid@1ms --repeat 2
other '"seed": 3, here "seed": 4' "${plan[@]}" --seed 4
other '"threads": 1, here "threads": 2' "${plan[@]}" --threads 2
other '"set": "", here "set": "duration=100ms"' "${plan[@]}" --set duration=100ms
sed -i 's/0.3 mV/0.4 mV/' net.yaml
other '"experiments"' "${plan[@]}"
sed -i 's/0.4 mV/0.3 mV/' net.yaml
sed -i 's/^title:.*/title: Another title/' net.yaml
run 0 sweep "${plan[@]}" --out one
check "a title is no other plan" cmp before one/points.csv

# ---- Half a line, lines that do not belong ---------------------------------------------------
# cut BYTES: a directory whose points.csv ends as a kill in the middle of a write leaves it
cut_to() {
    rm -rf part
    mkdir part
    cp one/sweep.json part/
    head -c "$1" before >part/points.csv
}
size=$(wc -c <before)
for bytes in $((size - 1)) $((size - 40)) $((size / 2)) 20 0; do
    cut_to "$bytes"
    whole=$(head -c "$bytes" before | wc -l)
    run 0 sweep "${plan[@]}" --out part
    check "cut at $bytes: every run is there once" test \
        "$(cut -d, -f1-4 part/points.csv | sort -u | wc -l)" = 13 -a "$(lines part/points.csv)" = 13
    check "cut at $bytes: whole lines ($whole) are kept as they were" \
        cmp <(head -n "$whole" before) <(head -n "$whole" part/points.csv)
done
cut_to "$size"
sed -i '3s/,grid/,gird/' part/points.csv
run 2 sweep "${plan[@]}" --out part
err_has 'part/points.csv:3: this is no line of this sweep'
cut_to "$size"
sed -i '4s/,[^,]*$//' part/points.csv
run 2 sweep "${plan[@]}" --out part
err_has 'part/points.csv:4: this is no line'
cut_to "$size"
sed -i '1s/wall_s/wall/' part/points.csv
run 2 sweep "${plan[@]}" --out part
err_has 'points.csv:1: these are not the columns'
cut_to "$size"
rm part/sweep.json
run 2 sweep "${plan[@]}" --out part
err_has 'part exists and holds no sweep'
cut_to "$size"
: >part/sweep.json
run 2 sweep "${plan[@]}" --out part
err_has 'no plan that can be read'

# Figures that no run can have: they would go into ratios and fits.
with_figure() {
    cut_to "$size"
    awk -F, -v OFS=, -v name="$1" -v value="$2" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i}
        NR == 3 {$at[name] = value} {print}' before >part/points.csv
    run 2 sweep "${plan[@]}" --out part
    err_has 'part/points.csv:3: this is no line of this sweep'
}
for figure in wall_s=nan wall_s=0 wall_s=-1 wall_s=inf wall_s=' 1' simulated_ms=0 simulated_ms=nan \
    cpu_s=-1 build_s=inf spikes=-1 spikes=+1 'steps= 1' neurons=99999999999999999999; do
    with_figure "${figure%%=*}" "${figure#*=}"
done

# What stands for the command in a sweep.json that somebody cut or changed.
with_command() {
    cut_to "$size"
    printf '{\n  "command": [\n%b' "$1" >part/sweep.json
    run 2 sweep --resume part
    err_has "$2"
}
with_command '    "abc\\' 'without a command that can be read'
with_command '    "abc\\u00' 'without a command that can be read'
with_command '  ]' 'without a command that can be read'
with_command '    "sweep", "--resume", "part"\n  ]\n}\n' 'a command that begins no sweep'

# Sources alone have no rates of neurons.
cat >sources.yaml <<'YAML'
saltus: 1
duration: 10 ms
populations:
  S: {size: 3, model: poisson_source, params: {rate: 100 Hz}}
YAML
run 0 sweep sources.yaml --vary seed=1,2 --repeat 1 --out sources
check "what is not there is nan" grep -q ',nan,nan$' sources/points.csv
check "and has no sign" test "$(grep -c -- -nan sources/points.csv)" = 0

# ---- A gnuplot that does not come back -------------------------------------------------------
mkdir hanging
printf '#!/bin/sh\n: >begun\nexec sleep 100\n' >hanging/gnuplot
chmod +x hanging/gnuplot
PATH=$PWD/hanging:$PATH "$saltus" sweep net.yaml --vary seed=1,2 --repeat 1 --out drawing \
    >out 2>err &
job=$!
for _ in $(seq 1 2000); do
    [ -e drawing/begun ] && break
    sleep 0.005
done
kill -TERM "$job"
wait "$job"
code=$?
job=
check "one signal ends a sweep that is drawing" test "$code" = 130
json 'd["complete"] is False' drawing/sweep.json
run 0 sweep --resume drawing
json 'd["complete"] is True' drawing/sweep.json

# ---- Killed at several moments ---------------------------------------------------------------
long=(net.yaml --vary $vary=1kHz..2kHz:lin:4 --engines event,grid@0.1ms --repeat 2
    --set 'duration=2 s')
for after in 1 2 5 12; do
    rm -rf killed
    "$saltus" sweep "${long[@]}" --out killed >out 2>err &
    job=$!
    for _ in $(seq 1 2000); do
        [ -e killed/points.csv ] && [ "$(lines killed/points.csv)" -ge "$after" ] && break
        kill -0 "$job" 2>/dev/null || break
        sleep 0.005
    done
    kill -9 "$job" 2>/dev/null
    wait "$job" 2>/dev/null
    job=
    json 'd["complete"] is False' killed/sweep.json
    check "killed before its end" test "$(lines killed/points.csv)" -lt 17
    head -n "$(lines killed/points.csv)" killed/points.csv >kept
    run 0 sweep --resume killed
    check "runs that were done are not run again" \
        cmp kept <(head -n "$(lines kept)" killed/points.csv)
    check "every run is there once" test \
        "$(cut -d, -f1-4 killed/points.csv | sort -u | wc -l)" = 17 -a \
        "$(lines killed/points.csv)" = 17
    json 'd["complete"] is True' killed/sweep.json
done

# Ctrl-C and SIGTERM: in order, with a word on how to go on. The child of a script ignores SIGINT.
"$saltus" sweep "${long[@]}" --set 'populations.E.size=2000' --out stopped >out 2>err &
job=$!
for _ in $(seq 1 2000); do
    [ -e stopped/points.csv ] && [ "$(lines stopped/points.csv)" -ge 2 ] && break
    sleep 0.005
done
# a second sweep does not touch what the first one writes
"$saltus" sweep --resume stopped >out2 2>err2
code=$?
check "two sweeps at once: the second one is refused" test "$code" = 2
check "and says why" grep -q 'another sweep is at work in stopped' err2
kill -TERM "$job"
wait "$job"
code=$?
job=
check "SIGTERM gives 130" test "$code" = 130
err_has 'of 16 runs are done and kept in stopped; .*--resume stopped'
check "what was done is kept" test "$(lines stopped/points.csv)" -ge 2

# A file that may not grow: no half line stays.
(
    ulimit -f 1
    "$saltus" sweep "${long[@]}" --out limited >out 2>err
)
code=$?
check "a file limit gives 1" test "$code" = 1
err_has 'cannot write limited/(points.csv|sweep.json): File too large'

# ---- Results from known times ------------------------------------------------------------------
# Times that are made: the event engine's grow with the rate, the clock's do not, so they are equal
# at 500 Hz, and 10 % of spread moves that by 10 %.
made=(net.yaml --vary $vary=100Hz,10kHz,1kHz --engines event,grid@1ms --repeat 2)
run 0 sweep "${made[@]}" --out made
awk -F, -v OFS=, 'NR > 1 {
    split($2, x, " "); rate = x[1] * (x[2] == "kHz" ? 1000 : 1)
    $5 = ($3 == "event" ? rate * 1e-4 : 0.05) * ($3 == "event" && $4 == 1 ? 1.1 : 1)
} {print}' made/points.csv >made.csv
cp made.csv made/points.csv
run 0 sweep "${made[@]}" --out made
out_has 'grid@1ms +at 500 Hz \(the repeats allow 454.5 Hz to 500 Hz\), between the points 100 Hz'
out_has 'and 1000 Hz; below it event is faster, above it grid@1ms$'
json 'abs(d["crossovers"][0]["measured"][0]["x"] - 500) < 1e-6' made/sweep.json
json 'd["crossovers"][0]["measured"][0]["cheaper_above"] == "engine"' made/sweep.json
awk -F, -v OFS=, 'NR > 1 && $3 == "event" {$5 = 0.01} {print}' made.csv >made/points.csv
run 0 sweep "${made[@]}" --out made
out_has 'none in the range: event is faster everywhere, 5.000 to 5.000 times'
awk -F, -v OFS=, 'NR > 1 && $3 == "event" {$5 = 0.2} {print}' made.csv >made/points.csv
run 0 sweep "${made[@]}" --out made
out_has 'none in the range: grid@1ms is faster everywhere, 4.000 to 4.000 times'
# Times from known costs: the fit finds them.
awk -F, -v OFS=, 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i}
    NR > 1 {$5 = sprintf("%.17g", $3 == "event" \
        ? ($at["synaptic_events"] * 3 + $at["external_events"] * 8) * 1e-9 \
        : ($at["step_updates"] * 1.5 + $at["external_events"] * 5) * 1e-9)}
    {print}' made.csv >made/points.csv
run 0 sweep "${made[@]}" --out made
costs='{c["work"]: c["cost_ns"] for c in d["fits"]'
json "abs($costs[0][\"costs\"]}[\"external event\"] - 8) < 1e-6" made/sweep.json
json "abs($costs[1][\"costs\"]}[\"neuron step\"] - 1.5) < 1e-6" made/sweep.json
json 'd["fits"][0]["max_relative"] < 1e-6' made/sweep.json

# ---- Grids, keys that move together, one engine ---------------------------------------------
run 0 sweep net.yaml --vary populations.E.size=100,200 \
    --with projections.0.rule.fixed_indegree=10,20 --vary $vary=1kHz,2kHz \
    --engines event,euler@1ms --repeat 1 --out grid
check "a grid has all combinations" test "$(lines grid/points.csv)" = 9
check "keys that move together do" test "$(cut -d, -f2,3 grid/points.csv | sort -u | wc -l)" = 3
check "the synapses follow" test \
    "$(awk -F, '$2 == 100 && $3 == 10 && $12 == 1000' grid/points.csv | wc -l)" = 4
for name in cost_1 cost_2 ratio_1 ratio_2 activity; do
    check "there is a figure $name" test -s grid/$name.gp
done
run 0 sweep net.yaml --vary $vary=1kHz,2kHz --engines event --repeat 1 --out alone
check "one engine has no crossover" test "$(grep -c crossover out)" = 0
run 0 sweep net.yaml --vary $vary=1kHz --engines grid@1ms,event --repeat 1 --out point
json 'd["crossovers"][0]["reference"] == "event"' point/sweep.json
run 0 sweep net.yaml --vary $vary=1kHz --engines event --repeat 1
check "the default directory has title and date" test \
    "$(ls -d results/sweep-another-title-2* | wc -l)" = 1

# Figures, where there is gnuplot; a word where there is none.
if PATH=$real_path command -v gnuplot >/dev/null; then
    PATH=$real_path run 0 sweep --resume one
    check "pictures are drawn" test -s one/cost.png -a -s one/cost.svg -a -s one/ratio.png
else
    echo "skipped: no gnuplot"
fi
rm bin/gnuplot
if ! command -v gnuplot >/dev/null; then
    run 0 sweep --resume one
    err_has 'there is no gnuplot here'
fi

printf 'sweep: %d checks passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
