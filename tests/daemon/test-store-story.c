/*
 * Which entries become one story, and which do not: rows of feeds' documents, and the story of each entry, in the order of ids, as
 * the index has it when they came one by one, and when it was made again from all of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/indexer/index.h"
#include "daemon/indexer/near.h"
#include "tests/daemon/store-kit.h"

enum { DAY_S = 86400, DOCUMENTS = 6, STORIES_BYTES = 128 };

static void
index_now(void)
{
	char error[INDEX_ERROR_BYTES] = "";
	struct index *index = index_open(kit_dir, error);
	enum index_result result;

	if (index == NULL)
		fail_msg("index_open: %s", error);
	do
		result = index_step(index);
	while (result == INDEX_MORE || result == INDEX_REBUILDING);
	assert_int_equal(result, INDEX_DONE);
	index_close(index);
	kit_expect(store_index_attach(kit_store), STORE_OK, "attach");
}

static void
index_again(void)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char path[256];

	store_index_detach(kit_store);
	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		snprintf(path, sizeof path, "%s/index.db%s", kit_dir, suffixes[i]);
		unlink(path);
	}
	index_now();
}

static int
put_story(void *arg, const struct store_item *item)
{
	char *text = arg;

	snprintf(text + strlen(text), STORIES_BYTES - strlen(text), "%s%u", text[0] != '\0' ? " " : "", item->story);
	return 0;
}

static int
put_copies(void *arg, const struct store_item *item)
{
	strcat(arg, item->copies ? "y" : "n");
	return 0;
}

/* Of entries 1, 2, 3 ... that are there. In a static buffer. */
static const char *
of_all(store_item_fn put)
{
	static char text[STORIES_BYTES];
	int64_t last = kit_number("gazette.db", "SELECT entry FROM counter");

	text[0] = '\0';
	for (uint32_t id = 1; id <= last; id++)
		store_item_get(kit_store, id, 0, put, text);
	return text;
}

static const char *
stories(void)
{
	return of_all(put_story);
}

/* --- rows ------------------------------------------------------------------------------------------------------ */

#define LEAD	"A_storm_has_cut_off_the_island_of_Sula_from_the_mainland,_the_harbour_master_Ignat_Kazimi_said_on_Monday._Ferries_stay_in_" \
		"port_until_the_wind_falls_below_60_knots,_and_the_bridge_is_closed_to_lorries._"
#define BODY	"About_4100_people_live_on_Sula,_most_of_them_fishers._The_mayor,_Yelena_Sergeyeva,_asked_them_to_stay_at_home_and_to_" \
		"keep_the_road_to_the_clinic_free._Bakers_in_Kharkiv_street_gave_bread_to_drivers_who_had_to_spend_the_night_in_their_cars."
#define RESPELT	"About_4100_people_live_on_Sula,_most_of_them_fishers._The_mayor,_Elena_Sergeeva,_asked_them_to_stay_at_home_and_to_" \
		"keep_the_road_to_the_clinic_free._Bakers_in_Kharkov_street_gave_bread_to_drivers_who_had_to_spend_the_night_in_their_cars."
#define AROUND	"SULA_(Agency)_-_"
#define BEHIND	"_Reporting_by_the_news_desk._Sign_up_to_our_newsletter_and_get_the_best_stories_every_morning._Comments_are_closed."
#define OTHER	"The_museum_of_clocks_reopens_after_three_years_of_repairs,_with_a_hall_for_the_oldest_tower_clock_of_the_country_and_a_" \
		"workshop_where_visitors_may_take_a_movement_apart._Tickets_are_free_on_Sundays,_the_director_said._"
#define WEATHER(town, low, high, wind) "The_forecast_for_" town "_and_its_surroundings_today:_clouds_in_the_morning,_sunny_spells_in_the_afternoon,_" \
		"a_light_wind_from_the_west_of_" wind "_km/h._Lowest_temperature_" low "_degrees,_highest_temperature_" high "_degrees._" \
		"The_outlook_for_tomorrow_is_much_the_same,_with_a_chance_of_showers_towards_the_evening."
#define PRESS	"_About_Acme:_Acme_is_a_leading_maker_of_anvils,_rockets_and_roller_skates_with_customers_in_many_countries._" \
		"For_more_information_write_to_the_press_office_or_look_at_our_pages."

