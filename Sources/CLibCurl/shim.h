// libcurl for Swift: inline functions for what is variadic in C, and nothing else.
#ifndef COOPER_CLIBCURL_SHIM_H
#define COOPER_CLIBCURL_SHIM_H

#include <curl/curl.h>
#include <stddef.h>
#include <string.h>

// The type-checking macros of curl.h only get in the way of one function per type.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

typedef size_t (*cooper_curl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode cooper_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cooper_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cooper_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cooper_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cooper_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cooper_curl_set_receiver(CURL *handle, CURLoption option, cooper_curl_receiver value) {
  return curl_easy_setopt(handle, option, value);
}

// Lends bytes that libcurl copies; a null pointer takes an earlier blob away.
static inline CURLcode cooper_curl_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob;
  if (!bytes)
    return curl_easy_setopt(handle, option, (struct curl_blob *)0);
  blob.data = (void *)bytes;
  blob.len = count;
  blob.flags = CURL_BLOB_COPY;
  return curl_easy_setopt(handle, option, &blob);
}

// CURLOPT_PROTOCOLS is deprecated since 7.85.0, where the text form came.
static inline CURLcode cooper_curl_allow_http_only(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static inline long cooper_curl_get_long(CURL *handle, CURLINFO info) {
  long value = 0;
  return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

static inline curl_off_t cooper_curl_get_size(CURL *handle, CURLINFO info) {
  curl_off_t value = 0;
  return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

static inline void *cooper_curl_get_private(CURL *handle) {
  char *value = 0;
  return curl_easy_getinfo(handle, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : 0;
}

static inline CURLMcode cooper_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// The trust store libcurl was built with; null where it has none.
static inline const char *cooper_curl_built_in_file(void) { return curl_version_info(CURLVERSION_NOW)->cainfo; }
static inline const char *cooper_curl_built_in_directory(void) { return curl_version_info(CURLVERSION_NOW)->capath; }

// What the server's own certificate says, a line each; null where none was seen. Needs CURLOPT_CERTINFO.
static inline const struct curl_slist *cooper_curl_server_certificate(CURL *handle) {
  struct curl_certinfo *chain = 0;
  if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1)
    return 0;
  return chain->certinfo[0];
}

// Text of the system's error number of the last failed connection; null when there is none.
static inline const char *cooper_curl_system_error(CURL *handle) {
  long number = cooper_curl_get_long(handle, CURLINFO_OS_ERRNO);
  return number ? strerror((int)number) : 0;
}

// The result lies in a union, which Swift reads less plainly.
static inline CURLcode cooper_curl_message_result(const CURLMsg *message) { return message->data.result; }

#endif
