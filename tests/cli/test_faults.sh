#!/bin/bash
# test_faults - faults in `saltus check`, `run` and `sweep`, what experiments with faults say that
# there is to see, and connectomes.
# usage: test_faults.sh SALTUS SOURCE_ROOT
. "$(dirname "$0")/outside.sh"
experiments=$root/data/experiments

spikes_of() { sed -n "s/^$1 \+[0-9,]\+ \+\([0-9,]\+\) .*/\1/p" out | tr -d ,; }
# within LOW HIGH: the number on stdin
within() { awk -v low="$1" -v high="$2" '{good = $1 >= low && $1 <= high} END {exit !good}'; }

# ---- What there is, what it has done -------------------------------------------------------------

cat >net.yaml <<'YAML'
saltus: 1
seed: 4
duration: 60 ms
populations:
  E: {size: 80, model: lif_delta, init: {v: {uniform: [0 mV, 20 mV]}}}
  S: {size: 20, model: poisson_source, params: {rate: 100 Hz}}
inputs:
  in: {type: poisson, rate: 12 kHz, to: E, weight: 0.1 mV}
projections:
  - {from: [E, S], to: E, rule: {fixed_indegree: 10}, weight: 1 mV, delay: 1.5 ms}
faults:
  - {lesion: E, share: 0.25, at: 20 ms, by: degree}
  - {lesion: S->E, count: 100, at: 10 ms}
  - {weight_noise: E->E, sd: 0.2}
  - {dropout: S, probability: 1, start: 50 ms}
  - {dropout: E->E, probability: 0.5}
YAML
run 0 check net.yaml
out_has '^E +20 ms  lesion of neurons +a share of 0.25, by degree$'
out_has '^S->E +10 ms  lesion of synapses +100, by random$'
out_has '^E->E +0 ms  noise of weights +sd 0.2, normal$'
run 0 check net.yaml --json
out_has '"kind": "dropout of spikes"'
run 0 run net.yaml --out whole
out_has 'lesion of neurons of E: 20 lost, [0-9,]+ synapses with them$'
out_has 'lesion of synapses of S->E: 100 lost$'
out_has 'noise of weights of E->E: 800 disturbed$'
out_has 'dropout of arrivals of E->E: [0-9]+ lost$'
check "the manifest has them" grep -q '"neurons": 20,' whole/manifest.json
run 0 run net.yaml --set duration='15 ms' --out early
out_has 'lesion of neurons of E: not yet$'
run 2 run net.yaml --set faults.0.share=1.5 --out none
err_has 'faults.0.share: found 1.5; 0 to 1 is allowed'
run 2 run net.yaml --set faults.1.lesion=S-E --out none
err_has "'S-E'"

# a run that is stopped between faults and goes on is the run that was not
fingerprint() { sed -n 's/.*"fingerprint": "\([0-9a-f]*\)".*/\1/p' "$1/manifest.json"; }
run 0 run net.yaml --out cut --checkpoint-every '13 ms' --set record.spikes='[]'
check "checkpoints change nothing" test "$(fingerprint cut)" = "$(fingerprint whole)"

# ---- A sweep over damage -------------------------------------------------------------------------

run 0 sweep net.yaml --vary faults.0.share=0..1:lin:3 --engines event --repeat 1 \
    --out damage --quiet
check "a line a run" test "$(wc -l <damage/points.csv)" = 4
check "the rate over the damage is drawn" test -s damage/rate.tsv -a -s damage/rate.gp
check "and falls with it" awk -F'\t' '$1 == "event" {bad += n++ && $3 >= last; last = $3}
    END {exit bad || n != 3}' damage/rate.tsv

# ---- Error and attack ----------------------------------------------------------------------------

reached() {
    run 0 run "$experiments/error_and_attack.yaml" --set faults.0.by="$1" \
        --set faults.0.share="$2" --out "attack-$1-$2" --spikes none
    spikes_of E
}
check "without damage all are reached" test "$(reached random 0)" = 2000
check "at random 30 % hardly matter" test "$(reached random 0.3)" = 1389
check "10 % of the hubs matter little" test "$(reached degree 0.1)" = 1693
check "30 % of the hubs hold it together" test "$(reached degree 0.3)" = 39

# ---- Connectomes ---------------------------------------------------------------------------------

tool=$root/tools/connectome
printf '%s\n' Source,Target,Weight,Type 'b, a ,2,chemical' a,c,1,electrical GABA,b,3,chemical \
    >edges.csv
check "an edge list of names" "$tool" edges.csv --out worm --type chemical --weight 0.5 --ratio 2 \
    --inhibitory GABA
