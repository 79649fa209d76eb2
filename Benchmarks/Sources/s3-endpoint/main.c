// An S3 endpoint in memory for measuring clients: path style, one thread, no signatures checked.
//
// It keeps buckets and their sub-resources as they were put, answers sts GetCallerIdentity, and counts what it is
// asked (GET /__stats). Anything more belongs to a real server.
//
//   s3-endpoint [--port N] [--delay-ms N]     prints the port on its first line
#if !defined(__linux__)
#include <stdio.h>
int main(void) {
  fputs("s3-endpoint needs epoll, so Linux\n", stderr);
  return 1;
}
#else
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  char *bytes;
  size_t count, capacity;
} buffer;

static void append(buffer *b, const void *bytes, size_t count) {
  if (b->count + count + 1 > b->capacity) {
    b->capacity = (b->count + count + 1) * 2;
    b->bytes = realloc(b->bytes, b->capacity);
    if (!b->bytes) abort();
  }
  if (count) memcpy(b->bytes + b->count, bytes, count);
  b->count += count;
  b->bytes[b->count] = 0;
}

static void text(buffer *b, const char *s) { append(b, s, strlen(s)); }

// --- what is stored: `bucket` and `bucket?sub`, in one hash table ---

typedef struct entry {
  struct entry *next;
  char *key, *body;
  size_t count;
  char header[128]; // a line that came with it and goes back with it, or empty
} entry;

enum { slots = 1 << 17 };
static entry *table[slots];
static long counted_requests, counted_connections, open_connections, most_open;

static entry **find(const char *key) {
  uint64_t hash = 1469598103934665603u;
  for (const char *c = key; *c; c++) hash = (hash ^ (unsigned char)*c) * 1099511628211u;
  entry **at = &table[hash & (slots - 1)];
  while (*at && strcmp((*at)->key, key)) at = &(*at)->next;
  return at;
}

static entry *put(const char *key, const char *body, size_t count) {
  entry **at = find(key);
  if (!*at) {
    *at = calloc(1, sizeof **at);
    (*at)->key = strdup(key);
  }
  free((*at)->body);
  (*at)->body = malloc(count + 1);
  memcpy((*at)->body, body, count);
  (*at)->count = count;
  (*at)->header[0] = 0;
  return *at;
}

static void drop(const char *key) {
  entry **at = find(key), *gone = *at;
  if (!gone) return;
  *at = gone->next;
  free(gone->key);
  free(gone->body);
  free(gone);
}

// --- answers ---

#define NS "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

// What S3 says of a sub-resource that was never set (S3 API Reference, Error responses).
static const struct { const char *sub, *code, *document; } unset[] = {
    {"versioning", 0, XML "<VersioningConfiguration " NS "/>"},
    {"logging", 0, XML "<BucketLoggingStatus " NS "/>"},
    {"notification", 0, XML "<NotificationConfiguration " NS "/>"},
    {"accelerate", 0, XML "<AccelerateConfiguration " NS "/>"},
    {"location", 0, XML "<LocationConstraint " NS "/>"},
    {"cors", "NoSuchCORSConfiguration", 0},
    {"lifecycle", "NoSuchLifecycleConfiguration", 0},
    {"policy", "NoSuchBucketPolicy", 0},
    {"tagging", "NoSuchTagSet", 0},
    {"encryption", "ServerSideEncryptionConfigurationNotFoundError", 0},
    {"publicAccessBlock", "NoSuchPublicAccessBlockConfiguration", 0},
    {"ownershipControls", "OwnershipControlsNotFoundError", 0},
    {"replication", "ReplicationConfigurationNotFoundError", 0},
    {"website", "NoSuchWebsiteConfiguration", 0},
    {"object-lock", "ObjectLockConfigurationNotFoundError", 0},
};

static void replyWith(
    buffer *out, const char *status, const char *header, const char *body, size_t count, int headOnly) {
  char head[384];
  int length = snprintf(
      head, sizeof head,
      "HTTP/1.1 %s\r\nServer: s3-endpoint\r\nx-amz-request-id: 0000000000000001\r\n%s%sContent-Length: %zu\r\n\r\n",
      status, header, count ? "Content-Type: application/xml\r\n" : "", count);
  append(out, head, length);
  if (!headOnly) append(out, body, count);
}

static void reply(buffer *out, const char *status, const char *body, size_t count, int headOnly) {
  replyWith(out, status, "", body, count, headOnly);
}

static void fail(buffer *out, const char *status, const char *code, const char *bucket, int headOnly) {
  char body[512];
  int count = snprintf(
      body, sizeof body,
      XML "<Error><Code>%s</Code><Message>%s</Message><BucketName>%s</BucketName>"
      "<RequestId>0000000000000001</RequestId></Error>", code, code, bucket);
  reply(out, status, body, count, headOnly);
}

