#!/usr/bin/env bash
# test_encode - neural codes from outside: `saltus encode`, `decode` and `codes`, what a run makes
# of encoded files, errors.
#
# usage: test_encode.sh SALTUS SOURCE_FOLDER
. "$(dirname "$0")/outside.sh"

printf 'a,b,c\n0,0.5,1\n0.2,0.3,0.9\n' >v.csv

for command in encode decode codes; do
    run 0 $command --help
    out_has "usage: saltus $command "
    quiet_err
    run 2 $command
    err_has "$command: no file"
    run 2 $command v.csv w.csv
    err_has "$command: more than one file"
    run 2 $command v.csv --codee rate
    err_has 'did you mean --code'
done

# ---- Encoding -----------------------------------------------------------------------------

run 0 encode v.csv --code latency --set curve=rc --set tau='10 ms' --pause 5ms --start 2ms \
    --out s.csv
quiet_err
out_has '^items  *2$'
out_has '^sources  *3, 0 of them silent$'
out_has '^spikes  *5, 2.5 an item'
out_has '^end  *212 ms$'
# 10 ln(x / (x - 0.1)): 1.0536051565783 ms of 1, 2.2314355131421 ms of 0.5, and so on
cat >expected.csv <<'CSV'
time_ms,neuron
3.05360515658,2
4.23143551314,1
108.17783035656,2
111.05465108108,1
113.9314718056,0
CSV
check 'spikes are those of the formula, to the tick' cmp s.csv expected.csv
run 0 encode v.csv --code latency --set curve=rc --set tau='10 ms' --first 1 --count 1
out_has '^items  *1$'
run 0 encode v.csv --code rate --seed 4 --out a.csv
run 0 encode v.csv --code rate --seed 4 --out b.csv
run 0 encode v.csv --code rate --seed 5 --out c.csv
check 'a seed has its spikes' cmp a.csv b.csv
check 'another seed has others' test "$(cmp -s a.csv c.csv && echo same)" = ''

run 2 encode v.csv
err_has 'encode: no code is given'
run 2 encode v.csv --code rat
err_has 'there is no code rat; did you mean rate\?'
run 2 encode v.csv --code rate --set rate_max
err_has "found the setting 'rate_max'; KEY=VALUE is needed"
run 2 encode v.csv --code rate --set rate_max=5
err_has "rate_max of the code rate: found '5' without a unit"
run 2 encode v.csv --code rate --set rate_maxx='5 Hz'
err_has "the code rate has no parameter 'rate_maxx'; it has low, high, window, rate_max"
run 2 encode v.csv --code rate --set high=0.5
err_has 'value 2 of item 0 is 1; low to high, 0 to 0.5, is allowed'
run 2 encode v.csv --code rate --pause 5
err_has "encode: --pause: found '5' without a unit"
run 2 encode v.csv --code rate --first 2
err_has 'v.csv: the file has 2 rows'
run 2 encode none.csv --code rate
err_has 'none.csv: it cannot be read'
cp v.csv values
run 2 encode values --code rate
err_has 'the name values does not say what the file holds; give --kind'
run 0 encode values --code rate --kind csv
run 2 encode values --code rate --kind cvs
err_has 'encode: --kind is cvs; images, csv, sound or events is allowed'
run 1 encode v.csv --code rate --out none/s.csv
err_has 'cannot write none/s.csv: No such file'
printf 'a,b\n1,x\n' >wrong.csv
run 2 encode wrong.csv --code rate
err_has "wrong.csv:2:3: found 'x'; a finite number is needed"

printf '\001\002\200\000\144\000\001\000\001\000' >e.bin
run 0 encode e.bin --sensor 3x3 --origin first --out e.csv
out_has '^sources  *18, 16 of them silent$'
check 'events are spikes' cmp e.csv <(printf 'time_ms,neuron\n0,15\n0.156,6\n')
run 2 encode e.bin --sensor 2
err_has 'encode: --sensor is 2; 1x1 to 256x256 is allowed'
run 2 encode e.bin --sensor 2x2
err_has 'e.bin: byte 0: event 0 is at pixel \(1, 2\); the sensor has 2 x 2 pixels'
run 2 encode e.bin --origin last
err_has '--origin is last; first or file'
printf '\001' >>e.bin
run 2 encode e.bin
err_has 'e.bin: byte 10: the file ends within a record'

# ---- Decoding -----------------------------------------------------------------------------

run 0 decode s.csv --code latency --set curve=rc --set tau='10 ms' --pause 5ms --start 2ms \
    --values 3 --out back.csv
quiet_err
out_has '^items  *2 of 3 values$'
check 'values come back' awk -F, '
    NR == 1 { if ($0 != "v0,v1,v2") exit 1; next }
    NR == FNR && FNR > 1 {
        split(NR == 2 ? "0,0.5,1" : "0.2,0.3,0.9", wanted, ",")
        for (i = 1; i <= 3; i++) if (($i - wanted[i]) ^ 2 > 1e-18) exit 1
    }
    END { if (NR != 3) exit 1 }' back.csv
