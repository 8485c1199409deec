/*
 * import-sfeed - sfeed(5): a file for each feed, named like it, of lines with nine fields: time, title, link, text, its type, id,
 * author, enclosure, categories. It does not say where the feed is: the sfeedrc beside the folder does, or a feed here of this title.
 * What was read is in the file that SFEED_URL_FILE names, a link or id a line; without it all was.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "contrib/gazette/file.h"
#include "contrib/gazette/import.h"
#include "feeds/base/utf8.h"
#include "feeds/date.h"
#include "feeds/opml.h"

enum { RC_BYTES_MAX = 64 << 20, FIELDS = 9, NAME_BYTES_MAX = 4096 };
enum field { TIME, TITLE, LINK, TEXT, TYPE, ID, AUTHOR, ENCLOSURE, CATEGORIES };

struct sfeed {
	struct import	*import;
	struct cmd	*cmd;
	json_t		*urls;		/* by the names of files */
	json_t		*read;		/* links and ids; NULL: all */
	json_t		*strangers;	/* files that no feed is known of */
	size_t		 taken;		/* files */
};

/* --- what is beside the entries --------------------------------------------------------------------- */

/* The name of the file of a feed. In the arena. */
static const char *
file_name(struct arena *arena, const char *title)
{
	char	*name = arena_strdup(arena, title), *pos = name;

	while ((pos = strchr(pos, '/')) != NULL)
		*pos = '_';
	return name;
}

static void
read_rc(struct sfeed *sfeed, const char *path)
{
	struct buf	 text = BUF_INIT(RC_BYTES_MAX);
	struct opml	 list;
	const char	*error;
	size_t		 i;

	if (file_read(path, &text) == 0 && opml_read(sfeed->cmd->arena, buf_str(&text), text.len, &list, &error) == 0)
		for (i = 0; i < list.n_feeds; i++)
			if (list.feeds[i].title != NULL)
				json_object_set_new(sfeed->urls, file_name(sfeed->cmd->arena, list.feeds[i].title),
				    json_string(list.feeds[i].url));
	buf_free(&text);
}

static enum cmd_exit
read_state(struct sfeed *sfeed)
{
	const char	*path = getenv("SFEED_URL_FILE");
	size_t		 size = 0;
	char		*line = NULL;
	FILE		*file;

	if (path == NULL || *path == '\0')
		return CMD_DONE;
	file = fopen(path, "re");
	if (file == NULL) {
		out_error("%s: %s", path, strerror(errno));
		return CMD_REFUSED;
	}
	sfeed->read = json_object();
	while (getline(&line, &size, file) != -1) {
		line[strcspn(line, "\r\n")] = '\0';
		if (utf8_valid(line, strlen(line)))
			json_object_set_new(sfeed->read, line, json_true());
	}
	free(line);
	fclose(file);
	return CMD_DONE;
}

/* A feed here whose title makes this name of a file; NULL if there is none. In the arena. */
static const char *
find_title(struct cmd *cmd, const char *name)
{
	struct client_error	 err;
	const char		*url = NULL, *title;
	json_t			*result, *feed;

	if (client_call(cmd->client, "feed.get", json_pack("{s:s}", "feed", name), &result, &err) == -1)
		return NULL;
	feed = json_object_get(result, "feed");
	title = cmd_string(feed, "title");
	if (title != NULL && strcmp(file_name(cmd->arena, title), name) == 0)
		url = arena_strdup(cmd->arena, cmd_string(feed, "url"));
	json_decref(result);
	return url;
}

/* --- lines ---------------------------------------------------------------------------------------------- */

/* Cuts a line into its fields. False: it has not so many. */
static bool
split(char *line, char *fields[FIELDS])
{
	int	 i;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < FIELDS; i++) {
		fields[i] = line != NULL ? strsep(&line, "\t") : NULL;
		if (fields[i] == NULL)
			return false;
	}
	return true;
}

/* In the text \n, \t and \\ stand for what they say. */
static void
unescape(char *text)
{
	static const char	 names[] = "nt\\", meanings[] = "\n\t\\";
	char			*out = text;
	const char		*name;

	for (; *text != '\0'; text++) {
		name = *text == '\\' && text[1] != '\0' ? strchr(names, text[1]) : NULL;
		*out++ = name != NULL ? meanings[name - names] : *text;
		text += name != NULL;
	}
	*out = '\0';
}

static void
set_text(json_t *object, const char *name, const char *text)
{
	if (*text != '\0')
		json_object_set_new(object, name, json_string(text));
}

static bool
was_read(const struct sfeed *sfeed, char *const fields[FIELDS])
{
	const char	*key = *fields[LINK] != '\0' ? fields[LINK] : fields[ID];

	return sfeed->read == NULL || json_object_get(sfeed->read, key) != NULL;
}

static void
set_lists(json_t *item, char *const fields[FIELDS])
{
	char	*rest = fields[CATEGORIES], *category;
	json_t	*tags = json_array();

	if (*fields[AUTHOR] != '\0')
		json_object_set_new(item, "authors", json_pack("[{s:s}]", "name", fields[AUTHOR]));
	if (*fields[ENCLOSURE] != '\0')
		json_object_set_new(item, "attachments", json_pack("[{s:s, s:s}]", "url", fields[ENCLOSURE], "mime_type",
		    "application/octet-stream"));
	while ((category = strsep(&rest, "|")) != NULL)
		if (*category != '\0')
			json_array_append_new(tags, json_string(category));
	if (json_array_size(tags) > 0)
		json_object_set(item, "tags", tags);
	json_decref(tags);
}

