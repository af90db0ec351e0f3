/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * review: a change that is to be judged: an object as its creation, or the request of an
 * AdmissionReview. What policies see of it is input.review with the members that Gatekeeper gives
 * it, all of them also when they are empty.
 *
 *	struct review review;
 *
 *	review_of_object(&review, &pod, MATCH_ORIGINAL);
 *	if (review_of_document(json, &review, &err) < 0)        // either form
 *		return -1;
 */
#include "policy/constraint/match.h"
#include "policy/value.h"

struct review {
	struct resource object, old_object; /* json NULL: there is none */
	const struct resource *namespace;   /* of the object; NULL: looked for in the data */
	str namespace_name;		    /* empty: a cluster's object */
	const struct json *request;	    /* of an AdmissionReview; NULL: a creation */
	enum match_source source;
	bool inside; /* as of struct match_target: what was made always does */
};

void review_of_object(struct review *review, const struct resource *object,
		      enum match_source source);
/* `json`: an AdmissionReview, or any other object. ERR_INPUT: a request without an object. */
int review_of_document(const struct json *json, struct review *review, struct err *err) MUST_USE;
/* input.review. */
struct value review_value(const struct review *review, struct arena *arena);
/* 1, 0, -1: is the constraint's match for the object, or for the one before the change? */
int review_matches(const struct review *review, const struct match *match,
		   struct err *err) MUST_USE;
/* The object, of a deletion the one that was. */
const struct resource *review_object(const struct review *review);
