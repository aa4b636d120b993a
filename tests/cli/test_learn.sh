#!/usr/bin/env bash
# test_learn - `saltus learn` from outside: recognition of made-up images, results, the same bits
# again, going on after a signal and after a kill, what is refused.
#
# usage: test_learn.sh SALTUS SOURCE_FOLDER
subcommand=learn
. "$(dirname "$0")/outside.sh"
# json PROGRAM FILE: python over the parsed file, `d`, must be true
json() {
    check "$2: $1" python3 -c "import json, sys
d = json.load(open(sys.argv[1]))
sys.exit(0 if ($1) else 1)" "$2"
}
# gnuplot is not what is tested here
mkdir bin
printf '#!/bin/sh\necho drawn >"${2%%.gp}.png"\n' >bin/gnuplot
chmod +x bin/gnuplot
export PATH="$work/bin:$PATH" OMP_NUM_THREADS=1

# Four classes of images of 8 x 8 pixels: a bar of two rows, of uneven brightness, and noise.
python3 - <<'PYTHON'
import gzip, random, struct
r = random.Random(7)
def write(name, count, opened):
    images, labels = bytearray(), bytearray()
    for k in range(count):
        label = k % 4
        for row in range(8):
            for column in range(8):
                bright = row // 2 == label
                noise = r.randrange(40) * (r.random() < .2)
                images.append(r.randrange(150, 256) if bright else noise)
        labels.append(label)
    with opened(name + '-images', 'wb') as f:
        f.write(struct.pack('>IIII', 0x0803, count, 8, 8) + images)
    with opened(name + '-labels', 'wb') as f:
        f.write(struct.pack('>II', 0x0801, count) + labels)
write('train', 80, open)
write('test', 60, gzip.open)
PYTHON

cat >bars.yaml <<'YAML'
saltus: 1
title: Bars
seed: 5
populations:
  X: {size: 64, model: rate_source}
  E:
    size: 8
    model: lif_delta
    params: {tau_m: 100 ms, v_th: 13 mV, t_ref: 5 ms, theta_plus: 1 mV, tau_theta: 10000 s}
projections:
  - from: X
    to: E
    rule: all_to_all
    weight: {uniform: [0 mV, 2 mV]}
    delay: 0.5 ms
    plasticity: {rule: post_triggered, tau_plus: 20 ms, eta: 0.02, x_target: 0.1, mu: 0,
      w_max: 8 mV, pairing: nearest}
  - {from: E, to: E, rule: all_to_all, autapses: false, weight: -120 mV, delay: 0.5 ms}
learning:
  input: X
  output: E
  train: {images: train-images, labels: train-labels}
  label: {count: 40}
  test: {images: test-images, labels: test-labels}
  presentation: 100 ms
  rest: 1 s
  rate: 60 Hz
  normalise: 60 mV
  window: 20
YAML

# ---- Help and wrong command lines --------------------------------------------------------
run 0 --help
quiet_err
out_has 'usage: saltus learn FILE'
run 2
err_has 'no experiment file'
run 2 bars.yaml bars.yaml
err_has 'more than one file'
run 2 bars.yaml --train 0
err_has '--train is 0'
run 2 bars.yaml --train 81
err_has 'learning.train: images from 0 on, in number 81 are asked for; train-images has 80'
run 2 bars.yaml --set learning.test.first=60
err_has 'learning.test'
run 2 bars.yaml --epochs 10000 --set learning.rest='10 s'
err_has 'hours of network time; a simulation has 12.5'
run 2 bars.yaml --energy nonsense
run 2 bars.yaml --resume x
err_has 'only --threads'
run 2 --resume nothing
err_has 'nothing.partial does not exist'
run 2 bars.yaml --set populations.X.size=65
err_has '8 x 8 = 64 pixels found; the input X has 65 sources'
run 2 bars.yaml --set learning.test.labels=train-labels
err_has '80 labels for the 60 images'
run 2 bars.yaml --set learning.test.images=none
err_has 'none: it cannot be opened'
sed '/^learning/,$d' bars.yaml >plain.yaml
echo 'duration: 1 s' >>plain.yaml
run 2 plain.yaml
err_has "has no section 'learning'"
check "nothing is left of what was refused" test ! -e results

