#include "contrib/gazette/export-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contrib/gazette/out.h"

enum { MAILDIR_MODE = 0700, MESSAGE_MODE = 0600 };

static int
say(const struct export_file *file)
{
	out_error("%s: %s", file->path, strerror(errno));
	return -1;
}

static int
say_cursor(const struct export_file *file)
{
	out_error("%s", file->cursor->error);
	return -1;
}

/* --- a file that grows ------------------------------------------------------------------------------------ */

static int
open_grown(struct export_file *file)
{
	struct flock	 lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat	 st;

	file->fd = open(file->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (file->fd == -1 || fcntl(file->fd, F_SETLKW, &lock) == -1 || fstat(file->fd, &st) == -1)
		return say(file);
	file->length = st.st_size;
	return 0;
}

bool
export_file_is_empty(const struct export_file *file)
{
	struct stat	 st;

	return file->place != EXPORT_GROWN || fstat(file->fd, &st) == -1 || st.st_size == 0;
}

static int
write_whole(int fd, const char *ptr, size_t len)
{
	ssize_t	 put;

	for (; len > 0; ptr += put, len -= (size_t)put) {
		put = write(fd, ptr, len);
		if (put == -1 && errno != EINTR)
			return -1;
		if (put == -1)
			put = 0;
	}
	return 0;
}

static int
grow(struct export_file *file, const struct buf *text)
{
	char	*path;
	int	 told = 0;

	if (!file->changed && file->cursor != NULL) {
		path = realpath(file->path, NULL);
		if (path == NULL)
			return say(file);
		told = export_cursor_will_append(file->cursor, file->fd, path);
		free(path);
	}
	if (told == -1)
		return say_cursor(file);
	file->changed = true;
	return write_whole(file->fd, text->ptr, text->len) == -1 ? say(file) : 0;
}

/* --- a Maildir -------------------------------------------------------------------------------------------- */

/* One of its folders, or NULL, which has been said. */
static DIR *
open_folder(const struct export_file *file, const char *folder)
{
	int	 fd = openat(file->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR	*dir = fd != -1 ? fdopendir(fd) : NULL;

	if (dir == NULL)
		say(file);
	return dir;
}

/* Whether export_file_put_message() was given such a name: TIME.NUMBER_MARK.gazette. */
static bool
is_message(const char *name)
{
	static const char	 digits[] = "0123456789", marks[] = "0123456789abcdef";

	name += strspn(name, digits);
	if (*name++ != '.')
		return false;
	name += strspn(name, digits);
	return *name++ == '_' && strspn(name, marks) == 16 && strcmp(name + 16, ".gazette") == 0;
}

/* What exports that were killed have left in tmp/: it is locked, so none is at work there now. */
static int
remove_left(const struct export_file *file)
{
	DIR		*dir = open_folder(file, "tmp");
	struct dirent	*entry;

	if (dir == NULL)
		return -1;
	for (entry = readdir(dir); entry != NULL; entry = readdir(dir))
		if (is_message(entry->d_name))
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	return 0;
}

/* What is in one of its folders already; flags behind the name are none of it. */
static int
read_names(struct export_file *file, const char *folder)
{
	DIR		*dir = open_folder(file, folder);
	struct dirent	*entry;

	if (dir == NULL)
		return -1;
	for (entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		entry->d_name[strcspn(entry->d_name, ":")] = '\0';
		if (strstr(entry->d_name, ".gazette") != NULL)
			export_set_add(file->names, entry->d_name);
	}
	closedir(dir);
	return 0;
}

static int
open_maildir(struct export_file *file)
{
	static const char *const folders[] = { "tmp", "new", "cur" };

	if (mkdir(file->path, MAILDIR_MODE) == -1 && errno != EEXIST)
		return say(file);
	file->fd = open(file->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* two at once would write to the same names in tmp/ */
	if (file->fd == -1 || flock(file->fd, LOCK_EX) == -1)
		return say(file);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (mkdirat(file->fd, folders[i], MAILDIR_MODE) == -1 && errno != EEXIST)
			return say(file);
	file->names = export_set_new();
	file->batch = calloc(EXPORT_FOLDER_BATCH, sizeof(*file->batch));
	if (file->batch == NULL)
		abort();
	return remove_left(file) == -1 || read_names(file, "new") == -1 || read_names(file, "cur") == -1 ? -1 : 0;
}

static int
sync_folder(struct export_file *file, const char *name)
{
	int	 fd = openat(file->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), synced;

	synced = fd != -1 ? fsync(fd) : -1;
	if (fd != -1)
		close(fd);
	return synced == -1 ? say(file) : 0;
}

/* Delivers the messages that are in tmp/: all are on the disk before one is seen. */
static int
deliver(struct export_file *file)
{
	char	*from, *to;
	int	 moved = 0;

	if (file->n_batch == 0)
		return 0;
	if (syncfs(file->fd) == -1)
		return say(file);
	for (size_t i = 0; i < file->n_batch; i++) {
		if (asprintf(&from, "tmp/%s", file->batch[i]) == -1 || asprintf(&to, "new/%s", file->batch[i]) == -1)
			abort();
		if (moved == 0)
			moved = renameat(file->fd, from, file->fd, to);
		if (moved == -1)
			unlinkat(file->fd, from, 0);
		free(from);
		free(to);
		free(file->batch[i]);
	}
	file->n_batch = 0;
	return moved == -1 ? say(file) : sync_folder(file, "new");
}

int
export_file_put_message(struct export_file *file, const char *name, const struct buf *text)
{
	char	*path;
	int	 fd, failed;

	if (export_set_add(file->names, name))
		return 0;
	/* before it is there: what is in the batch is taken away if all of it fails */
	file->batch[file->n_batch] = strdup(name);
	if (file->batch[file->n_batch++] == NULL || asprintf(&path, "tmp/%s", name) == -1)
		abort();
	fd = openat(file->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, MESSAGE_MODE);
	free(path);
	failed = fd == -1 ? -1 : write_whole(fd, text->ptr, text->len);
	if (fd != -1 && close(fd) == -1)
		failed = -1;
	if (failed == -1)
		return say(file);
	return file->n_batch == EXPORT_FOLDER_BATCH ? deliver(file) : 0;
}

static bool
is_other(const char *path)
{
	struct stat	 st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* --- a file that is replaced -------------------------------------------------------------------------------- */

static int
open_replaced(struct export_file *file)
{
	char	 suffix[EXPORT_CURSOR_SUFFIX_BYTES];
	bool	 beside = file->cursor != NULL && !is_other(file->path);

	if (beside && export_cursor_begin(file->cursor, file->path, suffix) == -1)
		return say_cursor(file);
	return file_begin_as(&file->file, file->path, beside ? suffix : NULL, FILE_PUBLIC) == -1 ? say(file) : 0;
}

/* From here on the file beside tells what has happened, so nothing but the next run takes it away. */
static int
replace(struct export_file *file)
{
	char	*beside = file->file.beside;
	int	 failed;

	if (file_sync(&file->file) == -1 || file_sync_folder(file->file.path) == -1)
		return say(file);
	if (export_cursor_will_replace(file->cursor, beside, file->file.path) == -1)
		return say_cursor(file);
	file->file.beside = NULL;
	failed = rename(beside, file->file.path) == -1 || file_sync_folder(file->file.path) == -1 ? say(file) : 0;
	free(beside);
	return failed;
}

static int
end_replaced(struct export_file *file)
{
	if (file->file.beside != NULL && file->cursor != NULL && replace(file) == -1)
		return -1;
	return file_end(&file->file) == -1 ? say(file) : 0;
}

/* --- any of them ---------------------------------------------------------------------------------------------- */

int
export_file_open(struct export_file *file, enum export_place place, const char *path, struct export_cursor *cursor)
{
	*file = (struct export_file){ .place = place, .path = path, .cursor = cursor, .fd = -1, .file.fd = -1 };
	if (path == NULL || strcmp(path, "-") == 0)
		file->place = EXPORT_STDOUT;
	else if (place == EXPORT_GROWN && is_other(path))
		file->place = EXPORT_REPLACED;
	switch (file->place) {
	case EXPORT_STDOUT:
		return 0;
	case EXPORT_REPLACED:
		return open_replaced(file);
	case EXPORT_GROWN:
		return open_grown(file);
	case EXPORT_MAILDIR:
		return open_maildir(file);
	}
	return -1;
}

int
export_file_put(struct export_file *file, const struct buf *text)
{
	if (text->len == 0)
		return 0;
	if (file->place == EXPORT_GROWN)
		return grow(file, text);
	if (file->place == EXPORT_REPLACED)
		return file_put(&file->file, text->ptr, text->len) == -1 ? say(file) : 0;
	out_put_any(text->ptr, text->len);
	return out_ok() ? 0 : out_flush();
}

static int
end_output(struct export_file *file)
{
	switch (file->place) {
	case EXPORT_STDOUT:
		/* what is no file cannot be synced */
		return out_flush() == -1 || (fsync(STDOUT_FILENO) == -1 && errno == EIO) ? -1 : 0;
	case EXPORT_REPLACED:
		return end_replaced(file);
	case EXPORT_GROWN:
		if (file->changed && fsync(file->fd) == -1)
			return say(file);
		file->changed = false;
		return 0;
	case EXPORT_MAILDIR:
		return deliver(file);
	}
	return -1;
}

int
export_file_end(struct export_file *file)
{
	if (end_output(file) == -1)
		return -1;
	if (file->cursor != NULL && export_cursor_save(file->cursor) == -1)
		return say_cursor(file);
	export_file_drop(file);
	return 0;
}

/* Not all could be written. While the file is locked nobody else appends; were it left to the next run what has come by then would go, too. */
static void
cut_back(struct export_file *file)
{
	file->changed = false;
	if (ftruncate(file->fd, file->length) == -1 || fsync(file->fd) == -1)
		say(file);
	else if (file->cursor != NULL && export_cursor_will_not_append(file->cursor) == -1)
		say_cursor(file);
}

/* Messages that are still in tmp/. */
static void
drop_batch(struct export_file *file)
{
	char	*path;

	for (size_t i = 0; i < file->n_batch; i++) {
		if (asprintf(&path, "tmp/%s", file->batch[i]) == -1)
			abort();
		unlinkat(file->fd, path, 0);
		free(path);
		free(file->batch[i]);
	}
	free(file->batch);
}

void
export_file_drop(struct export_file *file)
{
	if (file->place == EXPORT_GROWN && file->changed)
		cut_back(file);
	file_drop(&file->file);
	drop_batch(file);
	if (file->fd != -1)
		close(file->fd);
	export_set_free(file->names);
	*file = (struct export_file){ .fd = -1, .file.fd = -1 };
}
