// An independent measure of how fast memory can be read, in the manner of STREAM: threads sum up 64-bit numbers, in every
// other round with the next page asked for ahead of time, which some processors do well without and others do not.
// Usage: stream_like THREADS MEGABYTES ROUNDS; prints bytes per second of the fastest round.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static uint64_t *numbers;
static size_t count_each;
static int rounds;
static pthread_barrier_t begin, end;
static volatile uint64_t sink;
static struct { double from_s, to_s; } spans[256];  // of each thread: whoever only watches may get a core too late

static uint64_t sum_of(const uint64_t *own) {
    uint64_t a = 0, b = 0, c = 0, d = 0;
    for (size_t i = 0; i + 4 <= count_each; i += 4) {
        a += own[i];
        b += own[i + 1];
        c += own[i + 2];
        d += own[i + 3];
    }
    return a + b + c + d;
}

static uint64_t sum_ahead(const uint64_t *own) {
    uint64_t sum = 0;
    for (size_t i = 0; i + 8 <= count_each; i += 8) {
        __builtin_prefetch(own + i + 512);
        for (size_t j = 0; j < 8; j++) sum += own[i + j];
    }
    return sum;
}

static double now_s(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void *work(void *argument) {
    const size_t thread = (size_t)(intptr_t)argument;
    const uint64_t *own = numbers + thread * count_each;
    for (int round = 0; round < rounds; round++) {
        pthread_barrier_wait(&begin);
        spans[thread].from_s = now_s();
        sink += round % 2 ? sum_ahead(own) : sum_of(own);
        spans[thread].to_s = now_s();
        pthread_barrier_wait(&end);
    }
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    int threads = atoi(argv[1]);
    if (threads < 1 || threads > 256) return 2;
    size_t bytes = (size_t)atol(argv[2]) * 1000000;
    rounds = atoi(argv[3]);
    count_each = bytes / 8 / (size_t)threads;
    size_t size = (count_each * (size_t)threads * 8 + (1 << 21) - 1) >> 21 << 21;
    numbers = aligned_alloc(1 << 21, size);
    if (!numbers) return 1;
#ifdef MADV_HUGEPAGE
    madvise(numbers, size, MADV_HUGEPAGE);  // as weights are where the system can, see matrices/mapping.py
#endif
    memset(numbers, 1, count_each * (size_t)threads * 8);
    pthread_barrier_init(&begin, NULL, (unsigned)threads + 1);
    pthread_barrier_init(&end, NULL, (unsigned)threads + 1);
    pthread_t *team = calloc((size_t)threads, sizeof *team);
    for (int i = 0; i < threads; i++) pthread_create(&team[i], NULL, work, (void *)(intptr_t)i);
    double shortest_s = 1e9;
    for (int round = 0; round < rounds; round++) {
        pthread_barrier_wait(&begin);
        pthread_barrier_wait(&end);
        double from_s = spans[0].from_s, to_s = spans[0].to_s;
        for (int i = 1; i < threads; i++) {
            if (spans[i].from_s < from_s) from_s = spans[i].from_s;
            if (spans[i].to_s > to_s) to_s = spans[i].to_s;
        }
        if (to_s - from_s < shortest_s) shortest_s = to_s - from_s;
    }
    for (int i = 0; i < threads; i++) pthread_join(team[i], NULL);
    printf("%f\n", (double)(count_each * (size_t)threads * 8) / shortest_s);
    return 0;
}
