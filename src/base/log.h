/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Messages for the operator on stderr: a constant text and fields. Only commands, request handlers
 * and daemon loops log; library code returns errors. Control bytes are escaped by the writer.
 *     log_warn("layer skipped", KV("digest", digest), KV_U("bytes", size));
 */
#include "base/str.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log_field {
	const char *key;
	str text;
	uint64_t number;
	bool is_number;
};

#define KV(key_, str_)                        \
	{                                     \
		.key = (key_), .text = (str_) \
	}
#define KV_C(key_, c_)                           \
	{                                        \
		.key = (key_), .text = str_c(c_) \
	}
#define KV_U(key_, num_)                                           \
	{                                                          \
		.key = (key_), .number = (num_), .is_number = true \
	}

/* What is above the level is not written. Default: LOG_LEVEL_WARN. Set once at start. */
void log_set_level(enum log_level level);
void log_write(enum log_level level, const char *msg, const struct log_field *fields, size_t n);

#define LOG_AT(level, msg, ...)                                                            \
	do {                                                                               \
		const struct log_field log_fields_[] = { { .key = NULL }, ##__VA_ARGS__ }; \
		log_write(level, msg, log_fields_ + 1, ARRAY_LEN(log_fields_) - 1);        \
	} while (0)
#define log_error(msg, ...) LOG_AT(LOG_LEVEL_ERROR, msg, ##__VA_ARGS__)
#define log_warn(msg, ...)  LOG_AT(LOG_LEVEL_WARN, msg, ##__VA_ARGS__)
#define log_info(msg, ...)  LOG_AT(LOG_LEVEL_INFO, msg, ##__VA_ARGS__)
#define log_debug(msg, ...) LOG_AT(LOG_LEVEL_DEBUG, msg, ##__VA_ARGS__)
