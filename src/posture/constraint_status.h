/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * constraint_status: the constraints that a cluster was judged with, as YAML, with the status that
 * Gatekeeper's audit writes: auditTimestamp, byPod, totalViolations and violations with
 * group, version, kind, name, namespace, message and enforcementAction. The total is exact; of
 * the violations the first `limit` are listed. With report.azure the constraints have the kinds and
 * parameters of Azure Policy, where it has one for the rule.
 */
#include "posture/report.h"

void constraint_status_write(struct buf *b, const struct posture_report *report);
