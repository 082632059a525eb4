// macOS on Intel; see platform.h.
#pragma once
#include <sys/mman.h>
#include "platform_threads.h"

// In usual pages: large ones have to be there in one piece, all at once, and could be tried by nobody here.
static void *system_memory(size_t bytes) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}
static void give_back(void *memory, size_t bytes) { munmap(memory, bytes); }

// os_sync_wait_on_address is there since macOS 14.4, this everywhere. All pools of the program share it: who sleeps is idle.
static pthread_mutex_t changing = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void sleep_while(atomic_uint *number, uint32_t seen) {
    pthread_mutex_lock(&changing);
    if (atomic_load(number) == seen) pthread_cond_wait(&changed, &changing);
    pthread_mutex_unlock(&changing);
}

static void wake_all(atomic_uint *number) {
    (void)number;
    pthread_mutex_lock(&changing);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&changing);
}
