#!/usr/bin/env bash
# test_cli - the saltus command from outside: help, errors, exit codes, results, Ctrl-C, full disks.
#
# usage: test_cli.sh SALTUS
. "$(dirname "$0")/outside.sh"
set -m # background jobs get Ctrl-C as a terminal would send it

# number FILE KEY: the first such member of a JSON file
number() { sed -n "s/^ *\"$2\": *\"\{0,1\}\([^\",]*\).*/\1/p" "$1" | head -n 1; }

cat >net.yaml <<'YAML'
saltus: 1
title: A small (test) network!
seed: 3
duration: 200 ms
populations:
  E: {size: 800, model: lif_delta, params: {v_reset: 10 mV}, init: {v: {uniform: [0 mV, 20 mV]}}}
  I: {size: 200, like: E}
inputs:
  noise: {type: poisson, rate: 2 kHz, to: [E, I], weight: 0.6 mV}
projections:
  - {from: E, to: [E, I], rule: {fixed_indegree: 80}, weight: 0.3 mV, delay: 1.5 ms}
  - {from: I, to: [E, I], rule: {fixed_indegree: 20}, weight: -1.5 mV, delay: 1.5 ms}
record:
  spikes: [E, I]
YAML
sed 's/^record:/record:\n  potential:\n    - {of: E, every: 50 ms}/' net.yaml >sampled.yaml

# ---- Help, version, models -------------------------------------------------------------
run 0 --help
quiet_err
out_has 'usage: saltus COMMAND'
out_has 'docs/experiment-files.md'
out_has '^  130 '
run 0 help
run 0 -h
run 2
run 0 --version
out_has '^saltus [0-9]+\.[0-9]+\.[0-9]+$'
for command in run check models; do
    run 0 $command --help
    quiet_err
    out_has "usage: saltus $command"
    run 0 $command -h
done
run 0 models
out_has 'lif_delta'
out_has 'fixed_indegree'
out_has 'heap .*\(default\)'
models=$("$saltus" models | sed -n '/^models of neurons/,/^connection/s/^  \([a-z_0-9]*\)  .*/\1/p')
check 'every model and every source is listed' [ "$(wc -l <<<"$models")" -ge 17 ]
for model in $models; do
    run 0 models $model
    out_has "^$model - "
    out_has '^parameters'
    out_has '^exactness'
    out_has '^source'
done
for rule in $("$saltus" models | sed -n '/^connection rules/,/^$/s/^  \([a-z_]*\)  .*/\1/p'); do
    run 0 models $rule
    out_has "^$rule - "
    out_has "^  rule: .*$rule"
    out_has '^source'
done
run 0 models distance
out_has 'profile +word +f:'
run 2 models grid
err_has 'grid is an engine or a scheduler'
run 2 models fixed_indegre
err_has 'did you mean fixed_indegree'
run 0 models lif_delta
out_has 'tau_m dV/dt'
out_has 'default: 20 ms'

out_has 'theta_plus +mV'
for rule in $("$saltus" models | sed -n '/^plasticity rules/,/^$/s/^  \([a-z_]*\) .*/\1/p'); do
    run 0 models $rule
    out_has "^$rule - "
    out_has '^parameters'
    out_has '^memory'
    out_has '^source'
done
run 0 models stdp
out_has 'w_max +mV +largest weight'
out_has 'default: none, it must be given'
out_has 'default: additive; allowed: additive, multiplicative, gutig, power_law'
run 0 models tsodyks_markram
out_has 'default: 800 ms; allowed: 0 ms to '
run 2 models stpd
err_has 'there is no model or rule stpd; did you mean stdp'

