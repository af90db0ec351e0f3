/* SPDX-License-Identifier: Apache-2.0 */
#include "base/library.h"

#include <dlfcn.h>
#include <stddef.h>

void *library_symbol(struct library *library, const char *name)
{
	void *handle = atomic_load(&library->handle);

	if (!handle) {
		/* Two threads at once get the same handle. */
		handle = dlopen(library->soname, RTLD_NOW | RTLD_LOCAL);
		if (!handle)
			return NULL;
		atomic_store(&library->handle, handle);
	}
	return dlsym(handle, name);
}
