/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * credential: what is sent to be known: a token, a name and password, or a client certificate; from
 * the kubeconfig, from a file that is read again, or from a credential plug-in.
 *
 * A plug-in gets KUBERNETES_EXEC_INFO and what the kubeconfig adds to its environment, no shell, no
 * terminal, and CREDENTIAL_TIMEOUT_MS; its answer is at most CREDENTIAL_ANSWER_MAX bytes.
 */
#include "kube/kubeconfig.h"

#define CREDENTIAL_TIMEOUT_MS 60000
#define CREDENTIAL_PERSON_MS  300000 /* where somebody can follow a link that it prints */
#define CREDENTIAL_ANSWER_MAX (1u << 20)
#define CREDENTIAL_REREAD_MS  10000 /* a token file is read again after that */

struct credential {
	struct arena *arena;   /* of what is below; emptied when it is had again */
	str authorization;     /* value of that header, or empty */
	str cert_pem, key_pem; /* instead of the kubeconfig's, or empty */
	int64_t expires;       /* wall clock; 0: not known */
	int64_t read_ms;       /* when; 0: never */
	unsigned generation;   /* how often it was had */
};

/* An answer of a plug-in. */
struct exec_answer {
	str token, cert_pem, key_pem;
	int64_t expires; /* 0: none */
};

void credential_init(struct credential *credential);
void credential_done(struct credential *credential);
void credential_copy(struct credential *to, const struct credential *from);
/*
 * Makes sure that there is one that holds; `refused`: the server did not take the last one. 1: it
 * is another than before, 0: the same.
 */
int credential_ready(struct credential *credential, const struct kubeconfig *config, bool refused,
		     struct err *err) MUST_USE;
/* Can asking again give another one? */
bool credential_renewable(const struct kubeconfig *config);
/* Certificate and key are readable and belong together. `who`: for messages. */
int credential_check_pair(str cert_pem, str key_pem, str who, struct err *err) MUST_USE;
/* "the client certificate expired on 2026-01-02", or empty. */
str credential_expiry_note(str cert_pem, struct arena *arena);

/* What a plug-in is told (KUBERNETES_EXEC_INFO). */
str exec_info(const struct kubeconfig *config, struct arena *arena);
/* Starts the plug-in of config->exec and takes its answer. */
int exec_run(const struct kubeconfig *config, struct arena *arena, struct exec_answer *out,
	     struct err *err) MUST_USE;
/* Reads what a plug-in said. */
int exec_answer_parse(str text, str api_version, struct arena *arena, struct exec_answer *out,
		      struct err *err) MUST_USE;