static void listBuckets(buffer *out) {
  buffer body = {0};
  text(&body, XML "<ListAllMyBucketsResult " NS "><Owner><ID>1</ID></Owner><Buckets>");
  for (int i = 0; i < slots; i++)
    for (entry *e = table[i]; e; e = e->next) {
      if (strchr(e->key, '?')) continue;
      text(&body, "<Bucket><Name>");
      text(&body, e->key);
      text(&body, "</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate>"
                  "<BucketRegion>us-east-1</BucketRegion></Bucket>");
    }
  text(&body, "</Buckets></ListAllMyBucketsResult>");
  reply(out, "200 OK", body.bytes, body.count, 0);
  free(body.bytes);
}

// Stands beside lifecycle rules and not in them; Terraform waits until it reads back what it wrote (S3 API Reference,
// PutBucketLifecycleConfiguration).
static const char *keptHeader = "x-amz-transition-default-minimum-object-size";

static void answerSubresource(
    buffer *out, const char *method, const char *bucket, const char *sub, const char *headers, const char *body,
    size_t count) {
  char key[512];
  snprintf(key, sizeof key, "%s?%s", bucket, sub);
  if (!strcmp(method, "PUT")) {
    entry *stored = put(key, body, count);
    const char *line = strcasestr(headers, keptHeader);
    int length = line ? (int)strcspn(line, "\r\n") : 0;
    if (length > 0 && length < 120) snprintf(stored->header, sizeof stored->header, "%.*s\r\n", length, line);
    return reply(out, "200 OK", "", 0, 0);
  }
  if (!strcmp(method, "DELETE")) {
    drop(key);
    return reply(out, "204 No Content", "", 0, 0);
  }
  entry *stored = *find(key);
  if (stored) return replyWith(out, "200 OK", stored->header, stored->body, stored->count, 0);
  for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) {
    if (strcmp(unset[i].sub, sub)) continue;
    if (unset[i].document) return reply(out, "200 OK", unset[i].document, strlen(unset[i].document), 0);
    return fail(out, "404 Not Found", unset[i].code, bucket, 0);
  }
  fail(out, "501 Not Implemented", "NotImplemented", bucket, 0);
}

static void answer(
    buffer *out, const char *method, char *target, const char *headers, const char *body, size_t count) {
  char *query = strchr(target, '?');
  if (query) *query++ = 0;
  const char *bucket = target + 1;
  // `/bucket/?cors` means the same as `/bucket?cors`.
  size_t length = strlen(target);
  if (length > 1 && target[length - 1] == '/') target[length - 1] = 0;
  int head = !strcmp(method, "HEAD");
  counted_requests++;
  if (!strcmp(bucket, "__stats")) {
    char stats[200];
    int written = snprintf(stats, sizeof stats, "{\"requests\":%ld,\"connections\":%ld,\"mostOpen\":%ld}\n",
                          counted_requests - 1, counted_connections, most_open);
    return reply(out, "200 OK", stats, written, 0);
  }
  if (!*bucket) {
    if (!strcmp(method, "POST")) {
      const char *identity =
          "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
          "<Arn>arn:aws:iam::123456789012:user/bench</Arn><UserId>AIDABENCH</UserId><Account>123456789012</Account>"
          "</GetCallerIdentityResult></GetCallerIdentityResponse>";
      return reply(out, "200 OK", identity, strlen(identity), 0);
    }
    return listBuckets(out);
  }
  if (strchr(bucket, '/')) return fail(out, "501 Not Implemented", "NotImplemented", bucket, head);
  int exists = *find(bucket) != 0;
  // Of `a&b=c` or `a=` only the first name counts.
  if (query) query[strcspn(query, "&=")] = 0;
  int bare = !query || !*query || !strcmp(query, "list-type") || !strcmp(query, "x-id");
  if (bare && !strcmp(method, "PUT")) {
    put(bucket, "", 0);
    return reply(out, "200 OK", "", 0, 0);
  }
  if (!exists) return fail(out, "404 Not Found", "NoSuchBucket", bucket, head);
  if (!bare) return answerSubresource(out, method, bucket, query, headers, body, count);
  if (head) return reply(out, "200 OK", "", 0, 1);
  if (!strcmp(method, "DELETE")) {
    drop(bucket);
    return reply(out, "204 No Content", "", 0, 0);
  }
  const char *empty = XML "<ListBucketResult " NS "><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>"
                          "</ListBucketResult>";
  reply(out, "200 OK", empty, strlen(empty), 0);
}

// --- connections ---