static const struct {
	const char	*what;
	struct { int feed; const char *document; } documents[DOCUMENTS];
	const char	*stories;
} rows[] = {
	{ "the same link", { { 1, "g:1 l:/a t:Storm c:short" }, { 2, "g:x l:/a/?ref=rss t:A_storm_came" } }, "1 1" },
	{ "the same link, in one feed", { { 1, "g:2 l:/a t:Calm c:two|g:1 l:/a t:Storm c:one" } }, "1 2" },
	{ "a link that another feed has twice", { { 1, "g:2 l:/a t:Calm c:two|g:1 l:/a t:Storm c:one" }, { 2, "g:1 l:/a t:Wind" } }, "1 2 3" },
	{ "the server's home page", { { 1, "g:1 l:/ t:Storm" }, { 2, "g:1 l:/ t:Storm" } }, "1 2" },
	{ "the feed's home page", { { 1, "h:https://example.org/blog/ g:1 l:/blog t:Storm" }, { 2, "g:1 l:/blog t:Storm" } }, "1 2" },
	{ "other links", { { 1, "g:1 l:/a t:Storm" }, { 2, "g:1 l:/b t:Storm" } }, "1 2" },
	{ "the same link a month later", { { 1, "g:1 l:/a t:Storm d:1700000000" }, { 2, "g:1 l:/a t:Storm d:1702700000" } }, "1 2" },
	{ "three feeds", { { 1, "g:1 l:/a t:Storm" }, { 2, "g:1 l:/b t:Calm" }, { 3, "g:1 l:/a t:Storm" }, { 4, "g:1 l:/a t:Storm" } }, "1 2 1 1" },
	{ "the same words", { { 1, "g:1 l:/a t:Storm c:" LEAD BODY }, { 2, "g:1 l:/b t:Gale c:" LEAD BODY } }, "1 1" },
	{ "the same words, other letters", { { 1, "g:1 t:Storm c:" LEAD BODY }, { 2, "g:1 t:Gale c:<b>" LEAD "</b>" BODY } }, "1 1" },
	{ "the same few words", { { 1, "g:1 l:/a t:Photo_of_the_day c:No_text" }, { 2, "g:1 l:/b t:Photo_of_the_day c:No_text" } }, "1 2" },
	{ "the same title of many words", { { 1, "g:1 l:/a t:Storm_cuts_off_the_island_of_Sula_from_mainland" },
	    { 2, "g:1 l:/b t:Storm_cuts_off_the_island_of_Sula_from_mainland" } }, "1 1" },
	{ "words that a feed has twice", { { 1, "g:2 l:/b t:Two c:" OTHER OTHER "|g:1 l:/a t:One c:" OTHER OTHER }, { 2, "g:1 l:/c t:Six_and_more c:" OTHER OTHER } },
	    "1 2 1" },
	{ "an agency's report with boilerplate around it", { { 1, "g:1 l:/a t:Storm_cuts_off_Sula c:" LEAD BODY },
	    { 2, "g:1 l:/b t:Island_without_ferries c:" AROUND LEAD BODY BEHIND }, { 3, "g:1 l:/c t:Report:_Storm_cuts_off_Sula c:" LEAD BODY BEHIND } },
	    "1 1 1" },
	{ "names spelt differently", { { 1, "g:1 l:/a t:Storm_cuts_off_Sula c:" LEAD BODY }, { 2, "g:1 l:/b t:Island_without_ferries c:" AROUND LEAD RESPELT } },
	    "1 1" },
	{ "a summary of it", { { 1, "g:1 l:/a t:Storm_cuts_off_Sula c:" LEAD BODY BEHIND }, { 2, "g:1 l:/b t:Storm_cuts_off_Sula c:" LEAD } }, "1 1" },
	{ "a week later", { { 1, "g:1 l:/a d:1700000000 t:Storm_cuts_off_Sula c:" LEAD BODY }, { 2, "g:1 l:/b d:1700600000 t:Island c:" AROUND LEAD BODY } },
	    "1 2" },
	{ "updates of one feed", { { 1, "g:2 l:/b t:Storm_goes_on c:" LEAD BODY BEHIND "|g:1 l:/a t:Storm_cuts_off_Sula c:" LEAD BODY } }, "1 2" },
	{ "updates of one feed, and another's report", { { 1, "g:1 l:/a t:Storm_cuts_off_Sula c:" LEAD BODY }, { 1, "g:2 l:/b t:Storm_goes_on c:" LEAD BODY BEHIND },
	    { 2, "g:1 l:/c t:Island_without_ferries c:" LEAD BODY BEHIND "_More" } }, "1 2 2" },
	{ "parts of a series", { { 1, "g:1 l:/a t:The_storm,_part_1 c:" LEAD BODY }, { 2, "g:1 l:/b t:The_storm,_part_2 c:" LEAD BODY BEHIND } }, "1 2" },
	{ "the weather in two towns", { { 1, "g:1 l:/a t:The_weather_in_Arden c:" WEATHER("Arden", "11", "19", "12") },
	    { 2, "g:1 l:/b t:The_weather_in_Borl c:" WEATHER("Borl", "11", "19", "12") } }, "1 2" },
	{ "the weather of two days", { { 1, "g:1 l:/a t:Weather c:" WEATHER("Arden", "11", "19", "12") },
	    { 2, "g:1 l:/b t:Outlook c:" WEATHER("Arden", "9", "16", "30") } }, "1 2" },
	{ "press releases", { { 1, "g:1 l:/a t:Acme_names_a_new_head_of_anvils c:" LEAD PRESS }, { 2, "g:1 l:/b t:Acme_opens_a_plant c:" OTHER PRESS } },
	    "1 2" },
	{ "a link makes one story of two", { { 1, "g:1 l:/a t:One c:" LEAD BODY }, { 2, "g:1 l:/b t:Two" }, { 3, "g:1 l:/b t:Three_or_so c:" LEAD BODY } },
	    "1 1 1" },
	{ "but not with two of one feed", { { 1, "g:1 l:/a t:One c:" LEAD BODY }, { 1, "g:2 l:/b t:Two" }, { 3, "g:1 l:/b t:Three_or_so c:" LEAD BODY } },
	    "1 2 2" },
};

