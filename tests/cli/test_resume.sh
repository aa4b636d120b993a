#!/bin/sh
# test_resume - runs that are killed at random moments and resumed come to the bytes of a run in
# one piece: spikes.csv, spikes.h5, potential.csv, weights.h5 and the manifest, wall times and
# command aside, and how often the queue compared spikes of one neuron and time, which is its own.
# usage: test_resume.sh SALTUS SOURCE_ROOT
set -u
saltus=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
failed=0

fail() {
    echo "FAILED: $*"
    failed=1
}

# What must be the same of two results: all files, and the manifest without times, command and what
# depends on threads (their number, the network's blocks and its bytes).
same_results() { # one, other, what
    if ! diff -r -x manifest.json "$1" "$2"; then
        fail "$3: files differ"
    fi
    for directory in "$1" "$2"; do
        sed -e '/^  "command": \[/,/^  \],/d' -e '/"started"\|_wall_s"\|"resumed"\|"directory"/d' \
            -e '/"scheduler_compares"/d' -e '/^  "threads"/d' -e '/^  "size": {/,/^  }/d' \
            "$directory/manifest.json" \
            >"$directory.facts"
    done
    diff "$1.facts" "$2.facts" || fail "$3: manifests differ"
}

{
    echo 'saltus: 1'
    echo "duration: ${SALTUS_RESUME_SECONDS:-4} s"
    cat <<'YAML'
populations:
  E: {size: 1500, model: lif_delta, params: {v_th: 20 mV, t_ref: 2 ms}}
  D: {size: 300, model: lif_delta, params: {i_e: 270 pA}, init: {v: {uniform: [0 mV, 19 mV]}}}
  P: {size: 50, model: poisson_source, params: {rate: 20 Hz}}
inputs:
  noise: {type: poisson, rate: 6 kHz, weight: 0.16 mV, to: E}
  beat: {type: periodic, interval: 7 ms, weight: 1 mV, to: D}
projections:
  - {from: E, to: E, rule: {fixed_indegree: 100}, weight: 0.1 mV, delay: 1.5 ms}
  - {from: D, to: E, rule: {fixed_indegree: 20}, weight: -0.2 mV,
     delay: {uniform: [0.5 ms, 9 ms]}}
  - {from: P, to: D, rule: {fixed_indegree: 5}, weight: 0.5 mV, delay: 2 ms}
record:
  spikes: [E, D, P]
  potential:
    - {of: E, neurons: 0..3, every: 1 ms}
YAML
} >cells.yaml
if ! "$saltus" weights none 2>&1 | grep -q 'built without'; then
    echo '  weights: {of: [E->E, D->E], every: 500 ms, end: true}' >>cells.yaml
fi

# Start or resume until the run is whole; each process is killed after a random time. Threads
# change each time. Sets `kills`.
kills=0
run_with_kills() { # directory, most kills, options of run
    directory=$1
    most=$2
    shift 2
    kills=0
    tries=0
    threads=1
    while [ ! -d "$directory" ]; do
        tries=$((tries + 1))
        if [ $tries -gt 400 ]; then
            fail "$directory: no end after $tries processes"
            return
        fi
        threads=$((threads % 3 + 1))
        # killed before the first checkpoint: from the beginning
        if [ ! -f "$directory.checkpoint" ]; then
            rm -rf "$directory.partial"
            "$saltus" run cells.yaml --out "$directory" --threads $threads "$@" >out.txt 2>&1 &
        else
            "$saltus" resume "$directory.checkpoint" --threads $threads >out.txt 2>&1 &
        fi
        process=$!
        if [ $kills -lt "$most" ]; then
            number=$(od -An -N2 -tu2 /dev/urandom)
            sleep "0.$(printf '%03d' $((5 + number % 145)))"
            if kill -KILL $process 2>/dev/null; then
                kills=$((kills + 1))
            fi
        fi
        wait $process 2>/dev/null
        code=$?
        case $code in
        0 | 137) ;;
        *)
            cat out.txt
            fail "$directory: exit code $code"
            return
            ;;
        esac
    done
    # killed after the directory had its name: one more call cleans up
    if [ -f "$directory.checkpoint" ]; then
        "$saltus" resume "$directory.checkpoint" >/dev/null 2>&1 || fail "$directory: no clean end"
    fi
    for left in "$directory".*; do
        case $left in
        *.facts | "$directory.*") ;;
        *) fail "$left was left behind" ;;
        esac
    done
}

# ---- Kills ----

total=0
kills_a_run=${SALTUS_KILLS:-20}
enough=$((kills_a_run * 5 / 2))
kill_and_compare() { # engine, directory
    run_with_kills "$2" "$kills_a_run" --engine "$1" --checkpoint-every 20ms
    total=$((total + kills))
    same_results "whole-$1" "$2" "$1"
}
for engine in event grid@0.1ms interpolated@0.25ms; do
    "$saltus" run cells.yaml --out "whole-$engine" --engine $engine --threads 1 >/dev/null 2>&1 ||
        fail "the run in one piece, $engine"
    kill_and_compare $engine "cut-$engine"