typedef struct connection {
  int socket;
  buffer in, out;
  size_t sent;
  int64_t due; // when `out` may go, in microseconds; 0: nothing waits
  struct connection *nextDue;
} connection;

static int poller;
static int64_t delay;
static connection *firstDue, *lastDue;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void hangUp(connection *c) {
  if (c->due) { // the queue still points here
    shutdown(c->socket, SHUT_RDWR);
    return;
  }
  close(c->socket);
  free(c->in.bytes);
  free(c->out.bytes);
  free(c);
  open_connections--;
}

// Returns 0 if the connection is gone.
static int flush(connection *c) {
  while (c->sent < c->out.count) {
    ssize_t n = send(c->socket, c->out.bytes + c->sent, c->out.count - c->sent, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EAGAIN) {
        struct epoll_event event = {EPOLLIN | EPOLLOUT, {.ptr = c}};
        epoll_ctl(poller, EPOLL_CTL_MOD, c->socket, &event);
        return 1;
      }
      hangUp(c);
      return 0;
    }
    c->sent += n;
  }
  c->out.count = c->sent = 0;
  return 1;
}

// Answers every complete request in the input.
static int serve(connection *c) {
  size_t used = 0;
  while (c->in.count > used) {
    char *start = c->in.bytes + used;
    char *end = memmem(start, c->in.count - used, "\r\n\r\n", 4);
    if (!end) break;
    *end = 0;
    char *length = strcasestr(start, "\r\ncontent-length:");
    size_t body = length ? strtoul(length + 17, 0, 10) : 0;
    size_t size = end + 4 - start + body;
    if (used + size > c->in.count) {
      *end = '\r';
      break;
    }
    char *method = start, *target = strchr(start, ' ');
    char *rest = target ? strchr(target + 1, ' ') : 0;
    if (!rest || target[1] != '/') {
      hangUp(c);
      return 0;
    }
    *target++ = 0;
    *rest = 0;
    answer(&c->out, method, target, rest + 1, end + 4, body);
    used += size;
  }
  if (used) {
    memmove(c->in.bytes, c->in.bytes + used, c->in.count - used);
    c->in.count -= used;
  }
  if (!used) return 1;
  if (!delay) return flush(c);
  if (!c->due) {
    c->due = now() + delay;
    c->nextDue = 0;
    if (lastDue) lastDue->nextDue = c; else firstDue = c;
    lastDue = c;
  }
  return 1;
}

static void receive(connection *c) {
  char bytes[65536];
  ssize_t n = recv(c->socket, bytes, sizeof bytes, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) return hangUp(c);
  append(&c->in, bytes, n);
  serve(c);
}

static void acceptAll(int listener) {
  int socket, yes = 1;
  while ((socket = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connection *c = calloc(1, sizeof *c);
    c->socket = socket;
    struct epoll_event event = {EPOLLIN, {.ptr = c}};
    epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event);
    counted_connections++;
    if (++open_connections > most_open) most_open = open_connections;
  }
}

static void sendDue(void) {
  int64_t time = now();
  while (firstDue && firstDue->due <= time) {
    connection *c = firstDue;
    firstDue = c->nextDue;
    if (!firstDue) lastDue = 0;
    c->due = 0;
    flush(c);
  }
}

int main(int count, char **arguments) {
  int port = 0, yes = 1;
  for (int i = 1; i + 1 < count; i += 2) {
    if (!strcmp(arguments[i], "--port")) port = atoi(arguments[i + 1]);
    if (!strcmp(arguments[i], "--delay-ms")) delay = (int64_t)(atof(arguments[i + 1]) * 1000);
  }
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096)) {
    perror("s3-endpoint");
    return 1;
  }
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);

  poller = epoll_create1(0);
  struct epoll_event event = {EPOLLIN, {.ptr = 0}}, events[256];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    struct timespec wait = {0, 0}, *limit = 0;
    if (firstDue) {
      int64_t left = firstDue->due - now();
      if (left < 0) left = 0;
      wait = (struct timespec){left / 1000000, left % 1000000 * 1000};
      limit = &wait;
    }
    int n = epoll_pwait2(poller, events, 256, limit, 0);
    for (int i = 0; i < n; i++) {
      connection *c = events[i].data.ptr;
      if (!c) {
        acceptAll(listener);
      } else if (events[i].events & EPOLLIN) {
        receive(c);
      } else if (events[i].events & EPOLLOUT) {
        struct epoll_event back = {EPOLLIN, {.ptr = c}};
        epoll_ctl(poller, EPOLL_CTL_MOD, c->socket, &back);
        flush(c);
      } else {
        hangUp(c);
      }
    }
    sendDue();
  }
}
#endif
