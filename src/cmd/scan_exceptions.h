/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The exceptions of a scan: which files they are read from, and what is said about them. */
#include "report/exception.h"
#include "report/text.h"

/*
 * Reads those of the current folder that are there: .seawallignore.yaml, .trivyignore,
 * .trivyignore.yaml, .grype.yaml. One that is malformed fails the command.
 */
int scan_exceptions_local(struct exception_set *set, struct err *err) MUST_USE;
/*
 * Exceptions kept centrally: the file at an address, https, or http of this machine. It is
 * fetched for each run, so that a change holds at once; when it cannot be had, the command fails.
 * False: `name` is no address.
 */
bool scan_exceptions_is_address(str name);
int scan_exceptions_fetch(struct exception_set *set, str address, struct err *err) MUST_USE;
/* On standard error, when all targets are done: which have expired, which matched nothing. */
void scan_exceptions_tell(const struct exception_set *set, bool quiet, enum lang lang);
