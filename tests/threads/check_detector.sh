#!/bin/sh
# check_detector - the race detector reports a planted race and is silent on a correct program.
# usage: check_detector.sh PROGRAM_WITH_RACE CORRECT_PROGRAM
set -u
failed=0
output=$("$1" 2>&1)
case $output in
*'ThreadSanitizer: data race'*) echo "planted race: reported" ;;
*)
    echo "planted race: NOT reported"
    echo "$output"
    failed=1
    ;;
esac
if output=$("$2" 2>&1) && [ "$output" = 4999950000 ]; then
    echo "correct program: silent"
else
    echo "correct program: reported or wrong"
    echo "$output"
    failed=1
fi
exit $failed
