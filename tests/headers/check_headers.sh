#!/bin/sh
# check_headers - every public header compiles alone, in C99, C11, C17 and C++, without a
# warning; each declares nothing that a C++ program could not link.
# usage: check_headers.sh SOURCE_ROOT CC [CXX]
set -u
root=$1 cc=$2 cxx=${3-}
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Werror'
failed=0

try() { # description, command line reading a program from standard input
    what=$1
    shift
    if ! printf '#include <%s>\n#include <%s>\n' "$header" "$header" | "$@" -; then
        echo "$header does not compile as $what"
        failed=1
    fi
}

cd "$root/include" || exit 2
for header in saltus/*.h; do
    for standard in c99 c11 c17; do
        # shellcheck disable=SC2086
        try $standard $cc -std=$standard $warnings -Wstrict-prototypes -I. -fsyntax-only -x c
    done
    if [ -n "$cxx" ]; then
        # shellcheck disable=SC2086
        try c++11 $cxx -std=c++11 $warnings -I. -fsyntax-only -x c++
    fi
    grep -q 'extern "C"' "$header" || [ "$header" = saltus/saltus.h ] || {
        echo "$header has no extern \"C\""
        failed=1
    }
done
exit $failed
