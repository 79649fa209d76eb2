#include <mimalloc.h>

/// Keeps freed memory instead of giving it back after some milliseconds: a run is short, and each page that it touches
/// anew costs a fault.
static inline void mi_keep_memory(void) {
#if MI_MALLOC_VERSION < 210
  mi_option_set(mi_option_allow_decommit, 0);
#else
  mi_option_set(mi_option_purge_delay, -1);
#endif
}
