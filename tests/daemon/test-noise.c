/* What of a text is noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/noise.h"

static void
test_strip(void **state)
{
	static const struct { const char *line, *left; } rows[] = {
		{ "", "" }, { "  a  b ", "a b " }, { "Hello, world.", "Hello, world. " },
		{ "12 views", "" }, { "1,234 views and 1.2k likes", "and " }, { "(3 comments)", "" }, { "Views: 12 x", "x " },
		{ "Comments (5)", "" }, { "comments 5", "comments 5 " }, { "views", "views " }, { "12 dead", "12 dead " }, { "12viewsx", "12viewsx " },
		{ "posted 5 minutes ago by me", "posted by me " }, { "an hour ago", "" }, { "two hours ago", "two hours ago " },
		{ "5 minutes", "5 minutes " }, { "just now", "" }, { "just a moment", "just a moment " },
		{ "Last updated: 2026-11-25 10:05 UTC end", "Last end " }, { "Updated at 10:05", "" }, { "updated on Nov 25, 2026", "" },
		{ "generated Wed, 25 Nov 2026 10:00:00 GMT", "" }, { "updated rules", "updated rules " }, { "updated", "updated " },
		{ "Advertisement text Advertisement", "text " }, { "advertisements", "advertisements " },
		{ "a-very-long-word-that-is-longer-than-any-that-is-known", "a-very-long-word-that-is-longer-than-any-that-is-known " },
		{ "1 2 3 4 5 6 7 8 9 10 11 12 13 views", "1 2 3 4 5 6 7 8 9 10 11 12 " }, { "* . ( )", "* . ( ) " },
		{ "updated 1 2 3 4 5 6 7 8 9 10 11 12 13", "12 13 " },
	};
	struct buf out = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buf_clear(&out);
		noise_strip(SPAN(rows[i].line), &out);
		if (strcmp(buf_str(&out), rows[i].left) != 0)
			fail_msg("row %zu, \"%s\": \"%s\"", i, rows[i].line, buf_str(&out));
	}
	buf_free(&out);
}

static void
test_same(void **state)
{
	static const struct { const char *titles[2], *bodies[2]; bool html, same; } rows[] = {
		{ { "A", "A" }, { "x", "x" }, false, true }, { { "A", "B" }, { "x", "x" }, false, false },
		{ { "A 1 view", "A 2 views" }, { "x", "x" }, false, true }, { { "A", "" }, { "", "A" }, false, false },
		{ { "", "" }, { "<p>a <b>b</b> 5 likes</p>", "<div>a b 6 likes</div>" }, true, true },
		{ { "", "" }, { "<p>a", "<p>b" }, true, false }, { { "", "" }, { "a\n\tb", "a b" }, false, true },
		{ { "", "" }, { "<p>x <time datetime=2026-11-25>5 min</time> y", "<p>x <time datetime=2026-11-25>yesterday</time> y" }, true, true },
		{ { "", "" }, { "<p>x <time datetime=2026-11-25>5 min</time> y", "<p>x <time datetime=2026-11-26>5 min</time> y" }, true, false },
		{ { "", "" }, { "<p>x <time>5 min</time>", "<p>x <time>6 min</time>" }, true, false },
		{ { "", "" }, { "<p>updated <time datetime=2026-11-25T10:00>a</time>", "<p>updated <time datetime=2026-11-26T10:00>b" }, true, true },
		{ { "", "" }, { "<p>a", "<p>a<img src=ad-2><iframe src=x></iframe>" }, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct noise_text one = { SPAN(rows[i].titles[0]), SPAN(rows[i].bodies[0]), rows[i].html };
		const struct noise_text two = { SPAN(rows[i].titles[1]), SPAN(rows[i].bodies[1]), rows[i].html };

		if (noise_same(&one, &two) != rows[i].same)
			fail_msg("row %zu", i);
	}
}

/* What comes in the place of what was there, and whether that is nothing. */
static void
test_languages(void **state)
{
	static const struct { const char *was, *is; bool same; } rows[] = {
		/* counters */
		{ "x 12 Kommentare", "x 15 Kommentare", true }, { "Aufrufe: 1.234", "Aufrufe: 2.001", true }, { "Kommentare (5)", "Kommentare (6)", true },
		{ "1 234 vues", "1 240 vues", true }, { "1\u00a0234\u00a0vues", "12\u00a0240\u00a0vues", true }, { "Commentaires : 5", "Commentaires : 6", true },
		{ "3 comentarios", "4 comentarios", true }, { "1,2 mil visualizações", "1,3 mil visualizações", true }, { "12 commenti", "13 commenti", true },
		{ "5 reacties", "6 reacties", true }, { "1,5 tys. wyświetleń", "1,6 tys. wyświetleń", true }, { "12 komentářů", "13 komentářů", true },
		{ "1,2 тыс. просмотров", "1,3 тыс. просмотров", true }, { "Просмотров: 120", "Просмотров: 125", true }, { "5 КОММЕНТАРИЕВ", "6 КОММЕНТАРИЕВ", true },
		{ "15 переглядів", "16 переглядів", true }, { "3 kommentarer", "4 kommentarer", true }, { "12 GÖRÜNTÜLENME", "13 GÖRÜNTÜLENME", true },
		{ "123回視聴", "456回視聴", true }, { "コメント（5）", "コメント（6）", true }, { "閲覧数：１２３", "閲覧数：１３０", true },
		{ "阅读 1234", "阅读 1250", true }, { "阅读1234次", "阅读1250次", true }, { "5条评论", "6条评论", true }, { "浏览：12 评论：3", "浏览：15 评论：4", true },
		{ "조회수 123회", "조회수 130회", true }, { "댓글 5개", "댓글 6개", true }, { "123 مشاهدة", "130 مشاهدة", true }, { "التعليقات: ٥", "التعليقات: ٦", true },
		{ "Points: 12 # Comments: 3", "Points: 15 # Comments: 4", true }, { "(12 shares)", "(13 shares)", true },
		/* so long ago */
		{ "vor 5 Minuten", "vor 2 Stunden", true }, { "vor einer Stunde", "vor 2 Stunden", true }, { "il y a 5 minutes", "il y a une heure", true },
		{ "hace 5 minutos", "hace 2 horas", true }, { "há 5 minutos", "há 2 horas", true }, { "5 minutos atrás", "2 horas atrás", true },
		{ "5 minuti fa", "2 ore fa", true }, { "5 minuten geleden", "2 uur geleden", true }, { "5 minut temu", "godzinę temu", true },
		{ "před 5 minutami", "před hodinou", true }, { "5 минут назад", "час назад", true }, { "5 хвилин тому", "2 години тому", true },
		{ "för 5 minuter sedan", "för 2 timmar sedan", true }, { "5 dakika önce", "2 saat önce", true }, { "5分前", "2時間前", true },
		{ "5分钟前", "2小时前", true }, { "5 分鐘前", "2 小時前", true }, { "5분 전", "2시간 전", true }, { "منذ 5 دقائق", "منذ ساعة", true },
		/* when it was made */
		{ "Aktualisiert am 25. November 2026 um 10:05 Uhr", "Aktualisiert am 26. November 2026 um 9:00 Uhr", true },
		{ "Mis à jour le 25 novembre 2026 à 10h05", "Mis à jour le 26 novembre 2026 à 9h00", true },
		{ "Actualizado el 25 de noviembre de 2026", "Actualizado el 26 de noviembre de 2026", true },
		{ "Atualizado em 25/11/2026 às 10h05", "Atualizado em 26/11/2026 às 9h00", true },
		{ "Aggiornato il 25 novembre 2026 alle ore 10:05", "Aggiornato il 26 novembre 2026 alle ore 9:00", true },
		{ "Bijgewerkt op 25 november 2026 om 10:05 uur", "Bijgewerkt op 1 december 2026 om 9:00 uur", true },
		{ "Aktualizacja: 25 listopada 2026 10:05", "Aktualizacja: 26 listopada 2026 9:00", true },
		{ "Aktualizováno 25. listopadu 2026 v 10:05", "Aktualizováno 26. prosince 2026 v 9:00", true },
		{ "Обновлено: 25 ноября 2026 в 10:05", "Обновлено: 26 ноября 2026 в 9:00", true }, { "Оновлено 25 листопада о 10:05", "Оновлено 26 грудня о 9:00", true },
		{ "Uppdaterad 25 november 2026 kl. 10.05", "Uppdaterad 26 november 2026 kl. 9.00", true },
		{ "Güncelleme: 25 Kasım 2026 10:05", "Güncelleme: 26 Aralık 2026 9:00", true }, { "更新日時：2026年11月25日 10時05分", "更新日時：2026年11月26日 9時00分", true },
		{ "更新时间：2026-11-25 10:05", "更新时间：2026-11-26 9:00", true }, { "업데이트 2026.11.25 오전 10:05", "업데이트 2026.11.26 오후 9:00", true },
		{ "تحديث: 25 نوفمبر 2026", "تحديث: 26 ديسمبر 2026", true },
		/* what is paid for */
		{ "x ANZEIGE y", "x y", true }, { "x [Anzeige] y", "x y", true }, { "【広告】 x", "x", true }, { "РЕКЛАМА x", "x", true }, { "PUBLICITÉ x", "x", true },
		/* spelling */
		{ "a\u00a0b", "a b", true }, { "siehe https://e.org/a?utm_source=x", "siehe https://e.org/a?utm_source=y", true },
		{ "https://e.org/a", "https://e.org/b", false }, { "11 Uhr 30", "1130 Uhr", false },
		/* what somebody has corrected */
		{ "3 Tote", "5 Tote", false }, { "3 dead", "5 dead", false }, { "3 morts", "5 morts", false }, { "3 muertos", "5 muertos", false },
		{ "3 mortos", "5 mortos", false }, { "3 morti", "5 morti", false }, { "3 doden", "5 doden", false }, { "3 ofiary", "5 ofiar", false },
		{ "3 погибших", "5 погибших", false }, { "3 загиблих", "5 загиблих", false }, { "3 döda", "5 döda", false }, { "3 ölü", "5 ölü", false },
		{ "3 mrtví", "5 mrtvých", false }, { "死者3人", "死者5人", false }, { "3人死亡", "5人死亡", false }, { "사망자 3명", "사망자 5명", false },
		{ "3 قتلى", "5 قتلى", false }, { "阅读3本书", "阅读5本书", false }, { "他读了3本书", "他读了5本书", false },
		{ "won by 305 votes", "won by 306 votes", false }, { "gewann mit 305 Stimmen", "gewann mit 306 Stimmen", false }, { "bought 500 shares", "bought 600 shares", false },
		{ "vor 5 Zuschauern", "vor 6 Zuschauern", false }, { "le train a 5 minutes de retard", "le train a 6 minutes de retard", false },
		{ "dura 5 minutos", "dura 6 minutos", false }, { "5 минут позора", "6 минут позора", false }, { "for 5 minuter", "for 6 minuter", false },
		{ "Er erstattete Anzeige", "Er erstattete", false }, { "sie macht Werbung", "sie macht", false }, { "хорошая реклама", "хорошая", false },
		{ "am 25. November 2026", "am 26. November 2026", false }, { "le 25 novembre", "le 26 novembre", false }, { "25 ноября", "26 ноября", false },
		{ "2026年11月25日", "2026年11月26日", false }, { "1\u00a0234 Euro", "1\u00a0240 Euro", false }, { "12 Leser schrieben", "13 Leser schrieben", false },
		{ "12 followers of Jesus", "13 followers of Jesus", false }, { "5時間の会議", "6時間の会議", false }, { "3年前から", "4年前から", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct noise_text was = { SPAN(""), SPAN(rows[i].was), false }, is = { SPAN(""), SPAN(rows[i].is), false };

		if (noise_same(&was, &is) != rows[i].same)
			fail_msg("row %zu: \"%s\", \"%s\"", i, rows[i].was, rows[i].is);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_strip), cmocka_unit_test(test_same), cmocka_unit_test(test_languages) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
