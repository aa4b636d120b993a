#!/usr/bin/env bash
# test_energy - `saltus energy` from outside: lists, explains, prices a run, says what is wrong.
#
# usage: test_energy.sh SALTUS SOURCE_ROOT
subcommand=energy
. "$(dirname "$0")/outside.sh"
unset SALTUS_DATA_DIR
json_is() { check "the output is JSON" python3 -m json.tool out; }
# member EXPRESSION: a value of the JSON output, with the root named j
member() { python3 -c "import json; j = json.load(open('out')); print($1)"; }

# ---- Help and lists ----------------------------------------------------------------------
run 0 --help
quiet_err
out_has 'usage: saltus energy'
run 0
quiet_err
for table in brainscales1 cpu cpu_arm gpu horowitz45 horowitz45_arithmetic horowitz45_dram loihi \
    microcircuit reference spinnaker1 spinnaker2 truenorth; do
    out_has "^  $table "
done
out_has 'loihi +14 nm +per-term +derived +Intel Loihi'
out_has 'truenorth +28 nm +all-in +measured'
tables=$(find "$root/data/energy" -name '*.yaml' | wc -l)
check "as many lines as tables" test "$(wc -l <out)" = $((tables + 1))
run 0 --json
json_is
check "every table is in the list" test "$(member 'len(j["tables"])')" = "$tables"

# ---- One table ---------------------------------------------------------------------------
run 0 loihi
quiet_err
out_has 'synaptic_event +23\.6 pJ +simulated, 2018'
out_has 'step_update +52 to 81 pJ'
out_has 'static_power +104 mW +derived, 2020, over simulated time'
out_has 'IEEE Micro'
out_has '^included in another price'
out_has '^not done by the device'
out_has '^unpriced: '
out_has '^  mac '
out_has '^on record, never priced, never to be added'
run 0 truenorth
out_has 'nothing may be added to it'
out_has 'hop +2\.3 pJ'
run 0 horowitz45
out_has '= 2 sram_1MB \+ 1 fp32_add'
run 0 microcircuit
out_has 'may not be added to each other'
for file in "$root"/data/energy/*.yaml; do
    name=$(basename "$file" .yaml)
    run 0 "$name"
    quiet_err
    out_has "^$name - "
    run 0 "$file" --json
    json_is
    check "$name: each figure has source and year" test "$(member \
        'all(f["source"] and f["year"] > 1990 for t in j["tables"] for k in ("prices", "lines",
        "operations", "on_record") for f in t.get(k, []))')" = True
done
run 0 loihi spinnaker1
out_has '^loihi - '
out_has '^spinnaker1 - '

# ---- A run -------------------------------------------------------------------------------
cat >net.yaml <<'YAML'
saltus: 1
duration: 95 ms
populations:
  P: {size: 1, model: periodic_source, params: {interval: 10 ms}}
  E: {size: 4, model: lif_delta}
projections:
  - {from: P, to: E, rule: all_to_all, weight: 1 mV, delay: 1 ms}
YAML
"$saltus" run net.yaml --out net --spikes none --quiet >/dev/null 2>&1
events=$(sed -n 's/^ *"synaptic_events": \([0-9]*\).*/\1/p' net/manifest.json | head -n 1)
check "the run has events" test "$events" -gt 30
run 0 loihi truenorth --counts net
quiet_err
out_has "synaptic_event +$events .* x 23\.6 pJ, simulated"
out_has 'a lower bound, without: step_update, spike_hop'
out_has 'an all-in figure: nothing may be added to it'
out_has 'brain_power '
out_has 'gpu_power '
run 0 loihi --counts net/manifest.json --step 1ms --hops 12 --json
json_is
check "no term is missing" test "$(member 'j["estimates"][0]["missing"]')" = "[]"
check "a total is the sum of its entries" python3 - <<'PYTHON'
import json
e = json.load(open('out'))['estimates'][0]
for end in ('low_J', 'high_J'):
    total = sum(x[end] for x in e['entries'] if x['state'] == 'priced')
    assert abs(total - e['total'][end]) <= 1e-12 * total
steps = [x for x in e['entries'] if x['term'] == 'step_update'][0]
assert steps['count'] == 95 * 5, steps  # the source is counted as a neuron
PYTHON
run 0 truenorth --counts net --json
check "26 pJ an event" python3 -c "
import json
e = json.load(open('out'))['estimates'][0]
assert abs(e['total']['low_J'] - $events * 26e-12) < 1e-20
assert not e['lower_bound'] and e['per_synaptic_event']['high_J'] == 26e-12
assert all(x['state'] == ('priced' if x['term'] == 'synaptic_event' else 'included')
           for x in e['entries'])"
