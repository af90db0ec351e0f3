/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The pieces of a layout. */
#include "policy/layout.h"

enum piece {
	PIECE_NONE,
	PIECE_MONTH_LONG,
	PIECE_MONTH_SHORT,
	PIECE_MONTH,
	PIECE_MONTH_ZERO,
	PIECE_WEEKDAY_LONG,
	PIECE_WEEKDAY_SHORT,
	PIECE_DAY,
	PIECE_DAY_BLANK,
	PIECE_DAY_ZERO,
	PIECE_YEAR_DAY_BLANK,
	PIECE_YEAR_DAY_ZERO,
	PIECE_HOUR,
	PIECE_HOUR12,
	PIECE_HOUR12_ZERO,
	PIECE_MINUTE,
	PIECE_MINUTE_ZERO,
	PIECE_SECOND,
	PIECE_SECOND_ZERO,
	PIECE_YEAR,
	PIECE_YEAR_SHORT,
	PIECE_PM,
	PIECE_PM_SMALL,
	PIECE_ZONE_NAME,
	PIECE_OFFSET, /* "-07:00" and its like: `token` says how; 'Z' first: UTC is "Z" */
	PIECE_FRACTION_ZERO,
	PIECE_FRACTION_NINE,
};

extern const char *const layout_months[12];

/* Cuts the layout: what stands before the next piece, the piece and its text; false at the end. */
bool layout_next(str *layout, str *before, enum piece *piece, str *token);
