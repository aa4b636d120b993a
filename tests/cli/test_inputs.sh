#!/bin/bash
# test_inputs - inputs over time in `saltus check`, and what the experiment that is shipped says
# that there is to see.
# usage: test_inputs.sh SALTUS SOURCE_ROOT
. "$(dirname "$0")/outside.sh"
experiment=$root/data/experiments/inputs_over_time.yaml

run 0 check "$experiment"
out_has '^steps +current +stepped$'
run 0 check "$experiment" --json
out_has '"type": "current"'
run 2 check "$experiment" --set inputs.steps.interpolation=ramps
err_has "'stepped' is a population of lif_delta"

run 0 run "$experiment" --out seen --spikes csv
times() { grep ",$1," seen/spikes.csv | cut -d, -f1; }
spikes() { times "$1" | wc -l; }
near() { awk -v a="$1" -v b="$2" -v by="$3" 'BEGIN { exit !(a - b <= by && b - a <= by) }'; }
check "the steps make 20 spikes" test "$(spikes stepped)" = 20
check "the first at 20 ln(24 / 9) ms" near "$(times stepped | head -n 1)" 119.616585060 1e-8
check "then all 20 ln(24 / 9) + 2 ms" near "$(times stepped | sed -n 9p)" 292.549265541 1e-8
check "the rate of the wave" near "$(spikes wave)" 80000 1300
check "and its best quarter of a period" near \
    "$(times wave | awk '{ p = $1 % 200; n += p >= 25 && p < 75 } END { print n }')" 38007 900
check "independent input hardly brings a spike" test "$(spikes by_independent)" -lt 12
check "shared input does" near "$(spikes by_mip)" 760 110
check "less when it is spread" near "$(spikes by_spread)" 270 70
check "all at once count once" near "$(spikes by_sip)" 40 25

# ---- Neurons under a step of current -----------------------------------------------------
run 0 run "$root/data/experiments/adex_patterns.yaml" --out patterns --spikes csv
intervals() { # POPULATION: the times between its spikes, rounded to ms
    grep ",$1," patterns/spikes.csv |
        awk -F, '{ if (NR > 1) print int($1 - last + 0.5); last = $1 }' | xargs
}
check "adapting intervals as the experiment says" \
    test "$(intervals adapting)" = "11 14 20 29 48 68 75 76 76"
check "and a burst at the onset" test "$(intervals onset_burst)" = "3 7 55 64 64 64 64 64 64"
check "bursts" test "$(intervals bursting)" = "3 5 132 5 133 5 133 5"
check "tonic firing hardly adapts" test "$(intervals tonic | cut -d' ' -f1-4)" = "9 9 9 9"
"$root/tools/raster" -f 90 -t 620 patterns >out 2>err
out_has '^ *adapting +0 +[|]+ '
quiet_err

printf 'inputs: %d checks passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