check "the reference lines are there" test "$(member 'len(j["reference"]["entries"])')" = 5
run 0 --counts net
quiet_err
out_has '^  loihi +per-term +derived +>= '
out_has '^  truenorth +all-in +measured +[0-9.]+ [np]J +26 pJ'
out_has '>= marks a lower bound'
out_lacks '^  microcircuit'
run 0 horowitz45 --counts net --macs 1000 --inferences 10
out_has 'mac +1,000 '
out_has 'per inference'
run 0 loihi --counts net --units 3
out_has 'static_power +0\.285 s'

# ---- Learning ----------------------------------------------------------------------------
# 20 x 5 synapses: ten arrivals and three spikes of the target at each
learning_network >learns.yaml
echo '  - {from: IN, to: OUT, rule: all_to_all, weight: 1 mV, delay: 0.25 ms}' >>learns.yaml
check "the summary counts weight updates" grep -q '^learning  *1,300 weight updates$' <(
    "$saltus" run learns.yaml --out learns --spikes none 2>/dev/null)
check "the manifest counts them by projection" python3 -c "
import json
m = json.load(open('learns/manifest.json'))
assert m['counts']['plastic_updates'] == 1300
assert [p['plastic_updates'] for p in m['projections']] == [1300, 0]"
run 0 loihi --counts learns
out_has 'plastic_update +1,300 +156 nJ +x 120 pJ, simulated'
run 0 spinnaker1 truenorth horowitz45 --counts learns --json
check "what has no price of learning says so" test "$(member \
    'all("plastic_update" in e["missing"] for e in j["estimates"])')" = True
check "1,300 pJ x 120 in the total, by hand" python3 - "$saltus" <<'PYTHON'
import json, subprocess, sys
def total(folder):
    text = subprocess.run([sys.argv[1], 'energy', 'loihi', '--counts', folder, '--json'],
                          capture_output=True, check=True, text=True).stdout
    return json.loads(text)['estimates'][0]['total']['low_J']
m = json.load(open('learns/manifest.json'))
m['counts']['plastic_updates'] = 0
import os
os.makedirs('stays', exist_ok=True)
json.dump(m, open('stays/manifest.json', 'w'))
assert abs(total('learns') - total('stays') - 1300 * 120e-12) < 1e-15
PYTHON

# ---- Where tables are found --------------------------------------------------------------
mkdir -p own data/energy
cat >own/mine.yaml <<'YAML'
saltus_energy: 1
title: my device
scope: per-term
sources: {s: {text: my own measurement, year: 2026}}
prices: {synaptic_event: {value: 1 nJ, source: s, evidence: measured}}
YAML
sed 's/my device/another loihi/' own/mine.yaml >data/energy/loihi.yaml
run 0 own/mine.yaml --counts net
out_has "synaptic_event +$events .* x 1 nJ"
run 2 mine
err_has 'there is no cost table mine'
run 0 mine --tables own
out_has '^mine - my device'
run 0 --tables own
out_has '^  mine '
out_has '^  loihi '
SALTUS_DATA_DIR=$work/data run 0 loihi
out_has '^loihi - another loihi'
sed 's/my device/a third loihi/' own/mine.yaml >own/loihi.yaml
SALTUS_DATA_DIR=$work/data run 0 loihi --tables own
out_has '^loihi - a third loihi'
SALTUS_DATA_DIR=/nowhere run 0 loihi
out_has '^loihi - Intel'

# ---- What is wrong -----------------------------------------------------------------------
run 2 lohi
err_has 'there is no cost table lohi; did you mean loihi\?'
run 2 loihi --tables /nowhere
err_has 'the folder of --tables, /nowhere, cannot be read: No such file'
run 2 loihi --step 1ms
err_has 'need --counts'
run 2 loihi --counts net --step -1ms
err_has '--step is -1ms'
run 2 loihi --counts net --step soon
run 2 loihi --counts net --units 0
err_has '--units is 0'
run 2 --cuonts net
run 2 loihi --counts /nowhere
err_has '/nowhere.*there is no such file'
run 2 loihi --counts net.yaml
err_has "net.yaml:1:1: the key 'counts' is missing"
echo '{"counts": {"spikes": 1.5, "synaptic_events": 2}, "simulated_ms": 1}' >wrong.json
run 2 loihi --counts wrong.json
err_has "^wrong.json:1:23: counts.spikes: found '1.5'"
sed 's/1 nJ/-1 nJ/; s/prices/prcies/' own/mine.yaml >own/wrong.yaml
run 2 own/wrong.yaml
err_has "^own/wrong.yaml:5:1: prcies: unknown key 'prcies' of a cost table.*did you mean 'prices'"
run 2 --tables own
err_has 'own/wrong.yaml:5:1'
out_has '^  mine '
"$saltus" energy >/dev/full 2>err
code=$?
check "a full disk is told" test "$code" = 1
err_has 'cannot write to standard output'

echo "energy: $passed passed, $failed failed"
[ "$failed" = 0 ]