check "becomes synapses" cmp worm/synapses.csv - <<'CSV'
source,target,weight_mV
2,1,1
0,2,-3
CSV
check "of cells by name" cmp worm/cells.csv - <<'CSV'
neuron,name
0,GABA
1,a
2,b
CSV
printf '10,9,4.0\n9,100,1\n' >numbers.csv
check "and one of numbers" "$tool" numbers.csv --out larva --inhibitory-every 3
check "in the order of the numbers" cmp larva/synapses.csv - <<'CSV'
source,target,weight_mV
1,0,0.4
0,2,-0.1
CSV
printf 'a\tb\telectrical\t7\n' >tabs.csv
check "tabs, and the type before the weight" "$tool" tabs.csv --out tabs --weight 1
check "give the same" grep -qx '0,1,7' tabs/synapses.csv
check "what has no edges is refused" sh -c "! '$tool' edges.csv --out no --type gap 2>err"
err_has "no edges of type 'gap'"
printf '1,2,3\n01,2,4\n' >same.csv
for hash in 1 2 3 4; do
    check "cells of one number" env PYTHONHASHSEED=$hash "$tool" same.csv --out same
    check "have one order" grep -qx '0,01' same/cells.csv
done
refused() { # refused MESSAGE ARGUMENT...
    check "refused: $1" sh -c "! '$tool' \"\$@\" 2>err" - "${@:2}"
    err_has "$1"
    check "without a traceback" sh -c '! grep -q Traceback err'
}
: >empty.csv
refused 'empty.csv: no edges' empty.csv --out no
printf '\377\376,b,1\n' >latin.csv
refused 'latin.csv: byte 0: the text is not UTF-8' latin.csv --out no
printf 'a,b,1\nb,a,nan\n' >nan.csv
refused "nan.csv:2: found no number of contacts in 'b,a,nan'" nan.csv --out no
refused 'found inf; a finite number is needed' same.csv --out no --weight inf
refused 'found -1; a whole number from 1 is needed' same.csv --out no --inhibitory-every=-1
refused 'cannot write same.csv/synapses.csv' same.csv --out same.csv
check "nothing is written of what is refused" test ! -e no

sed "s|connectomes/|absent/|" "$experiments/worm.yaml" >absent.yaml
run 2 run absent.yaml --out absent
err_has "absent/worm/synapses.csv': there is no such file"

shared=${SALTUS_SHARED_DATA:-$root/../shared/data}
rate() { # EXPERIMENT FOLDER BY SHARE: spikes
    run 0 run "$experiments/$1.yaml" --set projections.0.rule.list.csv="$PWD/$2/synapses.csv" \
        --set faults.0.by="$3" --set faults.0.share="$4" --out "$1-$3-$4" --spikes none
    spikes_of "$5"
}
if [ -e "$shared/celegans/herm_full_edgelist.csv" ]; then
    "$tool" "$shared/celegans/herm_full_edgelist.csv" --out w --type chemical --weight 0.3 \
        --inhibitory DD,VD,RME,AVL,DVB,RIS >out
    out_has '^419 cells, 4681 edges'
    rate worm w degree 0 cells | awk '{print $1 / 419 / 2}' | within 51.1 51.3
    check "the worm's network fires at 51 Hz" test $? = 0
    rate worm w degree 0.05 cells | awk '{print $1 / 398 / 2}' | within 9.5 9.7
    check "and without its hubs at 10 Hz" test $? = 0
    out_has '21 lost, 759 synapses with them'
    rate worm w random 0.05 cells | awk '{print $1 / 398 / 2}' | within 41.5 41.8
    check "and without as many others at 42 Hz" test $? = 0
else
    echo "SKIPPED: no shared data (celegans/herm_full_edgelist.csv)"
fi
if [ -e "$shared/drosophila_larva/edgelist.csv" ]; then
    "$tool" "$shared/drosophila_larva/edgelist.csv" --out l --weight 0.15 --ratio 5 \
        --inhibitory-every 5 >out
    out_has '^3013 cells, 111243 edges'
    rate larva l degree 0 brain | awk '{print $1 / 3013}' | within 4.14 4.17
    check "the larva's brain fires at 4.2 Hz" test $? = 0
    rate larva l degree 0.3 brain | awk '{print $1 / 2109}' | within 3.36 3.39
    check "and without 30 % of its hubs at 3.4 Hz" test $? = 0
else
    echo "SKIPPED: no shared data (drosophila_larva/edgelist.csv)"
fi

printf 'faults: %d checks passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
