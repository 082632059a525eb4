// Linux; see platform.h.
#pragma once
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "platform_threads.h"

enum { HUGE_PAGE = 2 << 20 };

// Of the system's own: what the C library frees it may keep. Large rooms in huge pages, where there are any: fewer
// translations of addresses to wait for.
static void *system_memory(size_t bytes) {
    const int is_large = bytes >= HUGE_PAGE;
    const size_t whole = is_large ? (bytes + 2 * HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1) : bytes;
    char *base = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return NULL;
    if (!is_large) return base;
    // The beginning of a huge page, what is before and behind it given back.
    char *start = (char *)(((uintptr_t)base + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1));
    char *end = start + whole - HUGE_PAGE;
    if (start > base) munmap(base, (size_t)(start - base));
    if (end < base + whole) munmap(end, (size_t)(base + whole - end));
    madvise(start, (size_t)(end - start), MADV_HUGEPAGE);
    return start;
}

static void give_back(void *memory, size_t bytes) {
    munmap(memory, bytes >= HUGE_PAGE ? (bytes + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1) : bytes);
}

static void sleep_while(atomic_uint *number, uint32_t seen) {
    syscall(SYS_futex, number, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}
static void wake_all(atomic_uint *number) { syscall(SYS_futex, number, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0); }
