// Threads that work through the phases of a step together. A phase is a number of independent items. Each thread has a range
// of them, so that what it reads lies in one piece and the processor fetches it by itself; whoever is done with its own takes
// from the others', and a phase is over when its items are done, not when every thread has arrived. So a thread that
// the system took off its core (for the window's painting, say) delays the others only if it holds an item, or is still in
// the step before the last one.
#pragma once
#include "platform.h"
#include "simd.h"

#define MAX_PHASES 2048
#define MAX_THREADS 64
enum { SPINS_BEFORE_YIELD = 2000, YIELDS_BEFORE_SLEEP = 400, MOST_ITEMS_AT_ONCE = 8 };

typedef struct {
    _Alignas(64) atomic_int next[MAX_THREADS];  // of each thread's range
    _Alignas(64) atomic_int done;
} phase;

// What one step needs; two of them in turn, so that a late thread may still be leaving the one before.
typedef struct {
    phase phases[MAX_PHASES];
    atomic_int inside;   // threads that may still look at this round
    int threads;
} round_state;

typedef struct pool pool;
typedef struct { pool *owner; int index; thread thread; } worker;
typedef void (*work_function)(pool *, round_state *, int thread);

struct pool {
    round_state rounds[2];
    _Alignas(64) atomic_uint epoch;  // how many steps were started; also what idle threads sleep on
    atomic_int sleepers;
    _Alignas(64) atomic_uint wanted; // threads that steps use now; the others sleep until it changes
    atomic_int ending;
    int count;                       // threads, the caller's own among them
    work_function work;
    worker workers[MAX_THREADS];
};

static void relax(int *turns) {
    if (++*turns < SPINS_BEFORE_YIELD) pause_briefly();
    else give_way();
}

static void await_epoch(pool *p, uint32_t seen, int index) {
    int turns = 0;
    for (uint32_t wanted; (wanted = atomic_load(&p->wanted)) <= (uint32_t)index;) sleep_while(&p->wanted, wanted);
    while (atomic_load_explicit(&p->epoch, memory_order_acquire) == seen) {
        if (turns < SPINS_BEFORE_YIELD + YIELDS_BEFORE_SLEEP) { relax(&turns); continue; }
        atomic_fetch_add(&p->sleepers, 1);
        sleep_while(&p->epoch, seen);
        atomic_fetch_sub(&p->sleepers, 1);
    }
}

static void worker_main(void *argument) {
    const worker *self = argument;
    pool *p = self->owner;
    int index = self->index;
    uint32_t seen = 0;
    for (;;) {
        await_epoch(p, seen, index);
        // Only the newest round: its caller waits for nobody who never came.
        seen = atomic_load_explicit(&p->epoch, memory_order_acquire);
        if (atomic_load(&p->ending)) return;
        round_state *r = &p->rounds[seen & 1];
        atomic_fetch_add(&r->inside, 1);
        if (atomic_load(&p->epoch) == seen && index < r->threads) p->work(p, r, index);
        atomic_fetch_sub(&r->inside, 1);
    }
}

static int pool_start(pool *p, int count, work_function work) {
    memset(p, 0, sizeof *p);
    p->count = count < 1 ? 1 : count > MAX_THREADS ? MAX_THREADS : count;
    p->work = work;
    for (int i = 1; i < p->count; i++) {
        p->workers[i].owner = p;
        p->workers[i].index = i;
        if (thread_begin(&p->workers[i].thread, worker_main, &p->workers[i])) { p->count = i; return -1; }
    }
    return 0;
}

static void pool_end(pool *p) {
    atomic_store(&p->ending, 1);
    atomic_store(&p->wanted, MAX_THREADS);
    wake_all(&p->wanted);
    atomic_fetch_add(&p->epoch, 1);
    wake_all(&p->epoch);
    for (int i = 1; i < p->count; i++) thread_join(&p->workers[i].thread);
}

// Begin a step: the round that its threads will look at, with all counters at zero. The caller notes its job for the
// round, then calls pool_run.
static round_state *pool_next(pool *p, int phases) {
    round_state *r = &p->rounds[(atomic_load(&p->epoch) + 1) & 1];
    for (int turns = 0; atomic_load(&r->inside) != 0;) relax(&turns);
    for (int i = 0; i < phases; i++) {
        for (int t = 0; t < p->count; t++) atomic_store_explicit(&r->phases[i].next[t], 0, memory_order_relaxed);
        atomic_store_explicit(&r->phases[i].done, 0, memory_order_relaxed);
    }
    return r;
}

// Run the step on up to `threads` threads; the caller is one of them and returns when the last phase is done.
static void pool_run(pool *p, round_state *r, int threads) {
    r->threads = threads < 1 ? 1 : threads < p->count ? threads : p->count;
    uint32_t before = atomic_exchange(&p->wanted, (uint32_t)r->threads);
    if (before < (uint32_t)r->threads) wake_all(&p->wanted);
    atomic_fetch_add(&p->epoch, 1);
    if (r->threads > 1 && atomic_load(&p->sleepers)) wake_all(&p->epoch);
    p->work(p, r, 0);
}

// Take the next items of a thread's range: a large share first, smaller ones towards its end. False when none is left.
INLINE int take_from(phase *from, int owner, int items, int threads, int *start, int *end) {
    const int first = (int)((int64_t)items * owner / threads), count = (int)((int64_t)items * (owner + 1) / threads) - first;
    int seen = atomic_load_explicit(&from->next[owner], memory_order_relaxed);
    while (seen < count) {
        const int share = (count - seen) / 2, stop = seen + (share < 1 ? 1 : share > MOST_ITEMS_AT_ONCE ? MOST_ITEMS_AT_ONCE : share);
        if (atomic_compare_exchange_weak_explicit(&from->next[owner], &seen, stop, memory_order_acquire, memory_order_relaxed)) {
            *start = first + seen;
            *end = first + stop;
            return 1;
        }
    }
    return 0;
}

// The next items for a thread: its own, then the others'.
INLINE int take(round_state *r, int phase_index, int items, int thread, int *start, int *end) {
    for (int i = 0; i < r->threads; i++)
        if (take_from(&r->phases[phase_index], (thread + i) % r->threads, items, r->threads, start, end)) return 1;
    return 0;
}

INLINE void give(round_state *r, int phase_index, int count) {
    atomic_fetch_add_explicit(&r->phases[phase_index].done, count, memory_order_release);
}

INLINE void await_phase(round_state *r, int phase_index, int items) {
    int turns = 0;
    while (atomic_load_explicit(&r->phases[phase_index].done, memory_order_acquire) < items) relax(&turns);
}
