#include "feeds/media-type.h"

#include <string.h>
#include <strings.h>

#include "feeds/url.h"

static const struct { const char *extension, *type; } types[] = {
	{ "mp3", "audio/mpeg" }, { "m4a", "audio/mp4" }, { "m4b", "audio/mp4" }, { "aac", "audio/aac" }, { "oga", "audio/ogg" },
	{ "ogg", "audio/ogg" }, { "opus", "audio/ogg" }, { "flac", "audio/flac" }, { "wav", "audio/wav" },
	{ "wma", "audio/x-ms-wma" }, { "aif", "audio/aiff" }, { "aiff", "audio/aiff" }, { "mid", "audio/midi" },
	{ "mp4", "video/mp4" }, { "m4v", "video/mp4" }, { "mov", "video/quicktime" }, { "qt", "video/quicktime" },
	{ "mpg", "video/mpeg" }, { "mpeg", "video/mpeg" }, { "webm", "video/webm" }, { "mkv", "video/x-matroska" },
	{ "ogv", "video/ogg" }, { "avi", "video/x-msvideo" }, { "wmv", "video/x-ms-wmv" }, { "flv", "video/x-flv" },
	{ "3gp", "video/3gpp" }, { "jpg", "image/jpeg" }, { "jpeg", "image/jpeg" }, { "jpe", "image/jpeg" },
	{ "png", "image/png" }, { "gif", "image/gif" }, { "webp", "image/webp" }, { "avif", "image/avif" },
	{ "svg", "image/svg+xml" }, { "bmp", "image/bmp" }, { "tif", "image/tiff" }, { "tiff", "image/tiff" },
	{ "ico", "image/x-icon" }, { "pdf", "application/pdf" }, { "epub", "application/epub+zip" },
	{ "zip", "application/zip" }, { "gz", "application/gzip" }, { "tar", "application/x-tar" },
	{ "bz2", "application/x-bzip2" }, { "xz", "application/x-xz" }, { "7z", "application/x-7z-compressed" },
	{ "torrent", "application/x-bittorrent" }, { "json", "application/json" }, { "xml", "application/xml" },
	{ "doc", "application/msword" }, { "ps", "application/postscript" }, { "rtf", "application/rtf" },
	{ "swf", "application/x-shockwave-flash" }, { "txt", "text/plain" }, { "html", "text/html" }, { "htm", "text/html" },
	{ "csv", "text/csv" }, { "vtt", "text/vtt" }, { "md", "text/markdown" },
};

const char *
media_type_of_url(const char *url)
{
	struct url_parts parts;
	const char *dot;
	size_t i, len;

	url_split(url, strlen(url), &parts);
	dot = parts.path.len != 0 ? memrchr(parts.path.ptr, '.', parts.path.len) : NULL;
	if (dot == NULL)
		return NULL;
	len = (size_t)(parts.path.ptr + parts.path.len - dot - 1);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i].extension) == len && strncasecmp(types[i].extension, dot + 1, len) == 0)
			return types[i].type;
	return NULL;
}
