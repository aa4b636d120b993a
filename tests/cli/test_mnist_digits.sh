#!/usr/bin/env bash
# test_mnist_digits - the converter of digits from outside, on digits made up here, without network:
# what it writes, that it loses and mixes up nothing, that it is repeatable, what it refuses.
#
# usage: test_mnist_digits.sh CONVERTER SOURCE_ROOT
command -v node >/dev/null || { echo "SKIPPED: no node"; exit 77; }
. "$(dirname "$0")/outside.sh"

# Digit k of class N: N + 11 digits in all, pixel N is 1, pixel 100 + k is 0.2, and the last 0.502.
python3 - <<'PYTHON'
import json, os
os.mkdir("json")
for label in range(10):
    data = []
    for k in range(label + 11):
        pixels = [0] * 784
        pixels[label], pixels[100 + k], pixels[783] = 1, 0.2, 0.502
        data += pixels
    json.dump({"data": data}, open(f"json/{label}.json", "w"))
PYTHON
cat >look.py <<'PYTHON'
import pathlib, struct, sys
folder = pathlib.Path(sys.argv[1])
state = 2463534242


def shuffle(items):
    """As the converter's head tells it."""
    global state
    for k in reversed(range(1, len(items))):
        state ^= state << 13 & 0xffffffff
        state ^= state >> 17
        state ^= state << 5 & 0xffffffff
        other = state % (k + 1)
        items[k], items[other] = items[other], items[k]


told = {"train": [], "t10k": []}
for label in range(10):
    digits = [(label, k) for k in range(label + 11)]
    shuffle(digits)
    testing = (label + 13) // 5  # a fifth, rounded
    told["t10k"] += digits[:testing]
    told["train"] += digits[testing:]
for part in ("train", "t10k"):
    shuffle(told[part])
    images = (folder / f"{part}-images-idx3-ubyte").read_bytes()
    labels = (folder / f"{part}-labels-idx1-ubyte").read_bytes()
    assert struct.unpack(">II", labels[:8]) == (0x801, len(told[part]))
    assert struct.unpack(">IIII", images[:16]) == (0x803, len(told[part]), 28, 28)
    assert len(labels) == 8 + len(told[part]) and len(images) == 16 + 784 * len(told[part])
    for n, (label, k) in enumerate(told[part]):
        pixels = images[16 + 784 * n:16 + 784 * (n + 1)]
        assert labels[8 + n] == label, (part, n)
        assert {p: v for p, v in enumerate(pixels) if v} == {label: 255, 100 + k: 51, 783: 128}
PYTHON

# ---- What it writes ----------------------------------------------------------------------
run 0 a/b --from json
quiet_err
out_has '^a/b: 124 digits to train and 31 to test, 4 files written$'
check "the files hold the digits, labelled, split and in the order that is told" python3 look.py a/b
check "and nothing else is left" test "$(find a/b -type f | wc -l)" = 4
(cd a/b && sha256sum ./*) >sums

# ---- Again -------------------------------------------------------------------------------
run 0 a/b --from json
out_has 'all files there already$'
run 0 a/b
out_has 'nothing to do$'
rm a/b/t10k-images-idx3-ubyte
run 0 a/b --from json
out_has '1 files written$'
check "a second time gives the same bytes" sh -c 'cd a/b && sha256sum --check ../../sums'

# ---- What it refuses ---------------------------------------------------------------------
printf other >a/b/train-labels-idx1-ubyte
rm a/b/train-images-idx3-ubyte
run 1 a/b --from json
quiet_out
err_has '^mnist-digits: a/b/train-labels-idx1-ubyte exists and differs'
check "a file that differs stays" grep -qx other a/b/train-labels-idx1-ubyte
check "and nothing is written beside it" test ! -e a/b/train-images-idx3-ubyte
run 1 new --from nowhere
err_has '^mnist-digits: cannot read nowhere/0\.json \(ENOENT\)$'
cp -r json bad
sed -i 's/0\.502/1.502/' bad/3.json
run 1 new --from bad
err_has '^mnist-digits: bad/3\.json: number 783 is 1\.502; allowed are numbers from 0 to 1$'
echo '{"data": [0, 1]}' >bad/3.json
run 1 new --from bad
err_has 'bad/3\.json must hold "data", an array of 784 numbers for each digit'
echo '{' >bad/3.json
run 1 new --from bad
err_has 'bad/3\.json is not JSON'
check "what fails leaves no folder" test ! -e new
for words in '' 'a b' 'a --from' '--unknown' 'a --from json --from json'; do
    # shellcheck disable=SC2086 # the words are arguments of their own
    run 2 $words
    quiet_out
    err_has '^usage: tools/mnist-digits FOLDER'
done
run 0 --help
quiet_err
out_has '^  tools/mnist-digits FOLDER --from DIR '

echo "mnist_digits: $passed passed, $failed failed"
[ "$failed" = 0 ]
