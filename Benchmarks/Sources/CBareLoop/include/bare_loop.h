#ifndef COOPER_BARE_LOOP_H
#define COOPER_BARE_LOOP_H

typedef struct {
  long requests;
  long failures;
  long connections;
} bare_loop_result;

// Sends a GET of every sub-resource of every bucket, so many at a time, with the same headers, and drops the bodies.
// Bucket names are `bench-00000` and so on. Returns 0, or -1 if libcurl could not start.
int bare_loop_run(
    const char *endpoint, int buckets, const char *const *subresources, int subresource_count,
    const char *const *headers, int header_count, int in_flight, bare_loop_result *result);

#endif
