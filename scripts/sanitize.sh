#!/usr/bin/env bash
# The kernels under AddressSanitizer and UndefinedBehaviourSanitizer, their pool of threads under ThreadSanitizer.
# Once more with AMX, emulated: so it is known where each tile is read and written, too.
# Needs gcc with its sanitizers (Debian: gcc); without them it says so and is content, for they are not part of llmdesk.
set -euo pipefail
cd "$(dirname "$0")/.."

compiler=${CC:-gcc}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
build() { "$compiler" -std=gnu17 -g -Wno-unused-function "$@" tests/sanitize/driver.c -o "$made/driver" -lm -lpthread; }
checked=(-O1 -fsanitize=address,undefined -fno-sanitize-recover=all)

if ! grep -q avx2 /proc/cpuinfo 2>/dev/null || ! echo 'int main(void) { return 0; }' | "$compiler" -fsanitize=address,undefined -x c - -o "$made/trial" 2>/dev/null; then
    echo "sanitize: no processor with AVX2, or no $compiler with sanitizers: nothing was checked"
    exit 0
fi
echo "memory and arithmetic"
build -march=x86-64-v3 "${checked[@]}"
ASAN_OPTIONS=detect_leaks=1 "$made/driver" "${1:-40}"
if grep -q avx512_vnni /proc/cpuinfo && ! grep -q amx_int8 /proc/cpuinfo; then
    echo "memory and arithmetic, with AMX emulated"
    build -march=x86-64-v4 -mavx512vnni -mamx-tile -mamx-int8 "${checked[@]}" tests/kernels/amx_emulator.c
    ASAN_OPTIONS=detect_leaks=1 "$made/driver" "${1:-20}"
fi
echo "threads"
build -march=x86-64-v3 -O1 -fsanitize=thread
TSAN_OPTIONS=halt_on_error=1 "$made/driver" "${1:-20}"
