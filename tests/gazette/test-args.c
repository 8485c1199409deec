/* The command line by rows: what is stored, what is refused and how that is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/args.h"
#include "contrib/gazette/cmd.h"
#include "contrib/gazette/text.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct values {
	bool		 flag, other;
	const char	*text;
	struct arg_list	 list;
	int64_t		 number;
	int		 choice;
};

static const struct arg_option options[] = {
	{ "flag", 'f', NULL, ARG_FLAG, offsetof(struct values, flag), "a flag" },
	{ "other", 'o', NULL, ARG_FLAG, offsetof(struct values, other), "another flag" },
	{ "text", 't', "TEXT", ARG_STRING, offsetof(struct values, text), "a text" },
	{ "list", 'l', "ITEM", ARG_LIST, offsetof(struct values, list), "a list" },
	{ "number", 'n', "N", ARG_NUMBER, offsetof(struct values, number), "a number" },
	ARG_END
};
static const struct arg_option more_options[] = {
	{ "choice", 0, "red|green|blue", ARG_CHOICE, offsetof(struct values, choice), "a choice" },
	ARG_END
};
static const struct arg_option *const tables[] = { options, more_options, NULL };

enum { WORDS_MAX = 8 };

struct row {
	const char	*line;		/* words separated by spaces */
	bool		 signs, stop;
	const char	*expected;	/* what describe() makes of it, or the error */
};

static int
split(char *line, char **words)
{
	int	 count = 0;

	while (count < WORDS_MAX && (words[count] = strsep(&line, " ")) != NULL)
		count++;
	return count;
}

/* "f o text=T list=A,B number=1 choice=2 dashes=1: operand operand" */
static void
describe(const struct values *values, int dashes, char **words, int count, struct buf *out)
{
	buf_printf(out, "%s%s", values->flag ? "f " : "", values->other ? "o " : "");
	if (values->text != NULL)
		buf_printf(out, "text=%s ", values->text);
	for (size_t i = 0; i < values->list.count; i++)
		buf_printf(out, "list=%s ", values->list.values[i]);
	if (values->number != -1)
		buf_printf(out, "number=%lld ", (long long)values->number);
	if (values->choice != -1)
		buf_printf(out, "choice=%d ", values->choice);
	if (dashes != -1)
		buf_printf(out, "dashes=%d ", dashes);
	buf_putc(out, ':');
	for (int i = 0; i < count; i++)
		buf_printf(out, " %s", words[i]);
}

