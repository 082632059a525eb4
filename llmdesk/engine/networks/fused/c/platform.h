// What the kernels ask of the operating system, one file for each: memory, threads, and sleep until a number changes.
//
// system_memory(bytes)             zeros at the beginning of a page, in large pages where the system allows them; or NULL
// give_back(memory, bytes)         what system_memory gave, with the same number of bytes
// thread_begin(thread *, run, of)  run(of) on a thread of its own; 0, or -1 if there is none to be had
// thread_join(thread *)            wait for its end
// give_way()                       let another thread that is ready have this core
// sleep_while(number *, seen)      until wake_all(number), if it still is `seen`; may return sooner, so the caller looks again
// wake_all(number *)               after the number was changed
//
// The C library's mathematics are not here and not used: they give other last bits on each system.
#pragma once
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

typedef void (*thread_function)(void *);

#if defined(__linux__)
#include "platform_linux.h"
#elif defined(_WIN32)
#include "platform_windows.h"
#elif defined(__APPLE__)
#include "platform_macos.h"
#else
#error "no platform_*.h for this system"
#endif
