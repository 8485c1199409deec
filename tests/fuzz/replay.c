/*
 * Runs one fuzz target over a folder of files, without a fuzz engine: replay-NAME linked with fuzz-NAME.c takes
 * the files of tests/fuzz/corpus/NAME, or those of the folder named as its argument. TAP; a corpus without
 * files fails.
 */
#include <dirent.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH_BYTES = 4096, FILES_MAX = 100000 };

static int
is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The whole file in a block of exactly its size, so that a sanitizer sees a read beyond it. */
static uint8_t *
read_whole(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rbe");
	uint8_t *data;
	long end;

	if (file == NULL || fseek(file, 0, SEEK_END) < 0)
		err(1, "%s", path);
	end = ftell(file);
	rewind(file);
	data = malloc(end > 0 ? (size_t)end : 1);
	if (data == NULL)
		abort();
	*size = end > 0 ? fread(data, 1, (size_t)end, file) : 0;
	if (ferror(file) || *size != (size_t)end)
		err(1, "%s", path);
	fclose(file);
	return data;
}

static void
replay_file(const char *dir, const char *name)
{
	char path[PATH_BYTES];
	uint8_t *data;
	size_t size;

	if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
		errx(1, "%s: name too long", name);
	data = read_whole(path, &size);
	printf("# %s, %zu bytes\n", name, size);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static void
default_folder(const char *program, char *dir, size_t size)
{
	const char *top = getenv("top_srcdir"), *name = strrchr(program, '/');

	name = strrchr(name != NULL ? name : program, '-');
	if (name == NULL)
		errx(2, "%s: not named replay-TARGET", program);
	if (snprintf(dir, size, "%s/tests/fuzz/corpus/%s", top != NULL ? top : ".", name + 1) >= (int)size)
		errx(1, "%s: name too long", top);
}

int
main(int argc, char **argv)
{
	char dir[PATH_BYTES];
	struct dirent **files;
	int count;

	if (argc > 1)
		snprintf(dir, sizeof dir, "%s", argv[1]);
	else
		default_folder(argv[0], dir, sizeof dir);
	count = scandir(dir, &files, is_file, alphasort);
	if (count < 0)
		err(1, "%s", dir);
	if (count == 0 || count > FILES_MAX)
		errx(1, "%s: %d files, where 1 to %d are expected", dir, count, FILES_MAX);
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		replay_file(dir, files[i]->d_name);
		printf("ok %d - %s\n", i + 1, files[i]->d_name);
		free(files[i]);
	}
	free(files);
	return 0;
}
