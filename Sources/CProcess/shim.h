#pragma once
// What Glibc's own module leaves out: prctl(2) is variadic and Linux alone has it.
#if defined(__linux__)
#include <sys/prctl.h>
static inline int cooper_hide_memory(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
#else
static inline int cooper_hide_memory(void) { return 0; }
#endif
