#!/usr/bin/env bash
# test_weights - recorded weights from outside: weights.h5 of a run, runs that start from it, what
# `saltus weights` shows and exports (.npy byte by byte after the definition of the format), errors.
#
# usage: test_weights.sh SALTUS
. "$(dirname "$0")/outside.sh"

cat >net.yaml <<'YAML'
saltus: 1
title: learning
duration: 300 ms
populations:
  E: {size: 120, model: lif_delta, init: {v: {uniform: [0 mV, 20 mV]}}}
  I: {size: 30, like: E}
inputs:
  noise: {type: poisson, rate: 3 kHz, to: [E, I], weight: 0.6 mV}
projections:
  - {from: E, to: E, rule: {fixed_total_number: 2000}, weight: {uniform: [0 mV, 0.6 mV]},
     delay: {uniform: [0.5 ms, 3 ms]}, plasticity: {rule: stdp, w_max: 0.6 mV, dendritic: 0.5}}
  - {from: I, to: E, rule: {fixed_indegree: 10}, weight: -1.5 mV, delay: 1.5 ms}
record:
  weights:
    - {of: E->E, every: 100 ms, end: true}
    - I->E
YAML
run 0 weights --help
out_has 'usage: saltus weights RESULT_DIR'

if ! "$saltus" run net.yaml --out probe --quiet >out 2>err && grep -q 'built without' err; then
    run 2 run net.yaml --out refused
    err_has 'net.yaml records weights, which are written to HDF5; this saltus was built'
    check 'nothing is begun' test ! -e refused -a ! -e refused.partial
    run 2 weights somewhere
    err_has 'built without HDF5'
    printf '%s passed, %s failed\n' "$passed" "$failed"
    [ "$failed" = 0 ]
    exit
fi
rm -rf probe

# ---- Recording ----------------------------------------------------------------------------

run 0 run net.yaml --out first --quiet --threads 2
check 'weights.h5 is there' test -s first/weights.h5
run 0 run net.yaml --out again --quiet --threads 1
check 'the same run has the same bytes' cmp first/weights.h5 again/weights.h5
sed '/^record:/,$d' net.yaml >silent.yaml
run 0 run silent.yaml --out silent --quiet
check 'without records there is no file' test ! -e silent/weights.h5
check 'recording changes no spike' cmp first/spikes.csv silent/spikes.csv

# ---- Showing ------------------------------------------------------------------------------

run 0 weights first
quiet_err
out_has '^E->E$'
out_has 'rule  *stdp'
out_has 'from, to  *E \(120\), E \(120\)'
out_has 'synapses  *2,000'
out_has 'recorded  *4 times, 0 to 300 ms'
out_has 'shown  *300 ms'
out_has 'at w_max .* % \(0.6 mV\)'
out_has '0.57 to  *0.6 mV  *[0-9]+  #'
out_has '^I->E$'
out_has 'mean, sd  *-1.5, 0 mV'
run 0 weights first/weights.h5 --projection 'E->E' --time 100ms
out_has 'shown  *100 ms'
out_lacks 'I->E'
for zero in 0 0ms 0s 0.0s '0 ms'; do
    run 0 weights first --projection 'E->E' --time "$zero"
    out_has 'shown  *0 ms'
done
for wrong in . ms 0. 0x; do
    run 2 weights first --projection 'E->E' --time "$wrong"
    err_has "--time is $wrong; last or a decimal time is needed"
done

# ---- Starting from them -------------------------------------------------------------------

sed 's/weight: {uniform: .*mV.},$/weight: {from: first\/weights.h5},/
     s/every: 100 ms, end: true/at: 0 ms/' net.yaml >more.yaml
check 'the copy starts from the file' grep -q 'from: first' more.yaml
run 0 run more.yaml --out more --quiet
run 0 weights first --projection 'E->E' --csv first.csv
run 0 weights more --projection 'E->E' --time 0 --csv more.csv
check 'a run starts with the weights of the other' cmp first.csv more.csv
check 'they are 2000' test "$(wc -l <first.csv)" = 2001
check 'the first line says what is what' test "$(head -n 1 first.csv)" = source,target,weight_mV
run 0 check more.yaml
run 2 run more.yaml --seed 2 --out other --quiet
err_has 'the weights are of another network'
run 2 check more.yaml --set 'projections.0.weight={from: first/weights.h5, time: 50 ms}'
err_has 'projections.0.weight.from: has no weights of E->E at 50 ms; there are some at'
sed 's/weight: {from/weights: {from/' more.yaml >misspelt.yaml
run 2 check misspelt.yaml
err_has "projections.0.weights: unknown key .* did you mean 'weight'"

