/* export-module - the modules that Atom and RSS share: iTunes, Podcasting 2.0, Media RSS, GeoRSS, threads, Dublin Core. */
#ifndef CONTRIB_GAZETTE_EXPORT_MODULE_H
#define CONTRIB_GAZETTE_EXPORT_MODULE_H

#include "contrib/gazette/export.h"

/* The attributes that declare them all, for the root element. */
extern const char export_module_namespaces[];

/* What the entry has for them. natively: how many of its attachments the format itself has told of. */
void	 export_module_item(struct export *, const json_t *item, size_t natively);

#endif
