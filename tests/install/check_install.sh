#!/bin/sh
# check_install - the examples build and run against the installed library, found by pkg-config,
# shared and static.
# usage: check_install.sh SOURCE_ROOT BUILD_ROOT CC
set -eu
source=$1 build=$2 cc=$3
work=$build/install-check
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

DESTDIR=$work/stage meson install -C "$build" --no-rebuild --quiet
pc=$(find "$work/stage" -name saltus.pc)
[ -n "$pc" ] || { echo "saltus.pc is not installed"; exit 1; }
libraries=$(dirname "$(dirname "$pc")")
prefix=$(sed -n 's/^prefix=//p' "$pc")
export PKG_CONFIG_PATH="$libraries/pkgconfig"

# The paths as an installation without DESTDIR would give them.
flags() { pkg-config --define-variable=prefix="$work/stage$prefix" "$@"; }

run_all() { # kind
    cd "$work"
    ./01_single_neuron >01.txt
    ./02_random_network >02.txt
    ./03_from_file "$source/data/experiments/first.yaml" "first-$1" >03.txt
    cmp 01.txt "$source/tests/examples/01_single_neuron.expected"
    [ -s "first-$1/spikes.csv" ]
}

build_all() { # linker arguments
    for example in "$source"/examples/*.c; do
        # shellcheck disable=SC2046
        $cc -std=c17 $(flags --cflags saltus) "$example" -o "$work/$(basename "$example" .c)" "$@"
    done
}

# shellcheck disable=SC2046
build_all $(flags --libs saltus)
export LD_LIBRARY_PATH="$libraries"
run_all shared
[ "$("$work/stage$prefix/bin/saltus" --version | head -n 1)" = \
    "saltus $(pkg-config --modversion saltus)" ]
"$work/stage$prefix/bin/saltus" energy loihi | grep -q '^loihi - ' # cost tables come along
echo "shared: built and ran"
unset LD_LIBRARY_PATH

# With the shared library out of the way the linker has only the static one.
mkdir "$work/away"
mv "$libraries"/libsaltus.so* "$work/away"
# shellcheck disable=SC2046
build_all $(flags --static --libs saltus)
run_all static
echo "static: built and ran"