static void
take(size_t row, size_t at)
{
	char url[64];

	snprintf(url, sizeof url, "https://feed-%d.example/", rows[row].documents[at].feed);
	for (int feed = 1; feed <= DOCUMENTS && at == 0; feed++) {
		char each[64];

		snprintf(each, sizeof each, "https://feed-%d.example/", feed);
		assert_int_equal(kit_feed(each), feed);
	}
	kit_take((uint32_t)rows[row].documents[at].feed, rows[row].documents[at].document, KIT_NOW + (int64_t)at, NULL);
	index_now();
}

static void
test_rows(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(kit_setup(state), 0);
		for (size_t n = 0; n < DOCUMENTS && rows[i].documents[n].document != NULL; n++)
			take(i, n);
		if (strcmp(stories(), rows[i].stories) != 0)
			fail_msg("row %zu, %s: stories %s where %s was expected", i, rows[i].what, stories(), rows[i].stories);
		index_again();
		if (strcmp(stories(), rows[i].stories) != 0)
			fail_msg("row %zu, %s, index made again: stories %s where %s was expected", i, rows[i].what, stories(), rows[i].stories);
		kit_teardown(state);
	}
}

/* --- what becomes of a story ---------------------------------------------------------------------------------- */

static int
three(void **state)
{
	if (kit_setup(state) != 0)
		return -1;
	kit_take(kit_feed("https://one.example/"), "g:2 l:/z t:Else d:1700000900|g:1 l:/a t:Storm d:1700000000", KIT_NOW, NULL);
	kit_take(kit_feed("https://two.example/"), "g:1 l:/a t:Storm d:1700000100", KIT_NOW + 1, NULL);
	kit_take(kit_feed("https://three.example/"), "g:1 l:/a t:Storm d:1700000200", KIT_NOW + 2, NULL);
	index_now();
	return 0;
}

static const struct { const char *query, *newest; } queries[] = {
	{ "story:1", "4 3 1" }, { "story:3", "4 3 1" }, { "story:4", "4 3 1" }, { "story:2", "2" }, { "story:9", "" }, { "story:0", "" },
	{ "-story:1", "2" }, { "story:1 feed:2", "3" }, { "story:1 -id:1", "4 3" }, { "story:1 OR story:2", "2 4 3 1" }, { "story:1 story:2", "" },
	{ "story:1 storm", "4 3 1" }, { "story:2 storm", "" }, { "story:1 is:read", "" }, { "story:1 is:unread", "4 3 1" }, { "else OR story:3 id:1", "2 1" },
	{ "story:1 date:2023-11-14", "4 3 1" },
};

