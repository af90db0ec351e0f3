/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* tree: folders that tests make for themselves. */

/* Removes it with all that is in it, following no link. 0, or -1 with errno: something stays. */
int tree_remove(const char *path);
