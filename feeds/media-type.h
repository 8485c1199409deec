/*
 * media-type - the media type that a URL's file name extension suggests.
 */
#ifndef FEEDS_MEDIA_TYPE_H
#define FEEDS_MEDIA_TYPE_H

/* "audio/mpeg" for "http://a/b.mp3?x"; NULL if the extension says nothing. Static. */
const char	*media_type_of_url(const char *url);

#endif