static void
test_queries(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
		int64_t expected = 0;

		if (strcmp(kit_list(queries[i].query, STORE_NEWEST), queries[i].newest) != 0)
			fail_msg("%s: %s where %s was expected", queries[i].query, kit_list(queries[i].query, STORE_NEWEST), queries[i].newest);
		for (const char *at = queries[i].newest; *at != '\0'; at++)
			expected += at == queries[i].newest || at[-1] == ' ';
		assert_int_equal(kit_count(queries[i].query), expected);
	}
	assert_string_equal(kit_list("story:1", STORE_OLDEST), "1 3 4");
	assert_string_equal(of_all(put_copies), "ynyy");
	store_index_detach(kit_store);
	assert_string_equal(stories(), "1 2 3 4");
	assert_string_equal(of_all(put_copies), "nnnn");
}

static void
test_removed(void **state)
{
	(void)state;
	assert_string_equal(stories(), "1 2 1 1");
	kit_expect(store_feed_remove(kit_store, 1, KIT_NOW, &(int64_t){ 0 }), STORE_OK, "remove");
	index_now();
	assert_string_equal(kit_list("story:4", STORE_NEWEST), "4 3");
	assert_string_equal(kit_list("story:3", STORE_NEWEST), "4 3");
	assert_string_equal(stories(), "3 3");
	kit_expect(store_feed_remove(kit_store, 2, KIT_NOW, &(int64_t){ 0 }), STORE_OK, "remove");
	index_now();
	assert_string_equal(stories(), "4");
	assert_string_equal(of_all(put_copies), "n");
	assert_int_equal(kit_number("index.db", "SELECT count(*) FROM story"), 0);
	assert_int_equal(kit_number("index.db", "SELECT count(*) FROM doc"), 1);
}

static void
test_edited(void **state)
{
	(void)state;
	kit_take(1, "g:2 l:/a t:Else d:1700000900|g:1 l:/new t:Storm d:1700000000", KIT_NOW + 3, NULL);
	index_now();
	assert_string_equal(stories(), "1 2 2 2");
	index_again();
	assert_string_equal(stories(), "1 2 2 2");
}

/* --- limits --------------------------------------------------------------------------------------------------- */

static int64_t
take_from_many(int feeds, const char *document)
{
	char url[64];

	for (int i = 1; i <= feeds; i++) {
		snprintf(url, sizeof url, "https://many-%d.example/", i);
		kit_take(kit_feed(url), document, KIT_NOW, NULL);
	}
	index_now();
	return kit_number("index.db", "SELECT max(count) FROM (SELECT count(*) AS count FROM story GROUP BY story)");
}

static void
test_link_of_many(void **state)
{
	(void)state;
	assert_int_equal(take_from_many(110, "g:1 l:/a t:Storm d:1700000000"), 99);
}

static void
test_story_of_many(void **state)
{
	(void)state;
	assert_int_equal(take_from_many(210, "g:1 l:/a t:Storm d:1700000000 c:" LEAD BODY), 200);
}

/* --- sketches ---------------------------------------------------------------------------------------------------- */

static const struct { const char *one, *two; bool same; } spellings[] = {
	{ "kyiv", "kiev", true }, { "kharkiv", "kharkov", true }, { "sergeyeva", "sergeeva", true }, { "mohammed", "muhammad", true },
	{ "qassem", "kassem", true }, { "hussein", "husayn", true }, { "volodymyr", "wolodymyr", true }, { "philippov", "filipov", true },
	{ "berlin", "hamburg", false }, { "monday", "sunday", false }, { "so", "see", false }, { "oslo", "sol", false },
	{ "2025", "2026", false }, { "\xd0\xba\xd0\xb8\xd1\x97\xd0\xb2", "\xd0\xba\xd0\xb8\xd0\xb5\xd0\xb2", false },
};

static void
test_spellings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
		char one[SKETCH_KEY_BYTES], two[SKETCH_KEY_BYTES];
		size_t len = sketch_key(spellings[i].one, strlen(spellings[i].one), one);
		bool same = sketch_key(spellings[i].two, strlen(spellings[i].two), two) == len && memcmp(one, two, len) == 0;

		if (same != spellings[i].same)
			fail_msg("%s and %s: %.*s", spellings[i].one, spellings[i].two, (int)len, one);
	}
}

static void
make_sketch(struct sketch *sketch, int first, int words)
{
	struct sketch_maker maker;
	static const char letters[] = "bkdvjlmnprstx";
	const int count = sizeof letters - 1;
	bool more = true;

	sketch_begin(&maker, sketch);
	for (int i = first; i < first + words && more; i++) {
		const char word[] = { letters[i % count], 'a', letters[i / count % count], 'a', letters[i / count / count % count] };

		more = sketch_word(&maker, word, sizeof word);
	}
	sketch_end(&maker);
}