static json_t *
make_item(const struct sfeed *sfeed, const char *feed_url, char *const fields[FIELDS])
{
	char	 date[DATE_RFC3339_BYTES];
	int64_t	 time_s;
	json_t	*item = json_object();

	unescape(fields[TEXT]);
	set_text(item, "id", fields[ID]);
	set_text(item, "url", fields[LINK]);
	set_text(item, "title", fields[TITLE]);
	json_object_set_new(item, strcmp(fields[TYPE], "plain") == 0 ? "content_text" : "content_html", json_string(fields[TEXT]));
	if (cmd_parse_number(fields[TIME], &time_s) == 0)
		json_object_set_new(item, "date_published", json_string(date_format(time_s, date)));
	set_lists(item, fields);
	json_object_set_new(item, "_gazette", json_pack("{s:s, s:[s*]}", "feed_url", feed_url, "tags",
	    was_read(sfeed, fields) ? NULL : "unread"));
	return item;
}

static enum cmd_exit
read_file(struct sfeed *sfeed, const char *path, const char *feed_url)
{
	enum cmd_exit	 status = CMD_DONE;
	char		*fields[FIELDS], *line = NULL;
	size_t		 size = 0, number = 0;
	FILE		*file = fopen(path, "re");

	if (file == NULL) {
		out_error("%s: %s", path, strerror(errno));
		return CMD_REFUSED;
	}
	while (status == CMD_DONE && getline(&line, &size, file) != -1) {
		number++;
		if (utf8_valid(line, strlen(line)) && split(line, fields))
			status = import_entry(sfeed->import, make_item(sfeed, feed_url, fields));
		else {
			out_error("%s: line %zu: not the nine fields of sfeed(5)", path, number);
			status = CMD_REFUSED;
		}
	}
	free(line);
	fclose(file);
	return status;
}

/* --- files ------------------------------------------------------------------------------------------------ */

static enum cmd_exit
read_named(struct sfeed *sfeed, const char *path, const char *name)
{
	const char	*url = cmd_string(sfeed->urls, name);

	if (url == NULL)
		url = find_title(sfeed->cmd, name);
	if (url != NULL) {
		sfeed->taken++;
		return read_file(sfeed, path, url);
	}
	json_array_append_new(sfeed->strangers, json_string(cmd_clean(sfeed->cmd, path)));
	return CMD_DONE;
}

/* What is no folder of sfeed's has files of any names: they are not told one by one. */
static enum cmd_exit
tell_strangers(const struct sfeed *sfeed, const char *path, bool folder)
{
	json_t	*file;
	size_t	 i;

	if (sfeed->taken == 0 && folder) {
		out_error("%s: this is no folder of sfeed's: none of its files has the name of a feed in the sfeedrc beside it, nor of one "
		    "subscribed to", path);
		return CMD_REFUSED;
	}
	json_array_foreach(sfeed->strangers, i, file)
		out_error("%s: no feed of this name is in the sfeedrc beside, nor subscribed to; it is left out", json_string_value(file));
	return CMD_DONE;
}

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static enum cmd_exit
read_folder(struct sfeed *sfeed, const char *path)
{
	struct dirent	**entries;
	enum cmd_exit	  status = CMD_DONE;
	struct stat	  st;
	const char	 *file;
	int		  count = scandir(path, &entries, is_visible, alphasort), i;

	if (count == -1) {
		out_error("%s: %s", path, strerror(errno));
		return CMD_REFUSED;
	}
	for (i = 0; i < count; i++) {
		file = arena_printf(sfeed->cmd->arena, "%s/%s", path, entries[i]->d_name);
		if (status == CMD_DONE && stat(file, &st) == 0 && S_ISREG(st.st_mode))
			status = read_named(sfeed, file, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return status;
}

enum cmd_exit
import_sfeed(struct import *import, const char *path)
{
	struct cmd	*cmd = import_cmd(import);
	struct sfeed	 sfeed = { .import = import, .cmd = cmd, .urls = json_object(), .strangers = json_array() };
	char		*whole = realpath(path, NULL), *slash;
	struct stat	 st;
	enum cmd_exit	 status;

	if (whole == NULL || stat(whole, &st) == -1) {
		out_error("%s: %s", path, strerror(errno));
		json_decref(sfeed.urls);
		json_decref(sfeed.strangers);
		return CMD_REFUSED;
	}
	slash = strrchr(whole, '/');
	if (S_ISDIR(st.st_mode))
		read_rc(&sfeed, arena_printf(cmd->arena, "%.*s/sfeedrc", (int)(slash - whole), whole));
	status = read_state(&sfeed);
	if (status == CMD_DONE)
		status = S_ISDIR(st.st_mode) ? read_folder(&sfeed, whole) : read_named(&sfeed, whole, slash + 1);
	if (status == CMD_DONE)
		status = tell_strangers(&sfeed, path, S_ISDIR(st.st_mode));
	json_decref(sfeed.urls);
	json_decref(sfeed.strangers);
	json_decref(sfeed.read);
	free(whole);
	return status;
}
