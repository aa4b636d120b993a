#!/usr/bin/env bash
# test_operations - `saltus operations` from outside: figures that can be worked out by hand, JSON,
# errors, exit codes, and that nothing is written.
#
# usage: test_operations.sh SALTUS SOURCE_ROOT
subcommand=operations
. "$(dirname "$0")/outside.sh"
# value PATH...: a member of the JSON in out, by keys and indices
value() {
    python3 -c '
import json, sys
node = json.load(open("out"))
for key in sys.argv[1:]:
    node = node[int(key)] if isinstance(node, list) else node[key]
print(json.dumps(node))' "$@"
}
# is EXPECTED PATH...
is() {
    local expected=$1
    shift
    local found
    found=$(value "$@" 2>&1)
    check "$* is $expected, found $found" test "$found" = "$expected"
}

# Linear(20 -> 5), ten steps, every source a spike a step, weights too small to fire
cat >linear.yaml <<'YAML'
saltus: 1
title: linear
duration: 10 ms
populations:
  IN: {size: 20, model: periodic_source, params: {interval: 1 ms, start: 0.5 ms}}
  OUT: {size: 5, model: lif_delta, params: {v_th: 1000 mV}}
projections:
  - {from: IN, to: OUT, rule: all_to_all, weight: 1 mV, delay: 0.25 ms}
YAML

run 0 linear.yaml --json --dt 1ms --inference 5ms
is 1000 neurobench effective_acs
is 0 neurobench effective_macs
is 1000 neurobench dense
is 1000 neurobench synaptic_events
is 50 neurobench dense_membrane_updates
is 200 neurobench dense_neuron_operations
is 1 neurobench activation_sparsity
is 0 neurobench connection_sparsity
is 1000 neurobench execution_rate_Hz
is '"IN->OUT"' neurobench projections 0 name
is 100 neurobench projections 0 synapses
is true neurobench populations 0 source
is '"event"' engine
is true ann feed_forward
is 1 ann depth
is 100 ann dense_macs
is 100 ann dense_backward_macs
is 5 ann activations
is 2 ann inferences
is 500 ann synaptic_operations
is 0.2 ann dense operations_ratio
is 1 ann dense break_even_spikes
is 200 ann dense break_even_Hz
is 5 ann spikes_per_neuron

# other steps, other energies; the default step is 1 ms
run 0 linear.yaml --json --dt 0.1ms --ac-pJ 1 --mac-pJ 3
is 10000 neurobench dense
is 3 ann dense energy_break_even_spikes
run 0 linear.yaml --json
is 1 neurobench dt_ms

# learning: each of 20 x 5 synapses sees ten arrivals and, at 1, 5 and 9 ms, its target fire
learning_network >learns.yaml
echo '  - {from: IN, to: OUT, rule: all_to_all, weight: 1 mV, delay: 0.25 ms}' >>learns.yaml
run 0 learns.yaml --json
is 1300 neurobench plastic_updates
is 1300 neurobench projections 0 plastic_updates
is 0 neurobench projections 1 plastic_updates
is 2000 neurobench effective_acs
run 0 learns.yaml --json --engine grid@0.25ms
is 1300 neurobench plastic_updates
run 0 learns.yaml
out_has '^weight updates +1,300 '
out_has 'bytes/syn  weight updates$'
run 0 linear.yaml
check "nothing is said of learning where nothing learns" test "$(grep -c 'weight updates' out)" = 0

# external input on both sides or on neither
cat >loop.yaml <<'YAML'
saltus: 1
title: loop
duration: 20 ms
populations:
  A: {size: 10, model: lif_delta, params: {v_th: 1000 mV}}
inputs:
  drive: {type: periodic, interval: 1 ms, weight: 1 mV, to: A}
projections:
  - {from: A, to: A, rule: all_to_all, weight: 0 mV, delay: 1 ms}
YAML
run 0 loop.yaml --json --unroll 7
is 700 ann dense_macs
is 190 neurobench external_events
is 0 ann synaptic_operations
is null ann dense operations_ratio
is 100 neurobench zero_weights
is 1 neurobench connection_sparsity
run 0 loop.yaml --json --channels 30 --inference 10ms
is 400 ann dense_macs
is 300 ann external_macs
is 95 ann synaptic_operations
is 3.05 ann dense break_even_spikes

# tables; threads change nothing; nothing is written
run 0 linear.yaml --threads 1
cp out one
run 0 linear.yaml --threads 2
check "the same table with two threads" cmp one out
out_has '^synaptic operations +1,000 effective ACs, 0 effective MACs'
out_has 'feed-forward, 2 components, depth 1'
out_has 'float32 in 45 nm, Horowitz 2014'
run 0 loop.yaml
out_has 'unlimited'
files=$(ls | sort | tr "\n" " ")
expected="check.log err learns.yaml linear.yaml loop.yaml one out "
check "nothing is written" test "$files" = "$expected"

# what is wrong is said
run 2
err_has 'no experiment file is given'
run 2 linear.yaml loop.yaml
err_has 'more than one file'
run 2 absent.yaml
run 2 linear.yaml --dt 1
err_has '--dt is 1; allowed is a time above 0 with its unit'
run 2 linear.yaml --inference 0ms
err_has '--inference is 0ms'
run 2 linear.yaml --engine clok@1ms
err_has 'there is no engine'
printf '%s\n' 'saltus: 1' 'duration: 5 ms' 'populations:' '  A: {size: 3, model: qif}' >flow.yaml
run 2 flow.yaml --engine offgrid@1ms
err_has 'population A is of model qif, which engine offgrid does not have'
run 2 linear.yaml --unroll 0
err_has 'whole number from 1'
run 2 linear.yaml --ac-pJ none
err_has 'picojoules above 0'
run 2 linear.yaml --infrence 1ms
err_has 'did you mean --inference'
run 2 linear.yaml --set populations.OUT.size=0
run 0 --help
out_has 'usage: saltus operations FILE'

run 0 "$root/data/experiments/adex_patterns.yaml"
out_has '^its activity +- +\(there are no synapses\)'
check "no figure is not a number" test -z "$(grep -w nan out)"
"$saltus" models lif_delta >out 2>err
code=$?
out_has '^ +delivery +1 +0 +0 +1 +0 +0 +16 +synaptic events, shared weight > 0'
out_has 'NeuroBench counts 4 operations'
"$saltus" models spike_list >out 2>err
check "sources have no operations" test -z "$(grep operations out)"

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