static void
test_sketch_limits(void **state)
{
	struct sketch one, two;
	unsigned char bytes[SKETCH_BYTES];

	(void)state;
	make_sketch(&one, 0, SKETCH_WORDS_MIN - 1);
	assert_int_equal(sketch_likeness(&one, &one), 0);
	make_sketch(&one, 0, SKETCH_WORDS_MIN);
	assert_int_equal(sketch_likeness(&one, &one), SKETCH_VALUES);
	make_sketch(&one, 0, SKETCH_WORDS_MAX);
	make_sketch(&two, 0, SKETCH_WORDS_MAX + 100);
	assert_int_equal(two.n_words, SKETCH_WORDS_MAX);
	assert_int_equal(sketch_likeness(&one, &two), SKETCH_VALUES);
	make_sketch(&two, 1000, 300);
	assert_int_equal(sketch_likeness(&one, &two), 0);
	sketch_put(&one, bytes);
	sketch_get(&two, bytes);
	assert_memory_equal(&one, &two, sizeof one);
}

/* What is pushed out or removed is not found, nor what is of the same feed or too far away in time. */
static void
test_near(void **state)
{
	struct near *near = near_new(4);
	struct near_hit hits[NEAR_HITS];
	struct sketch sketch, other;

	(void)state;
	make_sketch(&sketch, 0, 100);
	make_sketch(&other, 1000, 100);
	assert_int_equal(near_add(near, &(struct near_entry){ 1, 1, 0 }, &sketch), 0);
	assert_int_equal(near_add(near, &(struct near_entry){ 2, 2, 0 }, &sketch), 0);
	assert_int_equal(near_find(near, &(struct near_entry){ 9, 9, NEAR_TIME_S }, &sketch, hits), 2);
	assert_int_equal(hits[0].entry, 1);
	assert_int_equal(near_find(near, &(struct near_entry){ 9, 9, NEAR_TIME_S + 1 }, &sketch, hits), 0);
	assert_int_equal(near_find(near, &(struct near_entry){ 9, 1, 0 }, &sketch, hits), 1);
	assert_int_equal(hits[0].entry, 2);
	near_remove(near, 2);
	assert_int_equal(near_find(near, &(struct near_entry){ 9, 1, 0 }, &sketch, hits), 0);
	assert_int_equal(near_add(near, &(struct near_entry){ 3, 3, 0 }, &other), 0);
	assert_int_equal(near_add(near, &(struct near_entry){ 4, 4, 0 }, &other), 0);
	assert_int_equal(near_add(near, &(struct near_entry){ 5, 5, 0 }, &other), 1);
	assert_int_equal(near_find(near, &(struct near_entry){ 9, 9, 0 }, &sketch, hits), 0);
	assert_int_equal(near_find(near, &(struct near_entry){ 9, 9, 0 }, &other, hits), 3);
	near_free(near);
}

/* A flood of one template does not take longer for each: as many are looked at as a chain has, and as many told as there is room for. */
static void
test_flood(void **state)
{
	struct near *near = near_new(1024);
	struct near_hit hits[NEAR_HITS];
	struct sketch sketch, other;

	(void)state;
	make_sketch(&sketch, 0, 100);
	make_sketch(&other, 1000, 100);
	near_add(near, &(struct near_entry){ 1, 1, 0 }, &sketch);
	for (uint32_t i = 2; i <= NEAR_CHAIN; i++)
		near_add(near, &(struct near_entry){ i, i, 5 * NEAR_TIME_S }, &sketch);
	assert_int_equal(near_find(near, &(struct near_entry){ 999, 999, 0 }, &sketch, hits), 1);
	near_add(near, &(struct near_entry){ NEAR_CHAIN + 1, 2, 5 * NEAR_TIME_S }, &sketch);
	assert_int_equal(near_find(near, &(struct near_entry){ 999, 999, 0 }, &sketch, hits), 0);
	assert_int_equal(near_find(near, &(struct near_entry){ 999, 999, 5 * NEAR_TIME_S }, &sketch, hits), NEAR_HITS);
	near_free(near);
}

#define ROW(test, setup) cmocka_unit_test_setup_teardown(test, setup, kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), ROW(test_queries, three), ROW(test_removed, three), ROW(test_edited, three),
		ROW(test_link_of_many, kit_setup), ROW(test_story_of_many, kit_setup),
		cmocka_unit_test(test_spellings), cmocka_unit_test(test_sketch_limits), cmocka_unit_test(test_near), cmocka_unit_test(test_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
