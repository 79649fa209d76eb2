// The seven reads of N buckets by the bare libcurl loop: bare-loop URL BUCKETS IN_FLIGHT. For whole-command comparisons.
#include <stdio.h>
#include <stdlib.h>

#include "bare_loop.h"

static const char *const subresources[] = {"versioning", "encryption", "publicAccessBlock", "cors",
                                           "lifecycle",  "policy",     "tagging"};
static const char *const headers[] = {
    "Authorization: AWS4-HMAC-SHA256 Credential=bench/20261121/us-east-1/s3/aws4_request, "
    "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
    "0000000000000000000000000000000000000000000000000000000000000000",
    "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "x-amz-date: 20261121T000000Z"};

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: bare-loop URL BUCKETS IN_FLIGHT\n");
    return 64;
  }
  bare_loop_result result;
  if (bare_loop_run(argv[1], atoi(argv[2]), subresources, 7, headers, 3, atoi(argv[3]), &result)) return 1;
  printf("%ld requests, %ld failures, %ld connections\n", result.requests, result.failures, result.connections);
  return result.failures ? 1 : 0;
}
