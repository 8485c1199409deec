/*
 * schema - the SQL of this directory, embedded at build by schema/embed: the migrations of gazette.db in
 * order, and the schema of index.db.
 */
#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H

#include <stddef.h>

/* In the state directory: the copy that a backup is read from, while it is made. */
#define BACKUP_FILE "backup.db"

enum {
	SCHEMA_APPLICATION_ID = 0x67617a74,	/* "gazt": PRAGMA application_id of gazette.db */
	SCHEMA_INDEX_APPLICATION_ID = 0x67617a69,	/* "gazi" */
	SCHEMA_INDEX_VERSION = 5,		/* PRAGMA user_version of index.db; another one means rebuild */
	SCHEMA_INDEX_TEXT_BYTES = 1 << 20	/* indexed of an entry; the rest is not searched */
};

struct schema_migration {
	int	 version;	/* PRAGMA user_version once it has run; 1, 2, 3 ... without gaps */
	const char *name;	/* of the file */
	const char *sql;
};

extern const struct schema_migration schema_migrations[];
extern const size_t schema_migrations_count;
extern const char schema_index[];

#endif
