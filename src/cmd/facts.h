/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* facts: the commands that gather and do not judge, one for each kind of thing. */
#include "cmd/command.h"

extern const struct command command_facts_cluster;
extern const struct command command_facts_docker;
