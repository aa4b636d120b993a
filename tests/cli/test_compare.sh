#!/usr/bin/env bash
# test_compare - saltus compare from outside: refusals, results, agreement with saltus run, odd
# networks, a run that dies, Ctrl-C, output that cannot be written.
#
# usage: test_compare.sh SALTUS SOURCE_FOLDER
subcommand=compare
. "$(dirname "$0")/outside.sh"
set -m # background jobs get Ctrl-C as a terminal would send it

# holds DIR EXPRESSION: true of j, the comparison as Python sees it; e(NAME) is an engine's part
holds() {
    check "$1/compare.json: $2" python3 -c '
import json, sys
j = json.load(open(sys.argv[1] + "/compare.json"))
e = lambda name: next(x for x in j["engines"] if x["engine"] == name)
sys.exit(0 if eval("(" + sys.argv[2] + ")") else 1)' "$1" "$2"
}

# Twenty sources onto five neurons that fire three times: 20 x 5 x (10 + 3) weight updates.
learning_network >learns.yaml

# A chain with sources before its neurons; delays that no step of a tenth holds.
cat >chain.yaml <<'YAML'
saltus: 1
title: A (feed-forward) chain
seed: 3
duration: 200 ms
populations:
  S: {size: 100, model: poisson_source, params: {rate: 30 Hz}}
  A: {size: 60, model: lif_delta, params: {v_th: 15 mV}}
  B: {size: 40, like: A}
inputs:
  noise: {type: poisson, rate: 200 Hz, to: A, weight: 1 mV}
projections:
  - {from: S, to: A, rule: {fixed_indegree: 30}, weight: 1.5 mV, delay: 1.53 ms}
  - {from: A, to: B, rule: {fixed_indegree: 20}, weight: 2 mV, delay: 2 ms}
YAML
cat >ring.yaml <<'YAML'
saltus: 1
title: Recurrent
seed: 5
duration: 100 ms
populations:
  E: {size: 400, model: lif_delta, params: {v_reset: 10 mV}, init: {v: {uniform: [0 mV, 20 mV]}}}
inputs:
  noise: {type: poisson, rate: 2 kHz, to: E, weight: 0.6 mV}
projections:
  - {from: E, to: E, rule: {fixed_indegree: 40}, weight: 0.3 mV, delay: 1.5 ms}
YAML

# ---- Wrong command lines ---------------------------------------------------------------
run 0 --help
quiet_err
out_has 'usage: saltus compare FILE'
out_has '--variants'
run 2
err_has 'no experiment file'
run 2 chain.yaml ring.yaml
err_has 'more than one file'
run 2 missing.yaml
err_has 'cannot read missing.yaml'
run 2 chain.yaml --stepz 1ms
err_has 'did you mean --steps\?'
for steps in 0 0ms 1 -1ms 1mV one 1ms,,2ms '' 1ms,; do
    run 2 chain.yaml --steps "$steps"
    check "a step that is none is told: $steps" test -s err
    quiet_out
done
run 2 chain.yaml --variants gird
err_has 'did you mean grid\?'
run 2 chain.yaml --variants event
err_has 'allowed are grid,euler,interpolated,offgrid'
run 2 chain.yaml --engines 'runge@1ms'
err_has 'runge'
run 2 chain.yaml --engines grid@1ms --steps 1ms
err_has 'instead of'
run 2 chain.yaml --energy nonsuch
err_has 'nonsuch'
run 2 chain.yaml --energy "$(printf 'x%.0s' {1..5000})"
err_has 'a word of 5000 bytes'
run 2 chain.yaml --repeat 0
run 2 chain.yaml --seeds -1
run 2 chain.yaml --window tall
err_has '--window is tall'
run 2 chain.yaml --tau-rossum 0
err_has '--tau-rossum is 0'
run 2 chain.yaml --shift-cost nan
err_has '--shift-cost is nan'
run 2 chain.yaml --from 200ms
err_has 'the run ends at 200 ms'
run 2 chain.yaml --set duration=no
run 2 chain.yaml --out ''
check "a refusal leaves nothing" test ! -e results
"$saltus" --measured-run >out 2>err
code=$?
check "the runs' own word is refused by hand" test "$code" = 2

# ---- A comparison ----------------------------------------------------------------------
# A table whose path is long.
folder=$(printf 'long%.0s' {1..30})
mkdir "$folder"
cp "$root/data/energy/loihi.yaml" "$folder/mine.yaml"
run 2 chain.yaml --energy loihi,horowitz45,loihi
err_has 'two cost tables are called loihi'
run 0 chain.yaml --engines grid@1ms --energy "$PWD/$folder/mine.yaml" --out long
holds long 'list(j["engines"][0]["energy"]) == ["mine"]'

