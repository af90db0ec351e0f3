/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * flow: the bytes of one entry of an archive on their way to whoever wants them, each byte read
 * once. The first bytes can be looked at before it is decided who that is; a tap sees all that
 * passes, beside the reader.
 */
#include "fmt/binary/tar.h"

#define FLOW_HEAD_BYTES 1024u

struct flow_tap {
	void *context;
	/* Bytes in their order; valid during the call. */
	void (*take)(void *context, str piece);
};

struct flow {
	struct tar_reader *tar;
	struct flow_tap tap; /* take NULL: none; set before the first flow_next */
	bool looked, given;  /* head was filled; head was handed out */
	size_t head_n;
	str rest; /* of the piece that the head's last bytes came from */
	char head[FLOW_HEAD_BYTES];
};

/* For the entry at which `tar` stands. */
void flow_begin(struct flow *flow, struct tar_reader *tar);
/*
 * The first bytes, FLOW_HEAD_BYTES or all there are; valid as long as `flow`. They will still be
 * given by flow_next, so ask before it. Fails as tar_content.
 */
int flow_head(struct flow *flow, str *head, struct err *err) MUST_USE;
/* As tar_content, from the first byte on. */
int flow_next(struct flow *flow, str *piece, struct err *err) MUST_USE;
/* Reads what is left, for the tap alone. */
int flow_drain(struct flow *flow, struct err *err) MUST_USE;
