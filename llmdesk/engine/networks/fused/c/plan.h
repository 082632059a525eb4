// Which rows of which sequences go through the layers together, and in which way.
#pragma once
#include "attend.h"

static void add_span(batch *b, const sequence *s, int from, int tokens, int source) {
    if (!tokens) return;
    span *to = &b->spans[b->count++];
    *to = (span){tokens, s->past + from, b->tokens, source, 1, s};
    if (b->is_few) to->splits = splits_of(to);
    b->tokens += tokens;
}

static int goes_with_many(const sequence *s) { return s->is_prompt != 0 || s->tokens > FEW; }

// How many of a batch's logits need be right, with a sequence more: all if one of its sequences wants all.
static int most_of(const batch *b, int best) {
    if (!b->tokens) return best;
    return !b->best || !best ? 0 : best > b->best ? best : b->best;
}

// What of these sequences goes in one of the two ways. Which one depends on the sequence alone, and so do its numbers.
static void plan(engine *e, job *j, float **logit_rows[2], const sequence *s, int count, int64_t stride, int with_many) {
    j->all = j->unwanted = (batch){.is_few = !with_many};
    j->wanted[0] = (batch){.logits = logit_rows[0]}, j->wanted[1] = (batch){.is_few = 1, .logits = logit_rows[1]};
    for (int i = 0; i < count; i++) {
        if (goes_with_many(&s[i]) != with_many) continue;
        const int source = j->all.tokens, before = s[i].tokens - s[i].last;
        batch *wanted = &j->wanted[!with_many || s[i].last <= FEW];
        for (int row = 0; row < s[i].last; row++) wanted->logits[wanted->tokens + row] = s[i].logits + row * stride;
        j->ids[j->all.count] = s[i].ids;
        add_span(&j->all, &s[i], 0, s[i].tokens, source);
        add_span(&j->unwanted, &s[i], 0, before, source);
        if (s[i].last) wanted->best = most_of(wanted, s[i].best);
        add_span(wanted, &s[i], before, s[i].last, source + before);
    }
    batch *few = &j->wanted[1];
    if (e->net.head.form != FORM_SPLIT || (few->best && !pays(&e->head, panels_of(&e->net.head), few->tokens))) few->best = 0;
}

static int is_possible(const engine *e, const sequence *s) {
    if (s->tokens < 1 || s->tokens > e->max_tokens || s->last < 0 || s->last > s->tokens || s->past < 0) return 0;
    if ((int64_t)s->past + s->tokens > (int64_t)s->page_count * PAGE) return 0;
    for (int i = 0; i < s->tokens; i++)
        if (s->ids[i] < 0 || s->ids[i] >= e->net.vocabulary + s->given_count) return 0;
    if ((e->net.mixer_width && !s->state) || s->logged < 0 || s->logged > FEW || s->logged > s->past) return 0;
    for (int i = 0; i < s->lowered_count; i++)
        if (s->lowered[i] < 0 || s->lowered[i] >= e->net.head.rows) return 0;
    return s->best >= 0 && s->best <= MOST_BEST && (s->own_rows || !e->net.per_layer);
}
