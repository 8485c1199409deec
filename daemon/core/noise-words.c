#include "daemon/core/noise-words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 2048, TEXT_BYTES = 48 };

/* A row is a language; what is of no language is in all of them. Words between blanks, in lower case. */
static const struct { const char *lists[NOISE_CLASSES]; } rows[] = {
	{ {	/* English */
		[NOISE_COUNTED] = "view views read reads comment comments reply replies like likes retweet retweets repost reposts upvote upvotes",
		[NOISE_WEAK] = "visit visits hit hits reader readers response responses share shares favourite favourites favorite favorites "
		    "point points clap claps download downloads play plays subscriber subscribers follower followers",
		[NOISE_UNIT] = "second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks month months year years",
		[NOISE_ONE] = "a an one", [NOISE_AFTER] = "ago", [NOISE_MAKING] = "updated modified generated refreshed edited",
		[NOISE_LINK] = "at on the",
		[NOISE_DATE] = "january february march april may june july august september october november december jan feb mar apr jun jul aug sep "
		    "sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun am pm utc "
		    "gmt bst cet cest est edt cst cdt mst mdt pst pdt today yesterday",
	} },
	{ {	/* German */
		[NOISE_COUNTED] = "aufruf aufrufe aufrufen kommentar kommentare kommentaren klicks seitenaufrufe likes",
		[NOISE_WEAK] = "antworten leser besucher abonnenten downloads",
		[NOISE_TIMES] = "tsd mio",
		[NOISE_UNIT] = "sekunde sekunden minute minuten stunde stunden std tag tagen woche wochen monat monaten jahr jahren",
		[NOISE_ONE] = "einer einem", [NOISE_BEFORE] = "vor",
		[NOISE_MAKING] = "aktualisiert aktualisierung geändert bearbeitet generiert", [NOISE_LINK] = "am um den der",
		[NOISE_DATE] = "januar jänner februar märz april mai juni juli august september oktober november dezember okt dez montag dienstag "
		    "mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so uhr mez mesz heute gestern",
		[NOISE_LABEL] = "anzeige werbung",
	} },
	{ {	/* French */
		[NOISE_COUNTED] = "vue vues commentaire commentaires lecture lectures j'aime partages",
		[NOISE_WEAK] = "réponses visites lecteurs abonnés",
		[NOISE_UNIT] = "seconde secondes minute minutes min heure heures h jour jours semaine semaines mois an ans",
		[NOISE_ONE] = "un une", [NOISE_MAKING] = "mis mise actualisé actualisée modifié modifiée généré",
		[NOISE_LINK] = "à jour le",
		[NOISE_DATE] = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi "
		    "vendredi samedi dimanche aujourd'hui hier heures",
		[NOISE_LABEL] = "publicité",
	} },
	{ {	/* Spanish */
		[NOISE_COUNTED] = "visualización visualizaciones comentario comentarios vistas reproducciones lecturas",
		[NOISE_WEAK] = "visitas respuestas seguidores descargas", [NOISE_TIMES] = "mil",
		[NOISE_UNIT] = "segundo segundos minuto minutos hora horas día días semana semanas mes meses año años",
		[NOISE_ONE] = "un una", [NOISE_BEFORE] = "hace", [NOISE_MAKING] = "actualizado actualizada actualización modificado generado",
		[NOISE_LINK] = "el a las la de del",
		[NOISE_DATE] = "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre lunes martes "
		    "miércoles jueves viernes sábado domingo hayer h",
		[NOISE_LABEL] = "publicidad anuncio",
	} },
	{ {	/* Portuguese */
		[NOISE_COUNTED] = "visualização visualizações comentário comentários leituras curtidas",
		[NOISE_WEAK] = "visitas respostas seguidores", [NOISE_TIMES] = "mil",
		[NOISE_UNIT] = "segundo segundos minuto minutos hora horas dia dias semana semanas mês meses ano anos",
		[NOISE_ONE] = "um uma", [NOISE_BEFORE] = "há", [NOISE_AFTER] = "atrás",
		[NOISE_MAKING] = "atualizado atualizada atualização modificado gerado", [NOISE_LINK] = "em às as o de do",
		[NOISE_DATE] = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro segunda-feira terça-feira "
		    "quarta-feira quinta-feira sexta-feira sábado domingo hoje ontem h",
		[NOISE_LABEL] = "publicidade",
	} },
	{ {	/* Italian */
		[NOISE_COUNTED] = "visualizzazione visualizzazioni commento commenti letture condivisioni",
		[NOISE_WEAK] = "visite risposte lettori", [NOISE_TIMES] = "mila mln",
		[NOISE_UNIT] = "secondo secondi minuto minuti ora ore giorno giorni settimana settimane mese mesi anno anni",
		[NOISE_ONE] = "un un' una", [NOISE_AFTER] = "fa", [NOISE_MAKING] = "aggiornato aggiornata aggiornamento modificato generato",
		[NOISE_LINK] = "il alle ore del",
		[NOISE_DATE] = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedì martedì mercoledì "
		    "giovedì venerdì sabato domenica oggi ieri",
		[NOISE_LABEL] = "pubblicità",
	} },
	{ {	/* Dutch */
		[NOISE_COUNTED] = "weergave weergaven reactie reacties keer-bekeken vind-ik-leuks",
		[NOISE_WEAK] = "bezoekers lezers volgers antwoorden", [NOISE_TIMES] = "mln",
		[NOISE_UNIT] = "seconde seconden minuut minuten uur uren dag dagen week weken maand maanden jaar", [NOISE_ONE] = "een één",
		[NOISE_AFTER] = "geleden", [NOISE_MAKING] = "bijgewerkt gewijzigd gegenereerd", [NOISE_LINK] = "op om",
		[NOISE_DATE] = "januari februari maart april mei juni juli augustus september oktober november december maandag dinsdag woensdag "
		    "donderdag vrijdag zaterdag zondag uur vandaag gisteren",
		[NOISE_LABEL] = "advertentie",
	} },
	{ {	/* Polish */
		[NOISE_COUNTED] = "wyświetlenie wyświetlenia wyświetleń komentarz komentarze komentarzy odsłon odsłony polubień",
		[NOISE_WEAK] = "odpowiedzi odwiedzin", [NOISE_TIMES] = "tys mln",
		[NOISE_UNIT] = "sekundę sekundy sekund minutę minuty minut min godzinę godziny godzin godz dzień dni tydzień tygodnie tygodni miesiąc "
		    "miesiące miesięcy rok lata lat",
		[NOISE_ALONE] = "minutę godzinę dzień tydzień miesiąc rok", [NOISE_AFTER] = "temu", [NOISE_MAKING] = "zaktualizowano aktualizacja zmodyfikowano edytowano", [NOISE_LINK] = "o dnia godz r",
		[NOISE_DATE] = "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia poniedziałek wtorek "
		    "środa czwartek piątek sobota niedziela dziś dzisiaj wczoraj",
		[NOISE_LABEL] = "reklama",
	} },
	{ {	/* Czech */
		[NOISE_COUNTED] = "zobrazení zhlédnutí komentář komentáře komentářů",
		[NOISE_WEAK] = "odpovědí čtenářů", [NOISE_TIMES] = "tis mil",
		[NOISE_UNIT] = "sekundou sekundami minutou minutami hodinou hodinami dnem dny týdnem týdny měsícem měsíci rokem lety",
		[NOISE_ALONE] = "minutou hodinou dnem týdnem měsícem rokem", [NOISE_BEFORE] = "před", [NOISE_MAKING] = "aktualizováno aktualizace upraveno", [NOISE_LINK] = "v ve dne",
		[NOISE_DATE] = "ledna února března dubna května června července srpna září října listopadu prosince pondělí úterý středa čtvrtek pátek "
		    "sobota neděle dnes včera hod",
		[NOISE_LABEL] = "reklama inzerce",
	} },
	{ {	/* Russian */
		[NOISE_COUNTED] = "просмотр просмотра просмотров просмотры комментарий комментария комментариев комментарии лайк лайка лайков "
		    "репостов прочтений",
		[NOISE_WEAK] = "ответов подписчиков читателей", [NOISE_TIMES] = "тыс млн",
		[NOISE_UNIT] = "секунду секунды секунд сек минуту минуты минут мин час часа часов день дня дней неделю недели недель месяц месяца "
		    "месяцев год года лет",
		[NOISE_ALONE] = "минуту час день неделю месяц год", [NOISE_AFTER] = "назад", [NOISE_MAKING] = "обновлено обновлён обновлена обновление изменено отредактировано",
		[NOISE_LINK] = "в от г",
		[NOISE_DATE] = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря понедельник вторник среда четверг "
		    "пятница суббота воскресенье мск сегодня вчера",
		[NOISE_LABEL] = "реклама",
	} },
	{ {	/* Ukrainian */
		[NOISE_COUNTED] = "перегляд перегляди переглядів коментар коментарі коментарів вподобань", [NOISE_WEAK] = "відповідей",
		[NOISE_TIMES] = "тис млн",
		[NOISE_UNIT] = "секунду секунди секунд хвилину хвилини хвилин хв годину години годин год день дні днів тиждень тижні тижнів місяць "
		    "місяці місяців рік роки років",
		[NOISE_ALONE] = "хвилину годину день тиждень місяць рік", [NOISE_AFTER] = "тому", [NOISE_MAKING] = "оновлено змінено відредаговано", [NOISE_LINK] = "о об від р",
		[NOISE_DATE] = "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня понеділок вівторок середа "
		    "четвер п'ятниця субота неділя сьогодні вчора",
		[NOISE_LABEL] = "реклама",
	} },
	{ {	/* Swedish */
		[NOISE_COUNTED] = "visning visningar kommentar kommentarer gilla-markeringar", [NOISE_WEAK] = "svar läsare följare",
		[NOISE_TIMES] = "tn mn",
		[NOISE_UNIT] = "sekund sekunder minut minuter min timme timmar tim dag dagar vecka veckor månad månader år", [NOISE_ONE] = "en ett",
		[NOISE_BEFORE] = "för", [NOISE_AFTER] = "sedan sen", [NOISE_MAKING] = "uppdaterad uppdaterat uppdaterades ändrad redigerad",
		[NOISE_LINK] = "den kl klockan",
		[NOISE_DATE] = "januari februari mars april maj juni juli augusti september oktober november december måndag tisdag onsdag torsdag "
		    "fredag lördag söndag idag igår",
		[NOISE_LABEL] = "annons",
	} },
	{ {	/* Turkish */
		[NOISE_COUNTED] = "görüntülenme görüntüleme yorum okunma beğeni izlenme", [NOISE_WEAK] = "oy yanıt", [NOISE_TIMES] = "bin mn",
		[NOISE_UNIT] = "saniye dakika dk saat gün hafta ay yıl", [NOISE_ONE] = "bir", [NOISE_AFTER] = "önce",
		[NOISE_MAKING] = "güncelleme güncellendi güncellenme düzenlendi", [NOISE_LINK] = "tarihi saat",
		[NOISE_DATE] = "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık pazartesi salı çarşamba perşembe cuma "
		    "cumartesi pazar bugün dün",
		[NOISE_LABEL] = "reklam",
	} },
	{ {	/* Japanese */
		[NOISE_COUNTED] = "回視聴 回再生 件のコメント 件のいいね ビュー 閲覧数 閲覧 再生回数 コメント数 いいね アクセス数",
		[NOISE_CLOSE] = "閲覧数 再生回数 コメント数", [NOISE_WEAK] = "コメント", [NOISE_COUNTER] = "回 件",
		[NOISE_AGO] = "秒前 分前 時間前 日前 週間前 か月前 ヶ月前 カ月前 年前", [NOISE_MAKING] = "更新 更新日 更新日時 最終更新 最終更新日 最終更新日時",
		[NOISE_DATE] = "年 月 日 時 分 秒 今日 昨日", [NOISE_LABEL] = "広告",
	} },
	{ {	/* Chinese */
		[NOISE_COUNTED] = "次阅读 次浏览 次播放 次观看 次觀看 次瀏覽 条评论 則留言 則評論 个赞 個讚 人阅读 人浏览 阅读量 浏览量 閱讀量 瀏覽次數 "
		    "观看次数 觀看次數 点击数 點閱數 播放量 评论数",
		[NOISE_CLOSE] = "阅读量 浏览量 阅读 浏览 评论 点赞 点击 閱讀 瀏覽 留言 評論 觀看次數", [NOISE_WEAK] = "阅读 浏览 评论 点赞 点击 閱讀 瀏覽 留言 評論",
		[NOISE_COUNTER] = "次 条 則 人",
		[NOISE_AGO] = "秒前 秒钟前 分钟前 分鐘前 小时前 小時前 天前 周前 週前 个月前 個月前 年前",
		[NOISE_MAKING] = "更新 更新于 更新於 更新时间 更新時間 最后更新 最後更新 最后更新于 发布时间 修改时间 编辑于",
		[NOISE_DATE] = "年 月 日 时 時 分 秒 今天 昨天", [NOISE_LABEL] = "广告 廣告",
	} },
	{ {	/* Korean */
		[NOISE_COUNTED] = "조회수 조회 회조회 댓글수", [NOISE_CLOSE] = "조회수 조회 댓글 추천", [NOISE_WEAK] = "댓글 추천 좋아요 공감",
		[NOISE_COUNTER] = "회 개 건 명",
		[NOISE_UNIT] = "초 분 시간 일 주 개월 달 년", [NOISE_AFTER] = "전", [NOISE_MAKING] = "업데이트 수정 최종수정 입력 갱신",
		[NOISE_DATE] = "년 월 일 시 분 초 오전 오후 오늘 어제", [NOISE_LABEL] = "광고",
	} },
	{ {	/* Arabic */
		[NOISE_COUNTED] = "مشاهدة مشاهدات المشاهدات تعليق تعليقات تعليقا التعليقات قراءة إعجاب",
		[NOISE_WEAK] = "ردود", [NOISE_TIMES] = "ألف مليون",
		[NOISE_UNIT] = "ثانية ثوان ثواني دقيقة دقائق ساعة ساعات يوم أيام أسبوع أسابيع شهر أشهر سنة سنوات",
		[NOISE_ALONE] = "دقيقة ساعة يوم أسبوع شهر سنة", [NOISE_BEFORE] = "منذ قبل", [NOISE_MAKING] = "تحديث التحديث تعديل", [NOISE_LINK] = "في يوم الساعة",
		[NOISE_DATE] = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر الإثنين الثلاثاء الأربعاء الخميس الجمعة "
		    "السبت الأحد اليوم أمس صباحا مساء",
		[NOISE_LABEL] = "إعلان",
	} },
};