done
# a fast machine may end a run before it was killed often enough
for again in 1 2 3 4 5 6 7 8 9; do
    [ $total -ge $enough ] && break
    kill_and_compare event "cut-again-$again"
done
[ $total -ge $enough ] || fail "only $total kills hit a running process"
echo "$total kills"

# ---- No kill: checkpoints change nothing ----

for interval in 3ms 400ms; do
    "$saltus" run cells.yaml --out "with-$interval" --threads 2 --checkpoint-every $interval \
        >/dev/null 2>&1 || fail "a run with checkpoints"
    same_results whole-event "with-$interval" "checkpoints every $interval"
done
"$saltus" run cells.yaml --out with-wall --checkpoint-wall 10ms >/dev/null 2>&1 ||
    fail "a run with checkpoints by the clock"
same_results whole-event with-wall "checkpoints by the clock"

# ---- A stop in order; the experiment's file is changed meanwhile ----

cp cells.yaml before.yaml
"$saltus" run cells.yaml --out stopped --checkpoint-every 10ms >out.txt 2>&1 &
process=$!
tries=0
while [ ! -f stopped.checkpoint ] && [ $tries -lt 200 ]; do
    sleep 0.01
    tries=$((tries + 1))
done
kill -TERM $process
wait $process
code=$?
if [ $code = 130 ]; then
    grep -q 'saltus resume stopped.checkpoint' out.txt || fail "it is not told how to resume"
    "$saltus" run cells.yaml --out stopped >out.txt 2>&1 && fail "a taken name was not refused"
    grep -q 'saltus resume stopped.checkpoint' out.txt || fail "the taken name's way on is not told"
    echo 'duration: 1 ms' >cells.yaml
    "$saltus" resume stopped.checkpoint --threads 2 >/dev/null 2>&1 || fail "resume after a stop"
    same_results whole-event stopped "a stop in order"
else
    echo "SKIPPED: the run ended before it could be stopped (exit code $code)"
fi
cp before.yaml cells.yaml

# ---- A disk that is full: a limit for files takes its place ----

(
    trap '' XFSZ
    ulimit -f 400
    "$saltus" run cells.yaml --out full --checkpoint-every 100ms >out.txt 2>&1
)
code=$?
[ $code = 1 ] || fail "a file that is too large: exit code $code instead of 1"
grep -q 'results are not complete' out.txt || fail "it is not told that results are not complete"
grep -q 'to go on from the last checkpoint: saltus resume full.checkpoint' out.txt ||
    { cat out.txt; fail "it is not told how to go on when there is room again"; }
"$saltus" resume full.checkpoint --threads 2 >/dev/null 2>&1 || fail "resume with room again"
same_results whole-event full "a disk that was full"

# ---- Refusals: exit code 2, one line that says why ----

refused() { # words, file
    "$saltus" resume "$2" >out.txt 2>&1
    code=$?
    [ $code = 2 ] || fail "resume $2: exit code $code instead of 2"
    grep -q "$1" out.txt || { cat out.txt; fail "resume $2 does not say: $1"; }
    [ "$(wc -l <out.txt)" = 1 ] || fail "resume $2 says more than one line"
}
"$saltus" run cells.yaml --set duration='100 s' --out long --checkpoint-every 1ms >/dev/null 2>&1 &
process=$!
tries=0
while [ ! -f long.checkpoint ] && [ $tries -lt 500 ]; do
    sleep 0.01
    tries=$((tries + 1))
done
refused 'another process is writing' long.checkpoint
kill -KILL $process
wait $process 2>/dev/null
refused 'no such file\|No such file' nothing.checkpoint
refused 'to go on with its run: saltus resume long.checkpoint' long.partial/
refused 'there is no whole-event.checkpoint: whole-event is complete' whole-event.checkpoint
refused 'there is no whole-event.checkpoint: whole-event is complete' whole-event
mkdir early.partial
refused 'remove early.partial and run it again' early.checkpoint
cp long.checkpoint keep
refused 'a checkpoint is called' keep
head -c 5000 keep >long.checkpoint
refused 'damaged' long.checkpoint
cp cells.yaml long.checkpoint
refused 'no checkpoint of Saltus' long.checkpoint
cp keep long.checkpoint
printf '\377' | dd of=long.checkpoint bs=1 seek=900 conv=notrunc 2>/dev/null
refused 'damaged' long.checkpoint
cp keep long.checkpoint
: >long.partial/spikes.csv
refused 'not the file of that run' long.checkpoint
mv long.partial elsewhere
refused 'long.partial is not there' long.checkpoint
"$saltus" run cells.yaml --out x --checkpoint-every 10 >out.txt 2>&1
[ $? = 2 ] && grep -q 'with its unit' out.txt || fail "an interval without unit"

exit $failed
