/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * proposal: a parameter file (policy/constraint/library_parameters.h) that accepts what runs now,
 * for each rule whose list nobody has decided. One action accepts it:
 *
 *	seawall check cluster --export-parameters seawall-policies.yaml
 *
 * Rules of which nothing is used get an empty list, so that whoever begins to use it is seen. A
 * rule that misses something that nobody uses (AppArmor profiles) is left out: a person must
 * decide.
 */
#include "posture/report.h"

void proposal_write(struct buf *b, const struct posture_report *report);
