#!/bin/sh
# check_format - clang-format 14 would change nothing (other versions format differently).
# usage: check_format.sh SOURCE_ROOT
set -u
cd "$1" || exit 2
command -v clang-format-14 >/dev/null || { echo "clang-format-14 is missing"; exit 77; }
find include src tools tests benchmarks examples -name '*.[ch]' | sort |
    xargs clang-format-14 --dry-run --Werror --ferror-limit=3