# ---- Other commands on a file that learns ------------------------------------------------
other() { # EXPECTED_CODE COMMAND ARGUMENTS...
    local subcommand=
    run "$@"
}
for command in run compare sweep operations; do
    more=
    [ $command != sweep ] || more='--vary learning.rate=30Hz,60Hz'
    other 2 $command bars.yaml $more
    err_has "$command: bars.yaml has a section 'learning' and no duration: saltus learn bars.yaml"
done
check "nothing was run" test ! -e results
other 0 run bars.yaml --set duration='10 ms' --out short --quiet
other 0 check bars.yaml
out_has '^learns images \(saltus learn\), seed 5, '
out_lacks 'duration'
other 0 check bars.yaml --json
json 'd["duration_ms"] is None' out
other 0 check bars.yaml --set duration='10 ms'
out_has '^duration 10 ms, seed 5, '

# ---- A course ----------------------------------------------------------------------------
run 0 bars.yaml --out one --epochs 2
quiet_err
out_has 'running accuracy'
out_has '^accuracy +[0-9.]+ % of 60 test images'
out_lacks '^faults'
json 'd["complete"] and d["accuracy"] >= 0.9' one/manifest.json
phases='("training", "labelling", "test")'
json '[d[p]["images"] for p in '"$phases] == [160, 40, 60]" one/manifest.json
json 'd["test"]["counts"]["plastic_updates"] == 0 < d["training"]["counts"]["plastic_updates"]' \
    one/manifest.json
json 'd["training"]["energy_per_image_low_J"] > d["test"]["energy_per_image_low_J"] > 0' \
    one/manifest.json
json 'd["experiment"]["duration_ms"] is None' one/manifest.json
json 'd["learning"]["classes"] == 4 and d["energy_table"] == "loihi"' one/manifest.json
check "a line an image" test "$(wc -l <one/images.csv)" = 261
check "a line a neuron" test "$(wc -l <one/labels.csv)" = 9
check "the copy is the experiment" cmp bars.yaml one/experiment.yaml
for picture in confusion receptive_fields; do
    check "$picture is there" test -s one/$picture.tsv -a -s one/$picture.gp -a -s one/$picture.png
done
# every table says the same
check "tables agree" python3 - <<'PYTHON'
import csv, json
d = json.load(open('one/manifest.json'))
rows = list(csv.DictReader(open('one/images.csv')))
test = [r for r in rows if r['phase'] == 'test']
right = sum(r['answer'] == r['label'] for r in test)
assert right == d['right'], (right, d['right'])
confusion = list(csv.reader(open('one/confusion.csv')))[1:]
assert sum(int(row[1 + i]) for i, row in enumerate(confusion)) == right
assert sum(int(x) for row in confusion for x in row[1:]) == 60
for phase, name in (('train', 'training'), ('label', 'labelling'), ('test', 'test')):
    mine = [r for r in rows if r['phase'] == phase]
    for key in ('spikes', 'source_spikes', 'synaptic_events', 'plastic_updates'):
        assert sum(int(r[key]) for r in mine) == d[name]['counts'][key], (phase, key)
    energy = sum(float(r['energy_low_J']) for r in mine) / len(mine)
    assert abs(energy / d[name]['energy_per_image_low_J'] - 1) < 1e-9, (phase, energy)
# both epochs show every image, in two orders
train = [int(r['image']) for r in rows if r['phase'] == 'train']
assert sorted(train[:80]) == sorted(train[80:]) == list(range(80)) and train[:80] != train[80:]
window = list(csv.DictReader(open('one/accuracy.csv')))
assert [int(w['images']) for w in window] == list(range(40, 161, 20))
for w in window:
    n = int(w['images'])
    got = sum(r['answer'] == r['label'] for r in rows[n - 20:n])
    assert got == int(w['right']) and int(w['answered']) == 20, w
# weights are normalised: the tiles of each neuron sum to 60 mV
sheet = [[float(x) for x in line.split('\t')] for line in open('one/receptive_fields.tsv')]
for n in range(8):
    top, left = n // 3 * 9, n % 3 * 9
    total = sum(sum(row[left:left + 8]) for row in sheet[top:top + 8])
    assert abs(total - 60) < 1e-9, (n, total)
PYTHON
other 2 weights one
err_has 'one has no weights.h5: its experiment did not say what to record'
other 2 weights short
err_has 'short has no weights.h5: its experiment did not say what to record'
other 2 energy loihi --counts one
err_has 'this is the manifest of a course of saltus learn'
run 2 bars.yaml --out one
err_has 'one exists already'
run 2 --resume one
err_has 'one is complete'