static void
test_parse(void **state)
{
	static const struct row rows[] = {
		{ "a b", false, false, ": a b" },
		{ "--flag a", false, false, "f : a" },
		{ "a --flag b", false, false, "f : a b" },
		{ "-fo a", false, false, "f o : a" },
		{ "-ft word a", false, false, "f text=word : a" },
		{ "-ftword a", false, false, "f text=word : a" },
		{ "--text word --text other", false, false, "text=other :" },
		{ "--text=word=x a", false, false, "text=word=x : a" },
		{ "--text= a", false, false, "text= : a" },
		{ "--text --flag", false, false, "text=--flag :" },
		{ "-l a -lb --list c", false, false, "list=a list=b list=c :" },
		{ "--number 0", false, false, "number=0 :" },
		{ "-n12", false, false, "number=12 :" },
		{ "--choice green", false, false, "choice=1 :" },
		{ "--choice=blue", false, false, "choice=2 :" },
		{ "a -- --flag -f", false, false, "dashes=1 : a --flag -f" },
		{ "--", false, false, "dashes=0 :" },
		{ "-- --", false, false, "dashes=0 : --" },
		{ "- a", false, false, ": - a" },
		{ "+x -y --flag -- -z", true, false, "f dashes=2 : +x -y -z" },
		{ "-f list --unknown -- x", false, true, "f : list --unknown -- x" },

		{ "--flga", false, false, "unknown option --flga: did you mean --flag?" },
		{ "--numbr=3", false, false, "unknown option --numbr: did you mean --number?" },
		{ "--te x", false, false, "unknown option --te: did you mean --text?" },
		{ "--zzz", false, false, "unknown option --zzz" },
		{ "-z", false, false, "unknown option -z (put \"--\" before what begins with a dash but is no option)" },
		{ "-fz", false, false, "unknown option -z (put \"--\" before what begins with a dash but is no option)" },
		{ "--flag=1", false, false, "--flag takes no value" },
		{ "--text", false, false, "--text needs a value: TEXT" },
		{ "-t", false, false, "--text needs a value: TEXT" },
		{ "--number x", false, false, "--number: \"x\" is not a number" },
		{ "--number=", false, false, "--number: \"\" is not a number" },
		{ "--number 3x", false, false, "--number: \"3x\" is not a number" },
		{ "--number -3", false, false, "--number: \"-3\" is not a number" },
		{ "--number 99999999999999999999", false, false, "--number: \"99999999999999999999\" is not a number" },
		{ "--choice gre", false, false, "--choice: \"gre\" is none of red|green|blue: did you mean green?" },
		{ "--choice red|green", false, false, "--choice: \"red|green\" is none of red|green|blue" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct values		 values = { .number = -1, .choice = -1 };
		const struct arg_parse	 parse = { tables, &values, rows[i].stop, rows[i].signs };
		char			 line[256], *words[WORDS_MAX], error[ARG_ERROR_BYTES];
		struct buf		 got = BUF_INIT(4096);
		int			 count, dashes;

		snprintf(line, sizeof(line), "%s", rows[i].line);
		count = args_parse(&parse, split(line, words), words, &dashes, error);
		if (count == -1)
			buf_puts(&got, error);
		else
			describe(&values, dashes, words, count, &got);
		if (strcmp(buf_str(&got), rows[i].expected) != 0)
			fail_msg("row %zu: got \"%s\", expected \"%s\"", i, buf_str(&got), rows[i].expected);
		buf_free(&got);
	}
}

static void
test_list_is_bounded(void **state)
{
	struct values		 values = { 0 };
	const struct arg_parse	 parse = { .tables = tables, .into = &values };
	char			 word[] = "-lx", *words[ARG_LIST_MAX + 1], error[ARG_ERROR_BYTES];

	(void)state;
	for (int i = 0; i < ARG_LIST_MAX + 1; i++)
		words[i] = word;
	assert_int_equal(args_parse(&parse, ARG_LIST_MAX, words, NULL, error), 0);
	assert_int_equal(values.list.count, ARG_LIST_MAX);
	values.list.count = 0;
	for (int i = 0; i < ARG_LIST_MAX + 1; i++)
		words[i] = word;
	assert_int_equal(args_parse(&parse, ARG_LIST_MAX + 1, words, NULL, error), -1);
	assert_string_equal(error, "--list: more than 64");
}

static void
test_nearest(void **state)
{
	static const char *const words[] = { "add", "remove", "refresh", "read", "unread", "star", "status", NULL };
	static const struct { const char *word, *nearest; } rows[] = {
		{ "ad", "add" }, { "adn", "add" }, { "dad", "add" }, { "remvoe", "remove" }, { "refesh", "refresh" },
		{ "refrseh", "refresh" }, { "stat", "star" }, { "statu", "status" }, { "unred", "unread" }, { "x", NULL },
		{ "", NULL }, { "completely", NULL }, { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL }
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char	*got = args_nearest(rows[i].word, words);

		if ((got == NULL) != (rows[i].nearest == NULL) || (got != NULL && strcmp(got, rows[i].nearest) != 0))
			fail_msg("row %zu: \"%s\" gave %s", i, rows[i].word, got != NULL ? got : "nothing");
	}
}

static void
test_help(void **state)
{
	struct buf	 out = BUF_INIT(4096);

	(void)state;
	args_help(tables, 60, &out);
	assert_string_equal(buf_str(&out),
	    "  -f, --flag       a flag\n"
	    "  -o, --other      another flag\n"
	    "  -t, --text TEXT  a text\n"
	    "  -l, --list ITEM  a list\n"
	    "  -n, --number N   a number\n"
	    "      --choice red|green|blue\n"
	    "                   a choice\n");
	buf_free(&out);
}

/* Every row of the real table is complete and its help fits a terminal. */
static void
test_commands(void **state)
{
	(void)state;
	for (const struct cmd_row *row = cmd_rows; row->name != NULL; row++) {
		const struct arg_option	*const all[] = { row->options, cmd_common, NULL };
		struct buf		 help = BUF_INIT(65536);
		const char		*line, *end;

		assert_non_null(row->run);
		assert_true(*row->summary != '\0' && strlen(row->summary) < 60);
		assert_true(row->most == -1 || row->least <= row->most);
		for (const struct arg_option *opt = row->options; opt->name != NULL; opt++) {
			assert_true(*opt->help != '\0');
			assert_true((opt->kind == ARG_FLAG) == (opt->value == NULL));
			for (const struct arg_option *twin = opt + 1; twin->name != NULL; twin++)
				if (strcmp(opt->name, twin->name) == 0 || (opt->letter != 0 && opt->letter == twin->letter))
					fail_msg("%s: --%s and --%s", row->name, opt->name, twin->name);
		}
		args_help(all, 80, &help);
		for (line = buf_str(&help); *line != '\0'; line = end + (*end == '\n')) {
			end = line + strcspn(line, "\n");
			if (end - line > 80)
				fail_msg("%s: \"%.*s\"", row->name, (int)(end - line), line);
		}
		buf_free(&help);
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_parse), cmocka_unit_test(test_list_is_bounded), cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_help), cmocka_unit_test(test_commands)
	};

	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
