#!/bin/sh
# check_microcircuit - the microcircuit that is shipped is what its generator writes and fires as
# its page says, and what the generator writes at any scale is an experiment.
#
#   check_microcircuit.sh SOURCE_ROOT SALTUS
set -eu
root=$1
saltus=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$root/tools/microcircuit" --neurons 0.02 --indegrees 0.1 > "$folder/shipped.yaml"
diff "$folder/shipped.yaml" "$root/data/experiments/microcircuit.yaml"

# the rates that the page says of it, over its 1 s
"$saltus" run "$folder/shipped.yaml" --out "$folder/shipped" --spikes none --quiet |
    awk '/^L[0-9]+[EI] / {gsub(",", "", $3); printf "%s %.2f\n", $1, $3 / $2}' > "$folder/rates.txt"
awk -F' *[|] *' '/^[|] L[0-9]+[EI] [|]/ {print $2, $7}' "$root/docs/microcircuit.md" |
    diff - "$folder/rates.txt"

# 298,880,968 synapses, as in the reference implementation
"$root/tools/microcircuit" --scale 1 --drive dc --delays grid > "$folder/whole.yaml"
"$saltus" check "$folder/whole.yaml" > "$folder/whole.txt" || test $? = 2 # too large here
grep -q '298,880,968' "$folder/whole.txt"

for scale in 0.01 0.1; do
    "$root/tools/microcircuit" --scale "$scale" --drive poisson --delays grid > "$folder/part.yaml"
    "$saltus" check "$folder/part.yaml" > /dev/null
done
# what a current cannot stand for is said in one line and in the file, and where it can nothing is
"$root/tools/microcircuit" --scale 0.1 --drive dc > "$folder/dc.yaml" 2> "$folder/note.txt"
"$saltus" check "$folder/dc.yaml" > /dev/null
grep -q '^microcircuit: note: .* no variance .* in 1 of 8 populations' "$folder/note.txt"
test "$(wc -l < "$folder/note.txt")" = 1
grep -q '^# Note: .* no variance' "$folder/dc.yaml"
test "$(grep -c variance "$folder/whole.yaml" "$folder/part.yaml" | grep -vc ':0$')" = 0
if "$root/tools/microcircuit" --scale 2 > /dev/null 2>&1; then
    echo "microcircuit: a scale of 2 is taken" >&2
    exit 1
fi
if "$root/tools/microcircuit" > /dev/full 2> "$folder/full.txt"; then
    echo "microcircuit: a full disk goes unnoticed" >&2
    exit 1
fi
grep -q '^microcircuit: cannot write: ' "$folder/full.txt"