# ---- Exporting ----------------------------------------------------------------------------

run 0 weights first --projection 'E->E' --npy list.npy
quiet_out
run 0 weights first --projection 'E->E' --npy matrix.npy --matrix
cat >npy.py <<'PYTHON'
import ast, csv, struct, sys

def parse(path):
    """Header and data, by the definition of format 1.0."""
    data = open(path, "rb").read()
    assert data[:6] == b"\x93NUMPY", data[:6]
    assert data[6:8] == b"\x01\x00", data[6:8]
    length = struct.unpack("<H", data[8:10])[0]
    assert (10 + length) % 64 == 0, length
    header = data[10:10 + length].decode("ascii")
    assert header.endswith("\n") and header[:-1].rstrip(" ").endswith("}")
    assert len(header) - len(header.rstrip(" \n")) <= 64
    fields = ast.literal_eval(header)
    assert list(fields) == ["descr", "fortran_order", "shape"], fields
    assert fields["fortran_order"] is False
    return fields, data[10 + length:]

rows = [(int(s), int(t), float(w)) for s, t, w in list(csv.reader(open("first.csv")))[1:]]
assert rows == sorted(rows, key=lambda row: row[:2])
fields, data = parse("list.npy")
assert fields["descr"] == [("source", "<u4"), ("target", "<u4"), ("weight_mV", "<f8")], fields
assert fields["shape"] == (2000,), fields
assert data == b"".join(struct.pack("<IId", *row) for row in rows)

fields, data = parse("matrix.npy")
assert fields["descr"] == "<f8" and fields["shape"] == (120, 120), fields
matrix = [0.0] * 120 * 120
pairs = set()
for s, t, w in rows:
    matrix[s * 120 + t] += w
    pairs.add((s, t))
assert len(pairs) < 2000, "some pairs have several synapses"
assert data == struct.pack("<14400d", *matrix)

try:
    import numpy
except ImportError:
    sys.exit(0)
array = numpy.load("list.npy")
assert array.shape == (2000,) and array["weight_mV"].tolist() == [w for _, _, w in rows]
square = numpy.load("matrix.npy")
assert square.shape == (120, 120) and square.ravel().tolist() == matrix
numpy.save("by_numpy.npy", square)
assert open("by_numpy.npy", "rb").read() == open("matrix.npy", "rb").read()
PYTHON
check 'the .npy files are what the format says' python3 npy.py

# ---- Errors -------------------------------------------------------------------------------

run 2 weights
err_has 'no result directory is given'
run 2 weights first --npy all.npy
err_has 'has weights of these projections: E->E, I->E; name one of them'
check 'nothing is written' test ! -e all.npy
run 2 weights first --projection 'E->I'
err_has 'there is none named E->I'
run 2 weights first --projection 'E->E' --time soon
err_has '--time is soon; last or a decimal time'
run 2 weights first --matrix
err_has '--matrix is a form of --npy'
run 2 weights silent
err_has 'silent has no weights.h5'
run 2 weights absent
err_has 'absent: cannot be opened'
run 1 weights first --projection 'I->E' --csv no/such/file
err_has 'cannot write no/such/file: No such file'
run 2 weights net.yaml
err_has 'is not an HDF5 file'
cat >large.yaml <<'YAML'
saltus: 1
duration: 1 ms
populations: {A: {size: 40000, model: lif_delta}}
projections: [{from: A, to: A, rule: {fixed_total_number: 10}, weight: 1 mV, delay: 1 ms}]
record: {weights: A->A}
YAML
run 0 run large.yaml --out large --quiet
run 2 weights large --npy large.npy --matrix
err_has 'a matrix of 40,000 sources and 40,000 targets takes 12.8 GB, at most'
run 0 weights large --npy large.npy

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