run 0 learns.yaml --engines grid@0.25ms --energy loihi,truenorth --out learns
out_has '^  event +1300 weight updates by learning'
out_has 'truenorth has no price or no count for plastic_update'
holds learns 'e("event")["neurobench"]["synaptic_operations"]["plastic_updates"] == 1300'
holds learns 'all(x["counts"]["plastic_updates"] == 1300 for x in j["engines"])'
holds learns 'e("event")["energy"]["truenorth"]["lower_bound"]'
check "the table has them" test "$(awk -F, 'NR == 1 {for (i = 1; i <= NF; i++)
    if ($i == "plastic_updates") at = i} NR > 1 {print $at}' learns/compare.csv | uniq)" = 1300

run 0 chain.yaml --steps 1ms,0.1ms --repeat 2 --energy horowitz45,loihi --out chain
err_has 'grid@1ms rounds to its steps 1,800 delays'
err_has 'grid@0.1ms rounds to its steps 1,800 delays'
check "off the grid nothing is rounded" test "$(grep -c offgrid err)" = 0
for block in COST OPERATIONS SPIKES ORDER 'STATISTICS of A' ENERGY ROUNDED NETWORK ARTIFICIAL; do
    out_has "^$block"
done
out_has '^results  chain$'
check "the table fits 100 columns" test "$(awk 'length > 100' out | wc -l)" = 0
check "compare.json is JSON" python3 -m json.tool chain/compare.json
check "the experiment is kept" cmp chain.yaml chain/experiment.yaml
check "no partial directory, no spikes are left" test ! -e chain.partial -a ! -e chain/spikes.tmp
check "nine engines and a header" test "$(wc -l <chain/compare.csv)" = 10
check "weight updates have a column" grep -q ',crossing_searches,plastic_updates,' chain/compare.csv
check "every line has as many fields" \
    test "$(awk -F, '{print NF}' chain/compare.csv | sort -u | wc -l)" = 1
holds chain 'j["complete"] and len(j["engines"]) == 9 and not j["network"]["recurrent"]'
holds chain 'e("event")["accuracy"] is None and e("event")["time"]["ratio_to_event"] == 1'
holds chain 'all(len(x["time"]["wall_s"]) == 2 for x in j["engines"])'
holds chain 'all(x["time"]["wall_low_s"] <= x["time"]["wall_median_s"] <=
    x["time"]["wall_high_s"] for x in j["engines"])'
holds chain 'all(x["peak_bytes"] > 1000000 for x in j["engines"])'
holds chain 'j["network"]["seeds"] == 1 and "seeds" not in e("grid@1ms")["populations"][1]'
# what must hold of any comparison
holds chain 'all(x["accuracy"]["match"]["matched"] + x["accuracy"]["match"]["missed"] ==
    e("event")["counts"]["spikes"] for x in j["engines"][1:])'
holds chain 'all(x["accuracy"]["match"]["matched"] + x["accuracy"]["match"]["extra"] ==
    x["counts"]["spikes"] for x in j["engines"][1:])'
holds chain 'all(x["counts"]["step_updates"] == x["counts"]["steps"] * 100
    for x in j["engines"][1:])'
holds chain 'e("grid@1ms")["counts"]["steps"] == 200 and e("grid@0.1ms")["counts"]["steps"] == 2000'
holds chain 'e("offgrid@1ms")["accuracy"]["match"]["max_abs_shift_ms"] <= 1e-9'
holds chain 'e("offgrid@1ms")["accuracy"]["match"]["missed"] == 0'
holds chain 'e("grid@1ms")["accuracy"]["match"]["mean_abs_shift_ms"] >
    e("grid@0.1ms")["accuracy"]["match"]["mean_abs_shift_ms"]'
holds chain 'e("grid@1ms")["accuracy"]["order"]["created"] > 0'
holds chain '[r["name"] for r in e("grid@1ms")["rounded"]] == ["S->A"] and
    e("grid@1ms")["rounded"][0]["used_ms"] == 2 and e("event")["rounded"] == []'
holds chain 'all(x["energy"][t]["lower_bound"] for x in j["engines"] for t in x["energy"])'
holds chain 'e("event")["neurobench"]["synaptic_operations"]["effective_acs"] ==
    e("event")["counts"]["synaptic_events"]'
holds chain 'e("event")["ann"]["sparse"]["macs"] == j["network"]["synapses"]'
holds chain '[p["sources"] for p in e("event")["populations"]] == [True, False, False]'
holds chain 'sum(p["accuracy"]["match"]["matched"] for p in e("euler@1ms")["populations"][1:]) ==
    e("euler@1ms")["accuracy"]["match"]["matched"]'