run 0 decode s.csv --code phase --values 4 --count 3 --out unknown.csv
out_has '^unknown  *7 values'
check 'what spikes do not say is nan' grep -q '^nan,nan,nan,nan$' unknown.csv
run 0 decode s.csv --code latency --values 1
out_has '^passed over  *[0-9]* spikes of sources that no value has$'
run 2 decode s.csv --code latency --values 3 --start '1e9 s'
err_has 'decode: start is 1e.12 ms and pause 0 ms; 0 to 4e7 ms'
run 2 decode s.csv --code latency
err_has 'decode: --code NAME and --values N are needed'
run 2 decode s.csv --code level_crossing --values 3
err_has 'level_crossing encodes a signal'
run 2 decode s.csv --code rate --values 3 --first 1
err_has 'decode: unknown option --first'
run 2 decode v.csv --code rate --values 3
err_has "unknown column 'a'; the columns are time_ms, neuron"

# ---- In a run -----------------------------------------------------------------------------

cat >net.yaml <<'YAML'
saltus: 1
duration: 250 ms
populations:
  in:
    size: 3
    model: spike_list
    params: {from: {csv: v.csv, code: rate, rate_max: 300 Hz, seed: 4}}
  out: {size: 2, model: lif_delta}
projections:
  - {from: in, to: out, rule: all_to_all, weight: 15 mV, delay: 1 ms}
record: {spikes: all}
YAML
run 0 run net.yaml --out direct --quiet
run 0 encode v.csv --code rate --set rate_max='300 Hz' --seed 4 --out list.csv
run 0 run net.yaml --set 'populations.in.params={csv: list.csv}' --out listed --quiet
check 'a run has the spikes of the encoded file' cmp direct/spikes.csv listed/spikes.csv
check 'there are some' test "$(wc -l <direct/spikes.csv)" -gt 50
run 0 decode direct/spikes.csv --population in --code rate --set rate_max='300 Hz' --values 3 \
    --count 2 --out from_run.csv
run 0 decode list.csv --code rate --set rate_max='300 Hz' --values 3 --count 2 --out from_list.csv
check 'spikes of a population are those that were encoded' cmp from_run.csv from_list.csv
run 2 run net.yaml --set populations.in.size=4 --out refused --quiet
err_has 'populations.in.params.from: the file drives 3 sources; the population has 4'
check 'nothing is begun' test ! -e refused

# ---- Comparison ---------------------------------------------------------------------------

run 0 codes v.csv --targets 7 --csv first.csv
quiet_err
out_has '^v.csv: 2 items of 3 values; 7 targets, seed 1$'
out_has '^phase  *1  *12  *4  *84  *0.00000 '
out_has '^latency  *1  *2.5  *0.8333  *17.5 '
run 0 codes v.csv --targets 7 --csv second.csv
check 'the figures are the same again' cmp first.csv second.csv
check 'a row for each code and jitter' test "$(wc -l <first.csv)" = 17
check 'what counts has the same error at every jitter' test \
    "$(grep '^"rate"' first.csv | cut -d, -f8 | sort -u | wc -l)" = 1
check 'what times has a larger one' awk -F, '
    /^"latency"/ { if ($8 < before) exit 1; before = $8; rows++ } END { exit rows != 4 }' first.csv
run 0 codes v.csv --code 'population:units=4,readout=latency' --code rate:window='1 s' --jitter 0ms
out_has '^population:units=4,readout=latency  *4 '
run 2 codes v.csv --code rate:windw=5
err_has "the code rate has no parameter 'windw'"
run 2 codes v.csv --code level_crossing
err_has 'level_crossing encodes a signal'
run 2 codes v.csv --jitter 1
err_has "codes: --jitter is 1: found '1' without a unit"
run 2 codes e.bin
err_has 'a recording of events has no items of values'

run 2 codes v.csv $(printf -- '--code rate %.0s' {1..17})
err_has 'codes: there are more than 16 codes'

# ---- The experiment that is shipped -------------------------------------------------------

run 0 run "$root/data/experiments/four_codes.yaml" --out four --quiet
for code in phase latency; do
    run 0 decode four/spikes.csv --population $code --code $code --pause 20ms --values 8 \
        --out four.csv
    check "what $code was given comes back" awk -F, '
        FNR == 1 || /^#/ { next }
        NR == FNR { given[++rows] = $0; next }
        { n++; split(given[n], wanted, ",")
          for (i = 1; i <= 8; i++) if (($i - wanted[i]) ^ 2 > 1e-18) exit 1 }
        END { if (n != 5 || rows != 5) exit 1 }' \
        "$root/data/experiments/four_codes/values.csv" four.csv
done

run 0 codes "$root/data/experiments/four_codes/values.csv" --csv four_figures.csv
check "its figures are the same on every machine" \
    cmp four_figures.csv "$root/tests/cli/codes.expected.csv"

# ---- The catalog --------------------------------------------------------------------------

run 0 models
out_has '^codes \('
run 0 models latency
out_has 'rc:  *t = tau ln\(x / \(x - threshold\)\)'
out_has 'default: linear; allowed: linear, logarithmic, rc'
run 2 models latencyy
err_has 'did you mean latency'

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
