#!/bin/sh
# check_text - no tabs, trailing blanks, missing final newlines, carriage returns, unfinished
# marks or flags that break the same-bits promise in any text file of the project.
# usage: check_text.sh SOURCE_ROOT
set -u
export LC_ALL=C
cd "$1" || exit 2

# Corpora and data files may hold anything, also those that README.md has a reader fetch.
files=$(find . \( -name .git -o -name 'build*' -o -name results -o -name corpus \
    -o -path ./digits -o -path ./connectomes \) -prune -o \
    -type f ! -name '*.csv' ! -name '*.h5' ! -name '*.svg' \
    ! -name '*.png' -print | sort)
bad=0
report() { # text, matches
    [ -z "$2" ] && return
    echo "$1:"
    echo "$2" | sed 's/^/  /'
    bad=1
}
search() { # text, extended regular expression; the checks name what they look for
    report "$1" "$(echo "$files" | tr '\n' '\0' | xargs -0 grep -nE "$2" /dev/null |
        grep -v '^./tests/checks/')"
}

search 'tabs' "$(printf '\t')"
search 'trailing blanks' ' +$'
search 'carriage returns' "$(printf '\r')"
search 'unfinished marks' '\b(TODO|FIXME|XXX|HACK)\b'
search 'flags that break the same-bits promise' \
    '(^|[^o])-ffast-math|march=native|-Ofast|funsafe-math'
report 'no newline at the end' "$(echo "$files" | while read -r file; do
    [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ] && echo "$file"
done)"
report 'lines over 100 columns' "$(echo "$files" | grep -E '\.(sh|py)$' | tr '\n' '\0' |
    xargs -0 grep -nE '^.{101}' | cut -d: -f1,2)"
exit $bad
