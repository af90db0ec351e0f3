/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * apk: the database of installed packages of Alpine, Wolfi and their relatives: records of lines
 * "X:value", separated by empty lines. A record without a name or version, and a line of another
 * form, is passed over and told to sink->skipped with its number; a text in which nothing but such
 * was found is ERR_INPUT ("line 2: expected 'X:value'").
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define APK_MAX_BYTES (128u << 20)
#define APK_FIELD_MAX 4096u    /* of a value that is kept */
#define APK_FILES_MAX 1000000u /* of one package */

int apk_installed(const struct file_view *file, struct package_sink *sink,
		  struct err *err) MUST_USE;
