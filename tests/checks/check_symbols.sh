#!/bin/sh
# check_symbols - the shared library shows saltus_* and nothing else; the static one, whose
# internal names share the linker's one name space, defines only saltus_* and sl_*.
# Clang's lock of OpenMP reductions, which all programs share by its name, is not ours.
# usage: check_symbols.sh SHARED_LIBRARY STATIC_LIBRARY
set -u
bad=0
lock='[.]gomp_critical_user_'
others() { # beginnings of our names, as a regular expression; the table of nm on standard input
    awk -v ours="^($1|$lock)" 'NF == 3 && $3 !~ ours {print $3}'
}
shared=$(nm -D --defined-only "$1" | others saltus_)
if [ -n "$shared" ]; then
    echo "$1 shows what is not public:"
    echo "$shared" | sed 's/^/  /'
    bad=1
fi
static=$(nm -g --defined-only "$2" | others "saltus_|sl_")
if [ -n "$static" ]; then
    echo "$2 defines names without the prefix saltus_ or sl_:"
    echo "$static" | sed 's/^/  /'
    bad=1
fi
exit $bad