# The figures: data and script always, pictures where there is gnuplot.
for figure in error wrong_spikes energy; do
    check "$figure has data and a script" test -s chain/$figure.tsv -a -s chain/$figure.gp
    check "$figure names its data without a folder" grep -q "^data = '$figure.tsv'" chain/$figure.gp
    if command -v gnuplot >/dev/null; then
        check "$figure has pictures" test -s chain/$figure.svg -a -s chain/$figure.png
    fi
done
mkdir empty
PATH=$work/empty "$saltus" compare chain.yaml --engines grid@1ms --out bare >out 2>err
code=$?
check "without gnuplot it is whole" test "$code" = 0 -a -s bare/error.gp -a ! -e bare/error.png
err_has 'no gnuplot is found.*cd bare'

# The numbers are those of saltus run, but for two that depend on where a run is cut.
same_as_run() { # ENGINE, NAME IN THE COMPARISON
    check "saltus run --engine $1" "$saltus" run chain.yaml --engine "$1" --quiet --out "run-$2"
    check "$2: spikes and counts are those of saltus run" python3 -c '
import json, sys
m = json.load(open("run-%s/manifest.json" % sys.argv[1]))
j = json.load(open("chain/compare.json"))
x = next(x for x in j["engines"] if x["engine"] == sys.argv[1])
for cut in ("windows", "scheduler_compares"):
    del m["counts"][cut], x["counts"][cut]
assert m["counts"] == x["counts"], (m["counts"], x["counts"])
assert m["fingerprint"] == x["fingerprint"]
assert m["experiment"]["hash"] == j["experiment"]["hash"]' "$2"
}
same_as_run event event
same_as_run clock@100us grid@0.1ms
same_as_run interpolated@1ms interpolated@1ms

# Everything but times and memory is the same again, and for another number of threads.
run 0 chain.yaml --steps 1ms,0.1ms --energy horowitz45,loihi --threads 1 --json --out again
check "--json prints compare.json" cmp out again/compare.json
check "the same again, whatever the threads" python3 -c '
import json
def plain(name):
    j = json.load(open(name + "/compare.json"))
    for key in ("started", "directory", "command", "options"):
        del j[key]
    for x in j["engines"]:
        for key in ("time", "measured", "peak_bytes", "network_bytes", "neurobench"):
            del x[key]
    return j
assert plain("chain") == plain("again")'

# Several spellings are one engine, which is asked for once; the event-driven run is always there.
run 0 chain.yaml --engines event,clock@1000us,euler@1ms --energy none --out once
holds once '[x["engine"] for x in j["engines"]] == ["event", "grid@1ms", "euler@1ms"]'
holds once 'j["left_out"] == []'
twice() {
    run 2 chain.yaml "$@" --out twice
    check "nothing is left" test ! -e twice -a ! -e twice.partial
}
twice --engines clock@1ms,grid@1000us
err_has '--engines has grid@1ms twice'
twice --engines event,grid@1ms,event
err_has '--engines has event twice'
twice --steps 0.1ms,1ms,100us
err_has '--variants and --steps give grid@0.1ms twice'
twice --variants grid,clock
err_has '--variants and --steps give grid@1ms twice'
check "no energy, no figure of it" test ! -e once/energy.gp
run 0 chain.yaml --engines grid@1ms --seed 7 --set duration='100 ms' --window 0 --out changed
holds changed 'j["experiment"]["seed"] == 7 and e("event")["counts"]["spikes"] > 0'
holds changed 'j["experiment"]["overrides"] == [{"path": "duration", "value": "100 ms"}]'
holds changed 'j["options"]["window_ms"] == 0'

# ---- Engines that are not for a network ------------------------------------------------
long=$(printf 'Name%.0s' {1..25})
cat >currents.yaml <<YAML
saltus: 1
duration: 20 ms
populations:
  $long: {size: 4, model: lif_exp, params: {tau_syn: 0.5 ms, t_ref: 1.7 ms}}
inputs:
  noise: {type: poisson, rate: 8 kHz, to: $long, weight: 60 pA}
projections:
  - {from: $long, to: $long, rule: {fixed_indegree: 2}, weight: 20 pA, delay: 1.2 ms}
YAML
run 0 currents.yaml --seeds 0 --energy none --out usual
err_has "warning: interpolated@1ms is left out: population $long has synaptic currents"
err_has 'warning: euler@1ms is left out: euler: with a step of 1 ms'
out_has '^without offgrid@0.1ms: population '
holds usual '[x["engine"] for x in j["engines"]] == ["event", "grid@1ms", "grid@0.1ms",
    "euler@0.1ms"]'