# Writing every default out changes nothing: the catalog and the library agree.
printf 'saltus: 1\nduration: 1 ms\npopulations:\n  A: {size: 1, model: lif_delta}\n' >default.yaml
defaults=$("$saltus" models lif_delta | awk '/^  [a-z]/ {name = $1}
    sub(/^ *default: /, "") && sub(/;.*/, "") {printf "%s%s: %s", sep, name, $0; sep = ", "}')
sed "s/lif_delta/lif_delta, params: {$defaults}/" default.yaml >explicit.yaml
check "the catalog lists nine defaults" test "$(grep -o ':' explicit.yaml | wc -l)" = 16
run 0 check default.yaml --json
hash=$(number out hash)
run 0 check explicit.yaml --json
check "defaults as in the catalog" test "$(number out hash)" = "$hash" -a -n "$hash"

cat >default.yaml <<'END'
saltus: 1
duration: 1 ms
populations:
  A: {size: 1, model: lif_delta}
projections:
- {from: A, to: A, rule: all_to_all, weight: 1 mV, delay: 1 ms,
   plasticity: {rule: stdp, w_max: 2 mV}}
END
defaults=$("$saltus" models stdp | awk '/^  [a-z]/ {name = $1}
    sub(/^ *default: /, "") && sub(/;.*/, "") && !/none/ {
        printf "%s%s: %s", sep, name, $0; sep = ", "}')
sed "s/stdp/stdp, $defaults/" default.yaml >explicit.yaml
check "the rule lists its defaults" test "$(grep -o ':' explicit.yaml | wc -l)" = 27
run 0 check default.yaml --json
out_has '"plasticity": "stdp"'
out_has '"bytes_per_synapse": 12,'
out_has '"bytes_per_source": 160,'
out_has '"bytes_per_target": 484'
out_has '"log_bytes": 360536'
hash=$(number out hash)
run 0 check explicit.yaml --json
check "defaults of the rule as in the catalog" test "$(number out hash)" = "$hash" -a -n "$hash"
run 0 check default.yaml
out_has '^A->A .* 12 +stdp$'
out_has '^learning .* kB'

# The experiment that the help shows must run.
sed -n '/cat > pair.yaml/,/^  EOF/p' <("$saltus" --help) | sed '1d;$d;s/^  //' >pair.yaml
run 0 run pair.yaml --out pair
check "the first run of the help fires" test "$(wc -l <pair/spikes.csv)" -gt 10

# ---- Wrong command lines ---------------------------------------------------------------
run 2 rum net.yaml
err_has 'did you mean run\?'
run 2 modles
err_has 'did you mean models\?'
run 2 --versoin
err_has 'did you mean --version\?'
run 2 xyzzy
err_has 'saltus --help'
run 2 models lif_detla
err_has 'did you mean lif_delta\?'
run 2 models a b
run 2 models --all
run 2 run
err_has 'no experiment file'
run 2 run net.yaml pair.yaml
err_has 'more than one file'
run 2 run net.yaml --thraeds 2
err_has 'did you mean --threads\?'
run 2 run net.yaml --threads
err_has 'needs an argument'
run 2 run net.yaml --quiet=1
err_has 'takes no argument'
for value in 0 -1 two 1.5 '' 100000; do
    run 2 run net.yaml --threads "$value"
    err_has '--threads is .*allowed is a whole number from 1'
done
run 2 run net.yaml --seed -1
run 2 run net.yaml --seed 18446744073709551616
run 2 run net.yaml --spikes cvs
err_has 'did you mean csv\?'
run 2 run net.yaml --spikes csv,
run 2 run net.yaml --scheduler haep
err_has 'did you mean heap\?'
run 2 run net.yaml --set duration
err_has 'PATH=VALUE'
run 2 run net.yaml --set =3
run 2 run net.yaml --out ''
run 2 check
run 2 check net.yaml net.yaml
run 2 check net.yaml --jsn
err_has 'did you mean --json\?'
run 2 run nowhere.yaml
err_has 'cannot read nowhere.yaml: No such file or directory'
run 2 check .
err_has 'Is a directory'
check "nothing of this made a result" test ! -e results

# ---- Wrong experiments -----------------------------------------------------------------
sed 's/duration:/duraton:/; s/size: 800/size: -800/; s/weight: 0.3 mV/weight: 0.3/' \
    net.yaml >bad.yaml
run 2 check bad.yaml
quiet_out
err_has '^bad.yaml:[0-9]+:[0-9]+: .*duraton.*duration'
err_has '^bad.yaml:6:[0-9]+: populations.E.size: '
err_has '^bad.yaml:11:[0-9]+: projections.0.weight: '
check "every finding is a line" test "$(wc -l <err)" -ge 3
run 2 run bad.yaml
err_has '^bad.yaml:6:'
check "a wrong experiment leaves no result" test ! -e results
printf 'saltus: 1\n\tduration: 3 ms\n' >tabs.yaml
run 2 check tabs.yaml
err_has '^tabs.yaml:2:'
run 2 check net.yaml --set populations.E.sise=7
err_has 'populations.E.sise'
err_has 'did you mean'
run 2 check net.json
run 2 run net.json --set a=b

# ---- check -----------------------------------------------------------------------------
run 0 check net.yaml
quiet_err
out_has '^E +800 '
out_has '^E->E +64,000 '
out_has '^total '
out_has '^available '
run 0 check net.yaml --json
out_has '"synapses": 64000'
out_has '"fits": true'
check "check --json is JSON" python3 -m json.tool out
run 0 check net.yaml --set populations.E.size=1600
out_has '^E->E +128,000 '
huge=(--set populations.E.size=500000000 --set projections.0.rule.fixed_indegree=100000)
run 2 check net.yaml "${huge[@]}"
out_has '^total '
err_has 'does not fit: .* synapses need .*TB.* may be used'
run 2 run net.yaml "${huge[@]}"
err_has 'does not fit'
check "what does not fit leaves no result" test ! -e results

# ---- run -------------------------------------------------------------------------------
run 0 run net.yaml --out one --threads 1
quiet_err
out_has '^population +neurons +spikes .* CV +silent +synchrony$'
out_has '^E +800 '
out_has 'real-time factor'
out_has '^results +one$'
check "the directory is final" test ! -e one.partial
check "spikes have a header" test "$(head -n 1 one/spikes.csv)" = time_ms,population,neuron
check "there are spikes" test "$(wc -l <one/spikes.csv)" -gt 1000
check "the experiment is copied" cmp net.yaml one/experiment.yaml
check "the manifest is JSON" python3 -m json.tool one/manifest.json
check "the manifest says complete" grep -q '"complete": true' one/manifest.json
check "the manifest counts the spikes" \
    test "$(number one/manifest.json spikes)" = "$(($(wc -l <one/spikes.csv) - 1))"
for key in saltus hash seed command cpu threads scheduler started build_wall_s run_wall_s \
    simulated_ms fingerprint counts populations projections size title overrides; do
    check "the manifest has $key" grep -q "\"$key\":" one/manifest.json
done
check "the manifest's synchrony is that of the spikes" python3 - <<'PYTHON'
import csv, json, statistics
manifest = json.load(open('one/manifest.json'))
bins = int(manifest['simulated_ms'] // 3)
counts = {p['name']: [0] * (bins + 1) for p in manifest['populations']}
for time, population, neuron in list(csv.reader(open('one/spikes.csv')))[1:]:
    counts[population][int(float(time) // 3)] += 1
for p in manifest['populations']:
    whole = counts[p['name']][:bins]
    if sum(whole) > 0:
        wanted = statistics.variance(whole) / statistics.mean(whole)
        assert abs(p['synchrony'] / wanted - 1) < 1e-9, (p['name'], p['synchrony'], wanted)
    else:
        assert p['synchrony'] is None
PYTHON
check "no potential file without records" test ! -e one/potential.csv

run 2 run net.yaml --out one
err_has 'one exists already'
check "the result is untouched" test "$(number one/manifest.json threads)" = 1
mkdir taken.partial
run 2 run net.yaml --out taken
err_has 'taken.partial exists already'
check "another run's directory stays" test -d taken.partial
: >file
run 2 run net.yaml --out file/below
err_has 'file: Not a directory'

# The same bits for threads, schedulers, formats, sampling and the way of asking.
run 0 run net.yaml --threads 2 --out deep/er/two/
check "2 threads, same spikes" cmp one/spikes.csv deep/er/two/spikes.csv
run 0 run --scheduler=heap --quiet --out heap net.yaml
check "options first, same spikes" cmp one/spikes.csv heap/spikes.csv
for scheduler in $("$saltus" models | sed -n '/^schedulers/,$s/^  \([a-z_0-9]*\) .*/\1/p'); do
    run 0 run net.yaml --scheduler "$scheduler" --out "s-$scheduler"
    check "$scheduler, same spikes" cmp one/spikes.csv "s-$scheduler/spikes.csv"
    check "the manifest names $scheduler" \
        test "$(number "s-$scheduler/manifest.json" scheduler)" = "$scheduler"
done
run 0 run sampled.yaml --out sampled
check "sampling changes no spike" cmp one/spikes.csv sampled/spikes.csv
check "every sample is written" test "$(wc -l <sampled/potential.csv)" = 3201
check "samples have a header" \
    test "$(head -n 1 sampled/potential.csv)" = time_ms,population,neuron,v_mV
run 0 run net.yaml --spikes none --out none
check "no spike files when none are asked for" test ! -e none/spikes.csv -a ! -e none/spikes.h5
check "same fingerprint" test "$(number one/manifest.json fingerprint)" = \
    "$(number none/manifest.json fingerprint)"
run 0 run net.yaml --spikes csv --out csv
check "csv alone" test -e csv/spikes.csv -a ! -e csv/spikes.h5

run 0 run net.yaml --seed 3 --out seed3
check "--seed as in the file, same spikes" cmp one/spikes.csv seed3/spikes.csv
run 0 run net.yaml --seed 4 --out seed4
check "another seed, other spikes" test "$(cmp -s one/spikes.csv seed4/spikes.csv; echo $?)" = 1
check "the manifest has the seed" test "$(number seed4/manifest.json seed)" = 4
run 0 run net.yaml --set seed=4 --out set4
check "--set seed equals --seed" cmp seed4/spikes.csv set4/spikes.csv
check "overrides are kept" grep -q '"path": "seed"' set4/manifest.json
run 0 run net.yaml --set 'inputs.noise.rate=0 Hz' --set 'populations.E.init.v=0 mV' --out still
check "the last of several overrides counts too" \
    test "$(number still/manifest.json simulated_ms)" = 200

run 0 run net.yaml --json --out json
quiet_err
check "--json prints JSON" python3 -m json.tool out
check "--json prints the manifest" cmp out json/manifest.json

# Neurons that fire without end: who, when, and what there is of the run.
cat >away.yaml <<'YAML'
saltus: 1
duration: 40 ms
populations:
  calm: {size: 10, model: lif_delta, params: {i_e: 600 pA}}
  away: {size: 3, model: lif_delta, params: {t_ref: 0 ms}}
inputs:
  push: {type: current, to: away, amplitude: 1 A, start: 30 ms}
YAML
run 0 run away.yaml --set duration='30 ms' --out calm --spikes csv
run 1 run away.yaml --out away --spikes csv --checkpoint-every '10 ms'
err_has 'of neuron [0-2] of population away at 30\.0[0-9]+ ms; .*t_ref.* complete up to 30\.0+ ms$'
err_has 'what was written is in away\.partial$'
check "what would come to the same end is not proposed" test "$(grep -c resume err)" = 0
check "there were spikes" test "$(wc -l <calm/spikes.csv)" = 21
check "all before are kept" cmp calm/spikes.csv away.partial/spikes.csv

# Default directories never collide.
run 0 run pair.yaml --set 'title="Brunel (2000), AI!"'
run 0 run pair.yaml --set 'title="Brunel (2000), AI!"'
check "two runs, two directories" test "$(ls -d results/brunel-2000-ai-2* | wc -l)" = 2
run 0 run pair.yaml \
    --set 'title="A title of which there is room for all words up to this one, and no more"'
check "a long title ends with a word" \
    test -d results/a-title-of-which-there-is-room-for-all-words-up-to-this-one-2*

# SONATA spikes, where they are built in.
"$saltus" run net.yaml --spikes sonata --out sonata >out 2>err
code=$?
if grep -q 'built without SONATA' err; then
    check "without SONATA the exit code is 2" test "$code" = 2
    check "without SONATA the default is csv" test ! -e one/spikes.h5
else
    check "--spikes sonata runs" test "$code" = 0
    check "sonata alone" test -s sonata/spikes.h5 -a ! -e sonata/spikes.csv
    check "the default is csv and sonata" test -s one/spikes.h5
fi

# ---- Output that cannot be written -----------------------------------------------------
if [ -w /dev/full ]; then
    "$saltus" models >/dev/full 2>err
    code=$?
    check "a full stdout gives 1" test "$code" = 1
    err_has 'No space left on device'
    "$saltus" run pair.yaml --out full-stdout >/dev/full 2>err
    code=$?
    check "a full stdout gives 1 after a run" test "$code" = 1
    check "and the result is whole" test -e full-stdout/manifest.json
fi
"$saltus" models >&- 2>err
code=$?
check "a closed stdout gives 1" test "$code" = 1
"$saltus" run pair.yaml --out closed >&- 2>err
code=$?
check "a closed stdout gives 1 after a run" test "$code" = 1
check "nothing strayed into a result file" cmp pair/spikes.csv closed/spikes.csv

# A file that may not grow.
(
    ulimit -f 64
    "$saltus" run net.yaml --set 'duration=20 s' --spikes csv --out limited >out 2>err
)
code=$?
check "a file limit gives 1" test "$code" = 1
err_has 'cannot write limited.partial/spikes.csv: File too large'
err_has 'not complete.*limited.partial'
check "only the partial directory is left" test -d limited.partial -a ! -e limited
check "and it has no manifest" test ! -e limited.partial/manifest.json

# A full disk, where a small one may be mounted in a name space of its own.
if unshare -m true 2>/dev/null; then
    mkdir -p disk
    unshare -m bash -c 'mount -t tmpfs -o size=512k none disk || exit 77
        "$1" run net.yaml --set "duration=20 s" --spikes csv --out disk/full >out 2>err
        code=$?
        [ -d disk/full.partial ] && [ ! -e disk/full ] || exit 99
        exit $code' _ "$saltus"
    code=$?
    if [ "$code" = 77 ]; then
        echo "skipped: no small file system can be mounted"
    else
        check "a full disk gives 1" test "$code" = 1
        err_has 'disk/full.partial/spikes.csv: No space left on device'
    fi
else
    echo "skipped: no small file system can be mounted"
fi

# ---- Ctrl-C, SIGTERM, kill -9 ----------------------------------------------------------
# start OUT: a run that never ends by itself, under way when this returns
start() {
    "$saltus" run net.yaml --set 'duration=40000 s' --spikes csv --out "$1" >out 2>err &
    job=$!
    for _ in $(seq 1 1200); do
        [ -s "$1.partial/spikes.csv" ] && return
        kill -0 "$job" 2>/dev/null || return
        sleep 0.05
    done
}
for signal in INT TERM; do
    start "stopped-$signal"
    kill -s $signal "$job"
    wait "$job"
    code=$?
    job=
    check "SIG$signal gives 130" test "$code" = 130
    out_has 'stopped early'
    check "SIG$signal commits the directory" test -e "stopped-$signal/manifest.json"
    check "SIG$signal leaves no partial directory" test ! -e "stopped-$signal.partial"
    check "the manifest says incomplete" \
        grep -q '"complete": false' "stopped-$signal/manifest.json"
    check "the last line is whole" test "$(tail -c 1 "stopped-$signal/spikes.csv" | wc -l)" = 1
    check "every counted spike is there" \
        test "$(number "stopped-$signal/manifest.json" spikes)" = \
        "$(($(wc -l <"stopped-$signal/spikes.csv") - 1))"
done
reached=$(number stopped-INT/manifest.json simulated_ms)
run 0 run net.yaml --set "duration=$reached ms" --spikes csv --out upto
check "the spikes are those of a run of this length" cmp stopped-INT/spikes.csv upto/spikes.csv
check "and so is the fingerprint" test "$(number stopped-INT/manifest.json fingerprint)" = \
    "$(number upto/manifest.json fingerprint)"

start killed
kill -9 "$job"
wait "$job" 2>/dev/null
job=
check "kill -9 leaves only the partial directory" test -d killed.partial -a ! -e killed
check "and no manifest in it" test ! -e killed.partial/manifest.json
run 2 run net.yaml --out killed
err_has 'killed.partial exists already'

printf 'cli: %d checks passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
