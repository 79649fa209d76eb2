#pragma once
#include <spawn.h>
#include <unistd.h>
// What Glibc's own module leaves out: prctl(2) is variadic and Linux alone has it.
#if defined(__linux__)
#include <sys/prctl.h>
static inline int cooper_hide_memory(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
static inline int cooper_memory_is_hidden(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0; }
#else
static inline int cooper_hide_memory(void) { return 0; }
static inline int cooper_memory_is_hidden(void) { return 1; }
#endif
// A child keeps nothing open but the three standard descriptors.
#if defined(__GLIBC__) && (__GLIBC__ > 2 || (__GLIBC__ == 2 && __GLIBC_MINOR__ >= 34))
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
static inline int cooper_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
static inline int cooper_change_directory(posix_spawn_file_actions_t *actions, const char *path) {
  return posix_spawn_file_actions_addchdir_np(actions, path);
}
#else
static inline int cooper_close_from(posix_spawn_file_actions_t *actions, int first) { return 0; }
static inline int cooper_change_directory(posix_spawn_file_actions_t *actions, const char *path) { return 0; }
#endif