holds usual '[x["engine"] for x in j["left_out"]] == ["euler@1ms", "interpolated@1ms",
    "interpolated@0.1ms", "offgrid@1ms", "offgrid@0.1ms"]'
holds usual 'all("allowed" in x["why"] or "grid and euler do" in x["why"] for x in j["left_out"])'
# names are whole, however long
holds usual 'all(x["populations"][0]["name"] == "Name" * 25 for x in j["engines"])'
holds usual 'all(x["projections"][0]["name"] == "Name" * 25 + "->" + "Name" * 25
    for x in j["engines"])'
holds usual '"Name" * 25 in [r["name"] for r in e("grid@1ms")["rounded"]]'
# what someone chose must run, and is asked about its models before anything does
for chosen in '--engines grid@0.1ms,offgrid@0.1ms' '--variants grid,offgrid --steps 0.1ms'; do
    run 2 currents.yaml $chosen --seeds 0 --energy none --out chosen
    err_has "compare: population $long has synaptic currents, which engine offgrid does not have"
    check "nothing was run" test ! -e chosen -a ! -e chosen.partial
done
run 2 currents.yaml --engines grid@0.1ms,euler@1ms --seeds 0 --energy none --out chosen
err_has 'compare: euler@1ms: euler: with a step of 1 ms'
check "what is finished stays" grep -q '"complete": false' chosen.partial/compare.json
rm -r chosen.partial
printf '%s\n' 'saltus: 1' 'duration: 20 ms' 'populations:' \
    '  A: {size: 3, model: qif, params: {i_e: 9 pA}}' >flow.yaml
run 0 flow.yaml --steps 1ms --energy none --out flow
err_has 'offgrid@1ms is left out: population A is of model qif, which engine offgrid does not have'
holds flow '[x["engine"] for x in j["engines"]] == ["event", "grid@1ms", "euler@1ms"]'

# ---- Recurrent networks: the yardstick -------------------------------------------------
run 0 ring.yaml --engines grid@0.5ms,offgrid@0.5ms --out ring
out_has '^5 seeds'
holds ring 'j["network"]["recurrent"] and j["network"]["seeds"] == 5'
holds ring 'e("event")["populations"][0]["seeds"]["rate_mean"]["seeds_sd"] > 0'
holds ring 'e("offgrid@0.5ms")["populations"][0]["seeds"]["rate_mean"]["value"] ==
    e("event")["populations"][0]["statistics"]["rate"]["mean"]'
run 0 ring.yaml --engines grid@0.5ms --seeds 0 --out unmeasured
holds unmeasured 'j["network"]["seeds"] == 1'
run 0 chain.yaml --engines grid@0.5ms --seeds 2 --out measured
holds measured 'j["network"]["seeds"] == 3 and "seeds" in e("grid@0.5ms")["populations"][1]'

# ---- Networks with little in them --------------------------------------------------------
printf '%s\n' 'saltus: 1' 'duration: 20 ms' 'populations:' \
    '  A: {size: 3, model: lif_delta}' >silent.yaml
run 0 silent.yaml --steps 1ms --out silent
check "a silent network's JSON is valid" python3 -m json.tool silent/compare.json
holds silent 'e("event")["counts"]["spikes"] == 0 and e("grid@1ms")["accuracy"] is not None'
holds silent 'e("event")["time"]["wall_ns_per_synaptic_event"] is None'
holds silent 'e("grid@1ms")["accuracy"]["divergence"]["time_ms"] is None'

printf '%s\n' 'saltus: 1' 'duration: 20 ms' 'populations:' \
    '  A: {size: 3, model: lif_delta, params: {i_e: 1 nA}}' >driven.yaml
run 0 driven.yaml --steps 1ms,0.01ms --out driven
holds driven 'e("event")["counts"]["spikes"] > 0 and j["network"]["synapses"] == 0'
holds driven 'e("event")["counts"]["synaptic_events"] == 0'

printf '%s\n' 'saltus: 1' 'duration: 20 ms' 'populations:' \
    '  S: {size: 3, model: periodic_source, params: {interval: 5 ms}}' >sources.yaml
run 0 sources.yaml --steps 1ms --out sources
holds sources 'e("grid@1ms")["accuracy"] is None'
holds sources 'e("event")["counts"]["source_spikes"] == 9'

