// Inputs of a layer's own (Gemma 4): what each token brings for each layer, P numbers, beside what the layers before made of it.
//
// The table of what tokens bring is large and read by rows, so the caller reads it: a step gets the rows of its tokens. The
// other part is a projection of the embedding, made for all layers at once when the step begins.
#pragma once
#include "products.h"

typedef struct {
    matrix gate, output;     // (P, H) and (H, P)
    const float *post_norm;  // (H)
} layer_input;

// `n` of a row's results from a panel on, side by side.
static void take_panels(const sheet *s, int64_t token, int first, int n, float *out) {
    for (int panel = 0; panel < n / LANES; panel++)
        vf_store(out + panel * LANES, vf_load(sheet_at(s, (int)token, first + panel)));
}

// gate = activation(gate) * (made + brought) / sqrt(2)
static void gate_inputs(float *gate, const float *made, const float *brought, int n, int activation) {
    const vf factor = vf_set(0.70710678f);
    for (int i = 0; i < n; i += LANES) {
        const vf own = vf_mul(vf_add(vf_load(made + i), vf_load(brought + i)), factor);
        vf_store(gate + i, vf_mul(activated(vf_load(gate + i), activation), own));
    }
}
