// The forms of weights that there are, and what the products want of them.
#pragma once
#include "form_bf16.h"
#include "form_q2k.h"
#include "form_q4.h"
#include "form_q4k.h"
#include "form_q5k.h"
#include "form_q6k.h"
#include "form_q8.h"
#include "form_table.h"
#include "form_ternary.h"

static const weight_form FORMS[] = {
    [FORM_TERNARY] = {IN_ROW_BYTES, ternary_panel_bytes, few_rows_ternary, few_rows_ternary_of_two, widen_ternary, unpack_ternary, pack_ternary},
    [FORM_Q4] = {IN_WORDS | IN_PLANES, q4_panel_bytes, few_q4, two_q4, widen_q4, unpack_q4, pack_q4, q4_line},
    [FORM_Q4S] = {IN_WORDS | IN_PLANES, q4s_panel_bytes, few_q4s, two_q4s, widen_q4s, unpack_q4s, pack_q4s, q4s_line},
    [FORM_Q4K] = {IN_WORDS | IN_PLANES, q4k_panel_bytes, few_q4k, two_q4k, widen_q4k, unpack_q4k, pack_q4k, q4k_line},
    [FORM_Q2K] = {IN_WORDS | IN_PLANES, q2k_panel_bytes, few_q2k, two_q2k, widen_q2k, unpack_q2k, pack_q2k},
    [FORM_Q5K] = {IN_WORDS | IN_PLANES, q5k_panel_bytes, few_q5k, two_q5k, widen_q5k, unpack_q5k, pack_q5k},
    [FORM_Q6K] = {IN_WORDS | IN_PLANES, q6k_panel_bytes, few_q6k, two_q6k, widen_q6k, unpack_q6k, pack_q6k},
    [FORM_Q8] = {IN_WORDS, q8_panel_bytes, few_rows_q8, few_rows_q8_of_two, widen_q8, unpack_q8, pack_q8},
    [FORM_BF16] = {AS_FLOATS, bf16_panel_bytes, few_rows_bf16, few_rows_bf16_of_two, widen_bf16, unpack_bf16, pack_bf16},
    [FORM_FP4] = {IN_WORDS | IN_PLANES, fp4_panel_bytes, few_fp4, two_fp4, widen_fp4, unpack_fp4, pack_fp4},
    [FORM_IQ4] = {IQ4_ACTIVATIONS, iq4_panel_bytes, few_iq4, two_iq4, widen_iq4, unpack_iq4, pack_iq4},
    [FORM_SPLIT] = {IN_WORDS, q8_panel_bytes},  // head.h does the rest
};

INLINE const weight_form *form_of(const matrix *m) { return &FORMS[m->form]; }
INLINE int64_t panel_bytes(const matrix *m) { return form_of(m)->panel_bytes(m); }
INLINE const uint8_t *panel_at(const matrix *m, int index) { return m->data + index * panel_bytes(m); }

// How many rows from `first` on are multiplied at once: slices of about the same size, none larger than SLICE.
static int slice_of(int tokens, int first) {
    int left = tokens - first, slices = (left + SLICE - 1) / SLICE;
    return (left + slices - 1) / slices;
}

// Panel `index` times `tokens` (at most SLICE) of the few rows from `first` on: out[t] are the 16 sums.
static void few_panel(const matrix *m, int index, const activations *a, int first, int tokens, vf *out) {
    form_of(m)->few(m, panel_at(m, index), a, first, tokens, out);
}

// Two panels times one of the few rows: out[k] are the sums of each. Panels of two matrices have to have the same columns.
static void two_panels(const panel_ref *pair, const activations *a, int row, vf *out) {
    const weight_form *form = form_of(pair[0].m);
    if (pair[0].m->form == pair[1].m->form && pair[0].m->group == pair[1].m->group) {
        const uint8_t *panels[PAIR] = {panel_at(pair[0].m, pair[0].index), panel_at(pair[1].m, pair[1].index)};
        form->two(pair[0].m, panels, a, row, out);
        return;
    }
    for (int k = 0; k < PAIR; k++) few_panel(pair[k].m, pair[k].index, a, row, 1, out + k);
}

// One row of a matrix as floats (a token's embedding).
static void unpack_row(const matrix *m, int row, float *out) {
    form_of(m)->unpack(m, panel_at(m, row / LANES), row % LANES, out);
}
