// Convolutions of each column for itself, over a row and the few before it.
//
// What they saw last lies in a ring, where a row's place follows from its position alone. It holds as many rows more as a step of
// an answer may have, so that a step whose drafts were wrong needs no undoing: its rows are written over.
#pragma once
#include "simd.h"

enum { MOST_TAPS = 16 };

INLINE int ring_rows(int taps) { return taps - 1 + FEW; }
INLINE float *ring_row(float *ring, int taps, int width, int position) {
    return ring + (int64_t)(position % ring_rows(taps)) * width;
}

// The rows that one row sees, the oldest first; NULL: before the beginning. `times`: NULL, or what each is multiplied by.
typedef struct { const float *rows[MOST_TAPS], *times[MOST_TAPS]; } seen_rows;

INLINE vf seen_columns(const seen_rows *seen, int tap, int column) {
    const vf x = vf_load(seen->rows[tap] + column);
    return seen->times[tap] ? vf_mul(x, vf_load(seen->times[tap] + column)) : x;
}

// 16 columns of one row; weights (taps, width). Always added up from the oldest row on.
INLINE vf convolved(const seen_rows *seen, const float *weights, const float *bias, int taps, int width, int column) {
    vf sum = bias ? vf_load(bias + column) : vf_zero();
    for (int tap = 0; tap < taps; tap++)
        if (seen->rows[tap]) sum = vf_fma(seen_columns(seen, tap, column), vf_load(weights + (int64_t)tap * width + column), sum);
    return sum;
}