# ---- The same bits -------------------------------------------------------------------------
# same A B: everything that does not tell of wall time
same() {
    for file in images.csv accuracy.csv confusion.csv labels.csv receptive_fields.tsv; do
        check "$1 and $2: $file" cmp "$1/$file" "$2/$file"
    done
    if [ -e "$1/weights.h5" ]; then
        check "$1 and $2: weights.h5" cmp "$1/weights.h5" "$2/weights.h5"
    fi
    check "$1 and $2: fingerprint" python3 -c "import json, sys
a, b = (json.load(open(f + '/manifest.json')) for f in sys.argv[1:])
assert a['fingerprint'] == b['fingerprint'] and a['simulated_ms'] == b['simulated_ms']" "$1" "$2"
}
run 0 bars.yaml --epochs 2 --out two --threads 3 --quiet --checkpoint 0
out_has '^accuracy'
same one two
run 0 bars.yaml --epochs 2 --out other --seed 6 --json --no-figures --energy none
json 'd["directory"] == "other" and d["energy_table"] == "none"' out
check "another seed, another course" test "$(cmp -s one/images.csv other/images.csv; echo $?)" = 1

# ---- Thresholds that stay, and neurons beside the output ------------------------------------
run 0 bars.yaml --out flat --no-figures --set populations.E.params.theta_plus='0 mV'
quiet_err
json 'd["complete"] and d["test"]["counts"]["plastic_updates"] == 0' flat/manifest.json
check "no threshold has moved" test "$(sed 1d flat/labels.csv | cut -d, -f3 | sort -u)" = 0
# inhibition through neurons of their own, as in the paper: only E adapts
sed 's/^projections:/  I: {size: 8, model: lif_delta, params: {v_th: 10 mV}}\n&/
     /^  - {from: E, to: E, /d
     s/^learning:/  - {from: E, to: I, rule: one_to_one, weight: 20 mV, delay: 0.5 ms}\
  - {from: I, to: E, rule: all_to_all, weight: -120 mV, delay: 0.5 ms}\n&/' bars.yaml >apart.yaml
check "the copy has neurons of its own" grep -q 'from: I, to: E' apart.yaml
run 0 apart.yaml --out apart --no-figures
quiet_err
json 'd["complete"] and d["test"]["counts"]["plastic_updates"] == 0' apart/manifest.json

# ---- Weights ---------------------------------------------------------------------------------
run 0 bars.yaml --out kept --epochs 2 --no-figures --quiet \
    --set 'record={weights: {of: X->E, every: 100 s, end: true}}'
quiet_err
same one kept
check "nothing but the file is left" test -s kept/weights.h5 -a ! -e kept/learn.weights
other 0 weights kept --csv weights.csv
other 0 weights kept --time 100s --csv early.csv
check "the weights at the end are those of the receptive fields" python3 - <<'PYTHON'
import csv
sheet = [[float(x) for x in line.split('\t')] for line in open('kept/receptive_fields.tsv')]
rows = list(csv.reader(open('weights.csv')))[1:]
assert len(rows) == 64 * 8
for source, target, weight in rows:
    pixel, n = int(source), int(target)
    assert float(weight) == sheet[n // 3 * 9 + pixel // 8][n % 3 * 9 + pixel % 8], (pixel, n)
assert rows != list(csv.reader(open('early.csv')))[1:]
PYTHON

# ---- Damage ----------------------------------------------------------------------------------
# 120 images of 1.1 s come before the test: what strikes then finds the network as it was taught
run 0 bars.yaml --out plain --no-figures
for share in 0.5 1; do
    run 0 bars.yaml --out "damaged-$share" --no-figures \
        --set "faults=[{lesion: E, share: $share, at: 132 s}, {dropout: X, probability: 0}]"
    out_has "^faults      lesion of neurons of E: $([ $share = 1 ] && echo 8 || echo 4) lost, "
    out_has '^            dropout of spikes of X: 0 lost$'
    json 'd["faults"][0]["begun"] and d["faults"][0]["neurons"] == 8 * '$share \
        "damaged-$share/manifest.json"
    check "up to the damage nothing is different" \
        diff <(grep -v '^test' plain/images.csv) <(grep -v '^test' "damaged-$share/images.csv")
    check "nor do labels differ" cmp <(cut -d, -f1,2 plain/labels.csv) \
        <(cut -d, -f1,2 "damaged-$share/labels.csv")
done
right() { sed -n 's/^  "right": \([0-9]*\).*/\1/p' "$1/manifest.json"; }
check "half of the neurons answer fewer images" test "$(right damaged-0.5)" -lt "$(right plain)"
check "some of them" test "$(right damaged-0.5)" -gt 0
check "none answers none" test "$(right damaged-1)" = 0

# ---- Left out ------------------------------------------------------------------------------
for record in 'record={positions: true}' 'record={potential: [{of: E, every: 1 ms}]}'; do
    rm -rf noted
    run 0 bars.yaml --out noted --no-figures --train 1 --label 1 --test 1 --set "$record" --quiet
    err_has "note: of the section 'record' a course writes weights alone"
done
sed '/normalise:/d' bars.yaml >free.yaml
run 0 free.yaml --out free --no-figures --train 20 --label 20 --test 20
run 0 bars.yaml --out null --no-figures --train 20 --label 20 --test 20 \
    --set learning.normalise='~' --set learning.total_rate='~'
check "null leaves a value out" cmp free/images.csv null/images.csv

# ---- Shown again ---------------------------------------------------------------------------
run 0 bars.yaml --train 20 --label 20 --test 20 --out again \
    --set 'learning.again={below: 4, rate_step: 30 Hz, at_most: 3}'
json 'd["training"]["presentations"] > d["training"]["images"]' again/manifest.json
json 'd["simulated_ms"] == 1100 * sum(d[p]["presentations"] for p in '"$phases)" again/manifest.json

# ---- Going on --------------------------------------------------------------------------------
# long enough to be stopped; a course of 16,000 training images, 80 in each of SALTUS_LEARN_EPOCHS,
# whose weights are recorded
echo 'record: {weights: {of: X->E, every: 1000 s, end: true}}' >>bars.yaml
long="bars.yaml --epochs ${SALTUS_LEARN_EPOCHS:-200} --checkpoint 1000"
run 0 $long --out whole
lines() { if [ -f "$1" ]; then wc -l <"$1"; else echo 0; fi; }
# begin DIR LINES: a course in the background, until so many images are done
begin() {
    "$saltus" learn $long --out "$1" >job.out 2>job.err &
    job=$!
    while [ "$(lines "$1.partial/images.csv")" -lt "$2" ] && kill -0 $job 2>/dev/null; do
        sleep 0.01
    done
}
begin stopped 2500
kill -TERM $job
wait $job
code=$?
job=
check "a signal ends it with 130" test $code = 130
check "and says how to go on" grep -q 'go on with: saltus learn --resume stopped' job.err
check "nothing is whole yet" test ! -e stopped -a -d stopped.partial
mkdir elsewhere
(cd elsewhere && "$saltus" learn --resume ../stopped --quiet) >out 2>err
code=$?
check "a course that was stopped goes on, from another folder" test $code = 0
same whole stopped
begin killed 2500
kill -9 $job
wait $job 2>/dev/null
job=
echo 'train,7,rubbish' >>killed.partial/images.csv # behind the last checkpoint
run 2 $long --out killed
err_has 'saltus learn --resume killed goes on with it'
"$saltus" resume killed.partial 2>err
check "resume knows whose it is" grep -q 'to go on with its run: saltus learn --resume killed$' err
"$saltus" resume killed.partial/learn.checkpoint 2>err
check "and whose checkpoint" grep -q 'not written by `saltus run`; a course of `saltus learn`' err
run 0 --resume killed.partial/ --threads 2
same whole killed
run 2 --resume killed.partial
err_has 'killed is complete'

# a limit for files takes the place of a full disk
(
    trap '' XFSZ
    ulimit -f 200
    "$saltus" learn $long --out full >out 2>err
)
code=$?
check "a checkpoint that cannot be written ends it with 1" test $code = 1
err_has 'to go on from the last checkpoint: saltus learn --resume full'
run 0 --resume full
same whole full

begin changed 2500
kill -TERM $job
wait $job
job=
cp bars.yaml kept.yaml
sed -i 's/rate: 60 Hz/rate: 61 Hz/' bars.yaml
run 2 --resume changed
err_has 'bars.yaml was changed since'
cp kept.yaml bars.yaml
cp train-images kept-images
python3 -c "
b = bytearray(open('train-images', 'rb').read())
b[-1] ^= 1
open('train-images', 'wb').write(b)"
run 2 --resume changed
err_has 'training images are others'
cp kept-images train-images
run 0 --resume changed
same whole changed

printf 'learn: %d checks passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