static struct noise_word words[WORDS_MAX];
static char texts[WORDS_MAX][TEXT_BYTES];
static size_t n_words;

static int
by_text(const void *one, const void *two)
{
	const struct noise_word *left = one, *right = two;

	return strcmp(left->text, right->text);
}

static void
add(const char *text, size_t len, enum noise_class class, uint32_t language)
{
	assert(n_words < WORDS_MAX && len > 0 && len < TEXT_BYTES);
	memcpy(texts[n_words], text, len);
	words[n_words].text = texts[n_words];
	words[n_words++].in[class] = language;
}

/* Those that are the same become one. */
static void
merge(void)
{
	size_t kept = 0;

	qsort(words, n_words, sizeof words[0], by_text);
	for (size_t i = 1; i < n_words; i++) {
		if (strcmp(words[i].text, words[kept].text) != 0)
			words[++kept] = words[i];
		else
			for (int class = 0; class < NOISE_CLASSES; class++)
				words[kept].in[class] |= words[i].in[class];
	}
	n_words = kept + 1;
}

static void
build(void)
{
	for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
		for (int class = 0; class < NOISE_CLASSES; class++) {
			const char *at = rows[row].lists[class];

			while (at != NULL && *at != '\0') {
				size_t len = strcspn(at, " ");

				add(at, len, (enum noise_class)class, 1u << row);
				at += len + (at[len] == ' ');
			}
		}
	}
	merge();
}

const struct noise_word *
noise_word(const char *text)
{
	const struct noise_word key = { .text = text };

	if (n_words == 0)
		build();
	return bsearch(&key, words, n_words, sizeof words[0], by_text);
}
