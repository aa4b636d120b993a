#!/bin/sh
# check_symbols - the shared library shows saltus_* and nothing else; the static one, whose
# internal names share the linker's one name space, defines only saltus_* and sl_*.
# usage: check_symbols.sh SHARED_LIBRARY STATIC_LIBRARY
set -u
bad=0
shared=$(nm -D --defined-only "$1" | awk 'NF == 3 && $3 !~ /^saltus_/ {print $3}')
if [ -n "$shared" ]; then
    echo "$1 shows what is not public:"
    echo "$shared" | sed 's/^/  /'
    bad=1
fi
static=$(nm -g --defined-only "$2" | awk 'NF == 3 && $3 !~ /^(saltus_|sl_)/ {print $3}')
if [ -n "$static" ]; then
    echo "$2 defines names without the prefix saltus_ or sl_:"
    echo "$static" | sed 's/^/  /'
    bad=1
fi
exit $bad
