/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * admission_request: an AdmissionReview (admission.k8s.io/v1, v1beta1) as an API server sends it,
 * and the answer to it in the same version.
 *
 *	struct admission_request request;
 *	struct admission_answer answer = { .allowed = true };
 *
 *	if (admission_request_read(body, arena, &request, &err) < 0)
 *		...                     // malformed: there is nobody to answer but with 400
 *	admission_answer_write(&request, &answer, &out);
 */
#include "policy/constraint/review.h"

#define ADMISSION_MAX_DEPTH    256u
#define ADMISSION_MAX_VALUES   2000000u
#define ADMISSION_MAX_UID      256u
#define ADMISSION_MAX_MESSAGE  (8u << 10) /* bytes; more is cut */
#define ADMISSION_MAX_WARNINGS 16u
#define ADMISSION_MAX_WARNING  256u /* bytes of one, as the API server would cut it */

struct admission_request {
	str api_version; /* "admission.k8s.io/v1" */
	str uid, operation, name, namespace, subresource, username;
	str group, version, kind;
	bool dry_run;
	const struct json *json; /* the request */
	struct review review;
	/* Why there is nothing to review (a deletion without its object); empty: there is. */
	str nothing;
};

/* Texts are views of `text`. ERR_INPUT, ERR_LIMIT: what is no AdmissionReview with a request. */
int admission_request_read(str text, struct arena *arena, struct admission_request *out,
			   struct err *err) MUST_USE;
/* "Pod default/web", with "web-*" for a name that is still to be made. */
str admission_request_object(const struct admission_request *request, struct arena *arena);

struct admission_answer {
	bool allowed;
	int code;    /* of the status: 403 ... */
	str message; /* of the status; empty: none */
	str warnings[ADMISSION_MAX_WARNINGS];
	size_t warnings_n, warnings_dropped;
	str patch; /* JSON Patch; empty: none */
	struct {
		str key, value;
	} annotations[4]; /* for the audit log of the API server */
	size_t annotations_n;
};

void admission_answer_warn(struct admission_answer *answer, str warning);
void admission_answer_write(const struct admission_request *request,
			    const struct admission_answer *answer, struct buf *out);