# ---- Output that cannot be written -----------------------------------------------------
run 2 chain.yaml --out chain
err_has 'chain exists already'
: >file
run 2 chain.yaml --out file/below
err_has 'file: Not a directory'
run 0 chain.yaml --engines grid@1ms --quiet
run 0 chain.yaml --engines grid@1ms --quiet
check "default names never collide" \
    test "$(ls -d results/compare-a-feed-forward-chain-2* | wc -l)" = 2
(
    ulimit -f 16
    "$saltus" compare ring.yaml --engines grid@1ms --set 'duration=5 s' --out limited >out 2>err
)
code=$?
check "a file limit gives 1" test "$code" = 1
err_has 'cannot write limited.partial/spikes.tmp: File too large'
check "nothing is left without a finished run" test ! -e limited.partial -a ! -e limited

# ---- A run that dies, Ctrl-C ----------------------------------------------------------
# the process that measured_run started
child_of() {
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v parent="$1" '{
        sub(/^[0-9]+ \(.*\) /, $1 " - "); if ($4 == parent) { print $1; exit } }'
}
# start OUT: the first engine is done, the second never ends; its process is in `child`
start() {
    "$saltus" compare ring.yaml --engines grid@0.00001ms --seeds 0 --set 'duration=10 s' \
        --set 'inputs.noise.rate=100 Hz' --energy none --out "$1" >out 2>err &
    job=$!
    child=
    for _ in $(seq 1 1200); do
        child=$(child_of "$job")
        if [ -n "$child" ] && tr '\0' ' ' <"/proc/$child/cmdline" | grep -q grid@; then
            return
        fi
        kill -0 "$job" 2>/dev/null || return
        sleep 0.05
    done
}
stop() {
    wait "$job"
    code=$?
    job=
}
start killed
kill -9 "$child"
stop
check "a run that is killed gives 1" test "$code" = 1
err_has 'the run on grid@1e-05ms was ended by signal 9'
err_has '1 of 2 engines are in killed.partial'
check "what is finished is kept" python3 -m json.tool killed.partial/compare.json
check "and says that it is not all" grep -q '"complete": false' killed.partial/compare.json
check "no spike file stays" test ! -e killed.partial/spikes.tmp -a ! -e killed

# An experiment that is edited while runs are under way: later runs would be of another one.
cp ring.yaml edited.yaml
"$saltus" compare edited.yaml --engines grid@500ns,grid@1ms --seeds 0 --energy none --out edited \
    --set 'duration=2 s' --set 'inputs.noise.rate=100 Hz' >out 2>err &
job=$!
for _ in $(seq 1 2000); do
    child=$(child_of "$job")
    [ -n "$child" ] && tr '\0' ' ' <"/proc/$child/cmdline" | grep -q grid@0.0005ms && break
    sleep 0.005
done 2>/dev/null
# the run waits, however fast the machine is
sleep 0.05
kill -STOP "$child"
sed 's/0.3 mV/0.4 mV/' ring.yaml >edited.new && mv edited.new edited.yaml
kill -CONT "$child"
stop
check "an edited experiment is no longer the same comparison" test "$code" = 2 -a ! -e edited
err_has 'edited.yaml, or a file that it names, was changed since the command began'
check "and the comparison says so" grep -q '"complete": false' edited.partial/compare.json

# A gnuplot that does not come back: one signal ends the command, and what is kept says so.
mkdir hanging
printf '#!/bin/sh\n: >begun\nexec sleep 100\n' >hanging/gnuplot
chmod +x hanging/gnuplot
PATH=$PWD/hanging:$PATH "$saltus" compare chain.yaml --engines grid@1ms --out drawing >out 2>err &
job=$!
for _ in $(seq 1 2000); do
    [ -e drawing.partial/begun ] && break
    sleep 0.005
done
kill -TERM "$job"
stop
check "one signal ends a comparison that is drawing" test "$code" = 130 -a ! -e drawing
check "which is not complete" grep -q '"complete": false' drawing.partial/compare.json

for signal in INT TERM; do
    start "stopped-$signal"
    kill -s $signal "$job"
    stop
    check "SIG$signal gives 130" test "$code" = 130
    err_has "1 of 2 engines are in stopped-$signal.partial"
    out_has 'stopped early: 1 of 2 engines'
    check "SIG$signal ends the run's process" test ! -d "/proc/$child"
    check "SIG$signal leaves what is finished" \
        python3 -m json.tool "stopped-$signal.partial/compare.json"
done

start orphan
kill -9 "$job"
wait "$job" 2>/dev/null
job=
for _ in $(seq 1 100); do
    [ -d "/proc/$child" ] || break
    sleep 0.05
done
check "a killed command takes its run with it" test ! -d "/proc/$child"

printf 'compare: %d checks passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
