// Threads of POSIX, for Linux and macOS; see platform.h.
#pragma once
#include <pthread.h>
#include <sched.h>

typedef struct {
    pthread_t id;
    thread_function run;
    void *of;
} thread;

static void *thread_entry(void *argument) {
    const thread *t = argument;
    t->run(t->of);
    return NULL;
}

static int thread_begin(thread *t, thread_function run, void *of) {
    t->run = run, t->of = of;
    return pthread_create(&t->id, NULL, thread_entry, t) ? -1 : 0;
}

static void thread_join(const thread *t) { pthread_join(t->id, NULL); }
static void give_way(void) { sched_yield(); }
