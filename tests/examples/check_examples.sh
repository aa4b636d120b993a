#!/bin/sh
# check_examples - what the examples print is what their comments promise.
# usage: check_examples.sh SOURCE_ROOT SINGLE_NEURON RANDOM_NETWORK FROM_FILE
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
exit $failed
