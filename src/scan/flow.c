/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/flow.h"

#include "base/num.h"

void flow_begin(struct flow *flow, struct tar_reader *tar)
{
	flow->tar = tar;
	flow->tap = (struct flow_tap){ .take = NULL };
	flow->looked = flow->given = false;
	flow->head_n = 0;
	flow->rest = STR_EMPTY;
}

int flow_head(struct flow *flow, str *head, struct err *err)
{
	int got = 1;
	str piece;

	if (!flow->looked) {
		while (flow->head_n < FLOW_HEAD_BYTES &&
		       (got = tar_content(flow->tar, &piece, err)) > 0) {
			size_t n = size_min(piece.n, FLOW_HEAD_BYTES - flow->head_n);

			memcpy(flow->head + flow->head_n, piece.p, n);
			flow->head_n += n;
			flow->rest = str_skip(piece, n);
		}
		if (got < 0)
			return -1;
		flow->looked = true;
	}
	*head = str_of(flow->head, flow->head_n);
	return 0;
}

int flow_next(struct flow *flow, str *piece, struct err *err)
{
	int got = 1;

	if (flow->head_n > 0 && !flow->given) {
		*piece = str_of(flow->head, flow->head_n);
		flow->given = true;
	} else if (flow->rest.n > 0) {
		*piece = flow->rest;
		flow->rest = STR_EMPTY;
	} else {
		got = tar_content(flow->tar, piece, err);
	}
	if (got > 0 && flow->tap.take)
		flow->tap.take(flow->tap.context, *piece);
	return got;
}

int flow_drain(struct flow *flow, struct err *err)
{
	str piece;
	int got;

	while ((got = flow_next(flow, &piece, err)) > 0)
		continue;
	return got;
}
