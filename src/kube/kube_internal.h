/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of the client share. */
#include "kube/credential.h"
#include "kube/kube.h"
#include "kube/kubeconfig.h"
#include "net/http.h"

struct kube_shared;

struct kube {
	struct kube_shared *shared; /* memory of the configuration */
	struct kube_opts opts;
	struct kubeconfig config;
	struct credential credential;
	str base; /* the address without a slash at its end */
	str host;
	unsigned port;
	str shown; /* for messages */
	const char *proxy;
	str *headers; /* impersonation */
	size_t headers_n;
	struct http_tls tls;	     /* without the client's certificate */
	struct http_client *client;  /* for answers */
	struct http_client *watcher; /* for streams that may be silent; made when needed */
};

/* One question. */
struct kube_ask {
	enum http_method method;
	const char *verb; /* for messages: "list", "get" */
	str path;	  /* with query */
	str what;	  /* for messages: "pods in namespace a"; empty: the path */
	str accept;	  /* empty: application/json */
	str content_type, body;
	uint64_t max_bytes;
	unsigned total_s;
	bool stream; /* may be silent: a watch */
	bool one_try;
	int (*sink)(void *context, str bytes, struct err *err);
	void *context;
};

/*
 * Asks, with credentials and second tries. A status that is no success is an error made of what the
 * server says about it; `status` (or NULL) gets the Status object of it, or NULL.
 */
int kube_do(struct kube *kube, const struct kube_ask *ask, struct arena *arena,
	    struct http_response *out, const struct json **status, struct err *err) MUST_USE;

/* status.c: the error of an answer that is no success. */
int kube_refusal(const struct kube_ask *ask, const struct http_response *response, str server,
		 struct arena *arena, const struct json **status, struct err *err);
/* The text of a Status object, cut and on one line. */
str kube_status_text(const struct json *status, struct arena *arena);

/* JSON answers must say that they are JSON. */
int kube_check_type(const struct http_response *response, struct err *err);
/* "pods in all namespaces". */
str kube_what(const struct kube_resource *resource, str ns, struct arena *arena);
/* The object with apiVersion and kind of `resource` in front where it has none. */
const struct json *kube_with_kind(const struct json *object, str api_version, str kind,
				  struct arena *arena);
/* "?limit=500&..." of the options. */
str kube_selectors(const struct kube_list_opts *opts, struct arena *arena);
#define KUBE_ACCEPT_METADATA "application/json;as=PartialObjectMetadata%s;g=meta.k8s.io;v=v1"
