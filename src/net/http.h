/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * http: requests over libcurl with the bounds every one of ours needs.
 *
 * - Connecting takes at most 10 s; a transfer that brings less than 1 KiB in `stall_s` seconds has
 *   stalled. Time the sink itself takes does not count. `total_s` bounds the whole where it is set.
 * - The body is at most `max_bytes`, the header 256 KiB.
 * - Redirects are followed at most 5 times, never from https to http, never in a circle. The
 *   Authorization header, the client certificate and relaxed certificate checks are for the origin
 *   (scheme, host, port) of the request alone.
 * - Refused or broken connections and the statuses 429, 502, 503, 504 are tried again up to
 *   `retries` times, waiting longer each time or as long as Retry-After says (up to 30 s).
 * - A GET whose body broke off goes on where it stopped: by Range and If-Range when the server gave
 *   a strong ETag, by Range alone when the content is `immutable`. What was delivered before is
 *   never delivered twice. Content that changed meanwhile is an error.
 * - Proxies come from the environment, except for loopback.
 * - Messages name the address without user, password and query.
 * - What has a body (POST, PUT, PATCH, DELETE) is not redirected and not resumed.
 *
 * A client keeps connections for the next request. It belongs to one thread at a time.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;
struct http_client;

#define HTTP_MAX_HOPS	     5u
#define HTTP_MAX_HEADER	     (256u << 10)
#define HTTP_MAX_ERROR_BODY  (64u << 10) /* kept of an answer that is no success */
#define HTTP_MAX_RETRY_AFTER 30u	 /* seconds */
#define HTTP_CONNECT_S	     10u

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE };

/* How to know the server and be known by it. Zeroed: the system's authorities, nothing else. */
struct http_tls {
	const char *ca_file;	 /* PEM, more authorities, for redirects as well */
	const char *ca_dir;	 /* the *.crt inside are more authorities, for the origin only */
	const char *client_cert; /* PEM, for the origin only */
	const char *client_key;
	bool insecure;	       /* take any certificate of the origin */
	str ca_pem;	       /* PEM text: these authorities alone, not the system's */
	str cert_pem, key_pem; /* PEM texts of the client, for the origin only */
	str server_name; /* that its certificate must have, instead of the host; for the origin only
			  */
};

struct http_opts {
	const char *unix_socket; /* connect there instead of to the host */
	unsigned stall_s;	 /* 0: 30 */
	unsigned connect_s;	 /* 0: HTTP_CONNECT_S */
	unsigned retries;	 /* 0: 4 */
	bool no_retry;	     /* one try; 429, 502, 503 and 504 are answers like any other then */
	bool busy_is_answer; /* these four are answers, broken connections are tried again */
	int64_t deadline_ms; /* of time_mono_ms, for whatever the client does; 0: none */
	const char *proxy;   /* http://, https:// or socks5://, loopback too; NULL: see above */
	bool keepalive;	     /* asks a silent peer whether it is still there */
};

struct http_request {
	enum http_method method;
	str url;
	const str *headers; /* "Name: value", sent to whatever host a redirect names */
	size_t headers_n;
	str authorization; /* value of that header, for the origin only */
	const struct http_tls *tls;
	str body, content_type; /* POST, PUT, PATCH, DELETE */
	uint64_t max_bytes;	/* of the answer's body; 0: none is wanted */
	unsigned total_s;	/* for everything, retries included; 0: no bound */
	bool immutable;		/* the address always names the same bytes */
	uint64_t from; /* with immutable: so many bytes were delivered by an earlier call */
	/*
	 * Gets the body of a success (2xx), in order. Not set: the body is in the response. It may
	 * block; returning -1 ends the request with its error.
	 */
	int (*sink)(void *context, str bytes, struct err *err);
	void *context;
	/* The writing end of a pipe, or -1: when nobody reads it any more, the request ends with
	 * ERR_INTERRUPTED. 0 is taken as unset. */
	int watch_fd;
};

struct http_response {
	int status;
	str headers;	  /* raw lines of the last answer */
	str body;	  /* without a sink, or of a status that is no success (cut, see above) */
	str url;	  /* where it came from in the end, without user and query */
	uint64_t bytes;	  /* of the body, delivered */
	unsigned resumed; /* how often the body had broken off */
};

struct http_client *http_client_new(const struct http_opts *opts);
void http_client_free(struct http_client *client);
AUTO_PTR(http_client_free, struct http_client);

/*
 * Any status is a success of the call but those tried again in vain; what the status means, the
 * caller knows. Fails with ERR_NETWORK (connection, time, broken body, certificate), ERR_LIMIT
 * (size, redirects), ERR_INPUT (address, redirect that is refused), or the error of the sink.
 */
int http_do(struct http_client *client, const struct http_request *request, struct arena *arena,
	    struct http_response *out, struct err *err) MUST_USE;

/* Waits, or returns false at once when nobody reads watch_fd (0, -1: none) any more. */
bool http_pause(int watch_fd, int64_t ms);
/* Seconds of Retry-After, a number or a date, at most a day; -1 when absent. */
int64_t http_retry_after(const struct http_response *response, struct arena *arena);

/* First header of that name, trimmed; empty when absent. */
str http_header(const struct http_response *response, str name);
/* All of that name, one call each; start with *rest = response->headers. */
bool http_header_next(str *rest, str name, str *value);
/* Turns a status that is no success into an error: 401, 403 DENIED; 404, 410 NOT_FOUND; others
 * NETWORK. */
int http_status_error(const struct http_response *response, struct err *err);
