/* export-module - the modules that Atom and RSS share: iTunes, Podcasting 2.0, Media RSS, GeoRSS, threads, Dublin Core. */
#ifndef CONTRIB_GAZETTE_EXPORT_MODULE_H
#define CONTRIB_GAZETTE_EXPORT_MODULE_H

#include "contrib/gazette/export.h"

/* The attributes that declare them all, for the root element. */
extern const char export_module_namespaces[];

/* A person (nothing if there is neither name nor URL), and a link, as Atom has them; prefix: "atom:", or "" where that is the default. */
void	 export_module_person(struct export *, const json_t *person, const char *prefix, const char *element);
void	 export_module_link(struct export *, const json_t *item, const json_t *link, const char *element, const char *rel);

/* What the link is to the entry: "alternate" if it does not say, "related" if it does so in no form that Atom has. */
const char *export_module_relation(const json_t *link);

/* Whether one of its own links says so already. holder: the entry, or its source. */
bool	 export_module_has_link(struct export *, const json_t *item, const json_t *holder, const char *rel, const char *href);

/* What the entry has for them. natively: how many of its attachments the format itself has told of. */
void	 export_module_item(struct export *, const json_t *item, size_t natively);

#endif
