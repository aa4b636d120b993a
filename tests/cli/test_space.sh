#!/bin/bash
# test_space - positions and graphs in `saltus check`, positions.csv, and experiments on topology.
# usage: test_space.sh SALTUS SOURCE_ROOT
. "$(dirname "$0")/outside.sh"
experiments=$root/data/experiments

# positions
run 0 check "$experiments/distance.yaml"
out_has '^sheet +625  grid, periodic +1600 x 1600 um$'
run 0 check "$experiments/distance.yaml" --json
out_has '"kind": "grid"'
out_has '"density_per_mm": 625'
run 0 run "$experiments/distance.yaml" --out sheet --spikes csv
check "positions.csv has every neuron of the sheet" test "$(wc -l <sheet/positions.csv)" = 1601
check "and where it is" grep -qx 'sheet,41,60,60,' sheet/positions.csv
run 0 run "$experiments/distance.yaml" --out nowhere --set record.positions=false
check "nobody asked for positions" test ! -e nowhere/positions.csv

# what the experiments say that there is to see: steps on the shortest way are milliseconds
last_ms() { tail -n 1 "$1/spikes.csv" | cut -d, -f1; }
for p in 0:101 0.1:7 1:5; do
    run 0 run "$experiments/small_world.yaml" --set "projections.1.rule.small_world.p=${p%:*}" \
        --out "world-${p%:*}" --spikes csv
    check "every neuron of the ring fired" test "$(wc -l <"world-${p%:*}/spikes.csv")" = 1001
    check "the last one after ${p#*:} ms" test "$(last_ms "world-${p%:*}")" = "${p#*:}"
done

# graphs
"$saltus" check "$experiments/small_world.yaml" --graph >out 2>err
code=$?
if grep -q 'built without igraph' err; then
    check "--graph without igraph exits with 2" test "$code" = 2
else
    run 0 check "$experiments/small_world.yaml" --graph --set projections.1.rule.small_world.p=0
    out_has '^graph of network: 1,001 neurons, 10,001 synapses$'
    out_has '^graph of ring->ring: 1,000 neurons, 10,000 synapses$'
    out_has '^  in-degree +mean 10, sd 0, 10 to 10$'
    out_has '^    8 to 15 +1000 +1000$'
    out_has '^  clustering +0.6667 '
    out_has '^  path length +50.45 .*longest 100, 100 % of pairs have a way$'
    run 0 check "$experiments/small_world.yaml" --graph --json
    out_has '"of": "ring->ring"'
    out_has '"path_sources": 1000'
    check "the JSON is whole" sh -c 'tail -n 1 out | grep -qx "}"'
    # alone in its network a projection is not told of twice
    alone='[{from: E, to: E, rule: {scale_free: {m: 5}}, weight: 1 mV, delay: 1 ms}]'
    run 0 check "$experiments/scale_free.yaml" --graph --set "projections=$alone" \
        --set 'populations={E: {size: 2000, model: lif_delta}}' --set 'inputs={}'
    out_has '^graph of network: 2,000 neurons, 19,970 synapses$'
    out_lacks '^graph of E->E'
fi
run 0 check "$experiments/first.yaml"
out_lacks 'graph of'

printf 'space: %d checks passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
