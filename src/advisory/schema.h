/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The tables of an advisory database and the marks that tell the file from others. `application_id`
 * and `user_version` (ADVISORY_SCHEMA) are checked at every opening.
 *
 *   meta       key, value: "built", "digest", "essentials"
 *   source     one file or feed; its records have the numbers first .. first + slots - 1
 *   skip       what a source passed over, by reason
 *   ecosystem  number of an OSV ecosystem name
 *   holds      how many package entries of an ecosystem came from a source, and how many of them
 *              name no fix
 *   block      records, zstd: `count` records from number `first` on; u32le lengths, then the
 * packed records (record.h); `size` bytes unpacked package    all entries of a package of an
 * ecosystem (affected.h) ident      upper-case id or alias -> numbers of the records that bear it
 *   kev, epss  by CVE as a number (record.h: cve_key); scores in millionths
 */
#define SCHEMA_APPLICATION_ID 0x53656177 /* "Seaw" */

extern const char schema_sql[];
