// Windows 8 and later; see platform.h.
#pragma once
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

// Large pages are for those whom an administrator gave the right to lock memory; all others get usual ones.
static void *system_memory(size_t bytes) {
    const size_t large = GetLargePageMinimum();
    void *memory = NULL;
    if (large && bytes >= large)
        memory = VirtualAlloc(NULL, (bytes + large - 1) & ~(large - 1), MEM_RESERVE | MEM_COMMIT | MEM_LARGE_PAGES, PAGE_READWRITE);
    return memory ? memory : VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

static void give_back(void *memory, size_t bytes) {
    (void)bytes;
    VirtualFree(memory, 0, MEM_RELEASE);
}

typedef struct {
    HANDLE handle;
    thread_function run;
    void *of;
} thread;

static DWORD WINAPI thread_entry(LPVOID argument) {
    const thread *t = argument;
    t->run(t->of);
    return 0;
}

static int thread_begin(thread *t, thread_function run, void *of) {
    t->run = run, t->of = of;
    t->handle = CreateThread(NULL, 0, thread_entry, t, 0, NULL);
    return t->handle ? 0 : -1;
}

static void thread_join(const thread *t) {
    WaitForSingleObject(t->handle, INFINITE);
    CloseHandle(t->handle);
}

static void give_way(void) { SwitchToThread(); }
static void sleep_while(atomic_uint *number, uint32_t seen) { WaitOnAddress((volatile void *)number, &seen, sizeof seen, INFINITE); }
static void wake_all(atomic_uint *number) { WakeByAddressAll((void *)number); }
