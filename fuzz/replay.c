/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Runs a fuzz target over the files of a corpus folder, in the normal build. Each input lies in a
 * block of exactly its size, so that ASan sees a read past its end. The last line counts; an empty
 * or unreadable folder fails. A target that misbehaves aborts, after its file was named.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define REPLAY_MAX_BYTES (64u << 20) /* far above any seed */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	struct stat st;
	FILE *stream = fopen(path, "re");

	if (stream == NULL || fstat(fileno(stream), &st) < 0 || st.st_size < 0 ||
	    (size_t)st.st_size > REPLAY_MAX_BYTES) {
		perror(path);
		if (stream != NULL)
			(void)fclose(stream); /* only read */
		return -1;
	}
	size_t size = (size_t)st.st_size;
	uint8_t *data = malloc(size > 0 ? size : 1);
	if (data == NULL || fread(data, 1, size, stream) != size) {
		perror(path);
		(void)fclose(stream); /* only read */
		free(data);
		return -1;
	}
	(void)fclose(stream); /* only read */
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

static int by_name(const struct dirent *entry) { return entry->d_name[0] != '.'; }

int main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	unsigned passed = 0, failed = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: %s CORPUS-FOLDER\n", argv[0]);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	int count = scandir(argv[1], &entries, by_name, alphasort);
	if (count < 0)
		perror(argv[1]);
	for (int i = 0; i < count; i++) {
		char path[4096];
		int n = snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
		printf("%s\n", path);
		if (n > 0 && (size_t)n < sizeof(path) && replay_file(path) == 0)
			passed++;
		else
			failed++;
		free(entries[i]);
	}
	free((void *)entries);
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	if (passed + failed == 0)
		printf("FAIL %s: no input in the corpus\n", argv[1]);
	return failed > 0 || passed == 0;
}
