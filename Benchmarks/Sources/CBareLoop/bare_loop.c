#include "bare_loop.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static size_t drop(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes;
  (void)context;
  return size * count;
}

int bare_loop_run(
    const char *endpoint, int buckets, const char *const *subresources, int subresource_count,
    const char *const *headers, int header_count, int in_flight, bare_loop_result *result) {
  CURLM *multi = curl_multi_init();
  if (!multi) return -1;
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)in_flight);
  struct curl_slist *list = NULL;
  for (int i = 0; i < header_count; i++) list = curl_slist_append(list, headers[i]);

  CURL **handles = calloc(in_flight, sizeof *handles);
  long total = (long)buckets * subresource_count, next = 0;
  int busy = 0, running = 0, started = 0;
  char url[512];
  *result = (bare_loop_result){0};

  for (int i = 0; i < in_flight; i++) {
    handles[i] = curl_easy_init();
    curl_easy_setopt(handles[i], CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(handles[i], CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(handles[i], CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handles[i], CURLOPT_BUFFERSIZE, 16384L);
  }
  while (next < total || busy) {
    while (started < in_flight && next < total) {
      CURL *handle = handles[started++];
      snprintf(url, sizeof url, "%s/bench-%05ld?%s", endpoint, next / subresource_count,
               subresources[next % subresource_count]);
      next++;
      curl_easy_setopt(handle, CURLOPT_URL, url);
      curl_multi_add_handle(multi, handle);
      busy++;
    }
    curl_multi_perform(multi, &running);
    CURLMsg *message;
    int left, any = 0;
    while ((message = curl_multi_info_read(multi, &left))) {
      CURL *handle = message->easy_handle;
      long status = 0, connections = 0;
      curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
      curl_easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &connections);
      result->requests++;
      result->connections += connections;
      if (message->data.result != CURLE_OK || status != 200) result->failures++;
      curl_multi_remove_handle(multi, handle);
      busy--;
      any = 1;
      if (next < total) {
        snprintf(url, sizeof url, "%s/bench-%05ld?%s", endpoint, next / subresource_count,
                 subresources[next % subresource_count]);
        next++;
        curl_easy_setopt(handle, CURLOPT_URL, url);
        curl_multi_add_handle(multi, handle);
        busy++;
      }
    }
    if (!any && busy) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  for (int i = 0; i < in_flight; i++) curl_easy_cleanup(handles[i]);
  free(handles);
  curl_slist_free_all(list);
  curl_multi_cleanup(multi);
  return 0;
}
