# outside - what the tests of the command share: a folder to work in, checks, runs of saltus.
#
# Sourced with the test's own arguments: SALTUS [SOURCE_FOLDER]. Set `subcommand` first when all
# runs are of one. The work folder is the current one afterwards, and gone when the test ends.
set -uo pipefail

saltus=$(readlink -f "$1")
root=${2:+$(readlink -f "$2")}
: "${subcommand:=}"
work=$(mktemp -d)
job= # a background process that must not outlive the test
finish() {
    [ -z "$job" ] || kill -9 "$job" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
cd "$work" || exit 1

passed=0
failed=0

# check NAME COMMAND...: the command must succeed
check() {
    local name=$1
    shift
    if "$@" >check.log 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n  command: %s\n' "$name" "$*"
        sed 's/^/    /' check.log 2>/dev/null | head -n 20
        printf '  exit code %s, stdout:\n' "${code:-?}"
        head -n 40 out 2>/dev/null | sed 's/^/    /'
        printf '  stderr:\n'
        head -n 20 err 2>/dev/null | sed 's/^/    /'
    fi
}

# run EXPECTED_CODE ARGUMENTS...: saltus with these, output in the files out and err
run() {
    local expected=$1
    shift
    "$saltus" $subcommand "$@" >out 2>err
    code=$?
    check "saltus $subcommand $* exits with $expected" test "$code" = "$expected"
}
out_has() { check "stdout says: $1" grep -qE -- "$1" out; }
out_lacks() { check "stdout does not say: $1" test "$(grep -cE -- "$1" out)" = 0; }
err_has() { check "stderr says: $1" grep -qE -- "$1" err; }
quiet_out() { check "stdout is empty" test ! -s out; }
quiet_err() { check "stderr is empty" test ! -s err; }

# An experiment of 20 sources onto five neurons that fire at 1, 5 and 9 ms: each of 20 x 5 synapses
# sees ten arrivals and three spikes of its target, 1,300 weight updates in all.
learning_network() {
    cat <<'YAML'
saltus: 1
duration: 10 ms
populations:
  IN: {size: 20, model: periodic_source, params: {interval: 1 ms, start: 0.5 ms}}
  OUT: {size: 5, model: lif_delta, params: {v_th: 1000 mV}}
inputs:
  drive: {type: periodic, interval: 4 ms, start: 1 ms, weight: 2000 mV, to: OUT}
projections:
  - {from: IN, to: OUT, rule: all_to_all, weight: 1 mV, delay: 0.25 ms,
     plasticity: {rule: stdp, w_max: 2 mV}}
YAML
}
