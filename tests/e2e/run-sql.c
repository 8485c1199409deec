/* run-sql FILE - runs the SQL on standard input in a database: for those of other programs that tests need. */
#include <sqlite3.h>
#include <stdio.h>

enum { SQL_BYTES_MAX = 1 << 20 };

int
main(int argc, char **argv)
{
	static char sql[SQL_BYTES_MAX];
	sqlite3 *db = NULL;
	size_t len = fread(sql, 1, sizeof sql - 1, stdin);
	int status = 0;

	sql[len] = '\0';
	if (argc != 2 || sqlite3_open(argv[1], &db) != SQLITE_OK || sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "run-sql: %s\n", db != NULL ? sqlite3_errmsg(db) : "usage: run-sql FILE");
		status = 1;
	}
	sqlite3_close(db);
	return status;
}
