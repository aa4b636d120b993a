#!/bin/sh
# check_examples - what the examples print is what their comments promise.
# usage: check_examples.sh SOURCE_ROOT SINGLE_NEURON RANDOM_NETWORK FROM_FILE WEIGHTS
set -u
source=$1
failed=0
work=$(mktemp -d "${PWD}/examples-check.XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() {
    echo "$1"
    failed=1
}

# The first by every byte: its numbers have a closed form.
"$2" >"$work/01" || fail "01_single_neuron: exit status $?"
diff "$source/tests/examples/01_single_neuron.expected" "$work/01" ||
    fail "01_single_neuron: prints something else"

# The second by what the model does: two populations at about one rate.
"$3" >"$work/02" || fail "02_random_network: exit status $?"
awk '/ Hz a neuron$/ {n++; if ($4 < 50 || $4 > 70) bad = 1}
    /^fingerprint [0-9a-f]+$/ {f++}
    END {exit !(n == 2 && f == 1 && !bad)}' "$work/02" ||
    { fail "02_random_network: rates are not between 50 and 70 Hz"; cat "$work/02"; }

# The third by its files: spikes.csv holds as many spikes as the table says.
"$4" "$source/data/experiments/first.yaml" "$work/first" >"$work/03" ||
    fail "03_from_file: exit status $?"
if [ -f "$work/first/spikes.csv" ]; then
    table=$(awk 'NR > 1 && NF == 5 {n += $3} END {print n + 0}' "$work/03")
    lines=$(($(wc -l <"$work/first/spikes.csv") - 1))
    { [ "$table" = "$lines" ] && [ "$lines" -gt 0 ]; } ||
        fail "03_from_file: $table spikes in the table, $lines in the file"
else
    fail "03_from_file: no spikes.csv"
fi
"$4" "$source/data/experiments/first.yaml" "$work/first" >/dev/null 2>&1 &&
    fail "03_from_file: overwrites a result"
"$4" "$source/data/experiments/no-such-file.yaml" "$work/none" >/dev/null 2>&1 &&
    fail "03_from_file: succeeds without a file"

# The fourth by weights in closed form: a pair of 20 ms apart, its rule changed by an override.
"$5" "$source/data/experiments/stdp_window.yaml" 'pre->post' \
    projections.1.plasticity.tau_plus='20 ms' >"$work/04" 2>"$work/04.rates" ||
    fail "04_weights: exit status $?"
awk -F, 'NR == 1 && $0 != "source,target,weight_mV" {bad = 1}
    NR > 1 && ($1 != NR - 2 || $2 != $1) {bad = 1}
    $1 == 80 {d = $3 - 500 - 10 * exp(-1); found = d < 1e-9 && d > -1e-9}
    END {exit !(found && !bad && NR == 122)}' "$work/04" ||
    { fail "04_weights: not the weights of the pairs"; cat "$work/04"; }
grep -qx 'post: 121 spikes, 2.50 Hz' "$work/04.rates" || fail "04_weights: no rates"
"$5" "$source/data/experiments/stdp_window.yaml" 'pre->nobody' >/dev/null 2>&1 &&
    fail "04_weights: succeeds without the projection"
exit $failed
