#include <mimalloc.h>

/// Keeps freed memory, and asks for large pages: a run is short, and each small page that it touches anew costs a fault.
static inline void mi_keep_memory(void) {
#if MI_MALLOC_VERSION < 210
  mi_option_set(mi_option_allow_decommit, 0);
  mi_option_set(mi_option_large_os_pages, 1);
#else
  mi_option_set(mi_option_purge_delay, -1);
  mi_option_set(mi_option_allow_large_os_pages, 1);
#endif
}
