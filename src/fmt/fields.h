/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* fields: the parts of a line that blanks keep apart. */
#include "base/str.h"

/* Cuts the next one off; empty when there is none. What is left begins with the blanks behind it.
 */
str fields_take(str *rest);
/* At most `max` of them, views of the line; what is behind them is left out. Their number. */
size_t fields_of(str line, str *out, size_t max);
