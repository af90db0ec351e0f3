/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* check: the commands that judge configuration, one for each kind of thing that has some. */
#include "cmd/command.h"

extern const struct command command_check_cloud;
extern const struct command command_check_cluster;
extern const struct command command_check_docker;
extern const struct command command_check_manifest;
