/* The rows of test-layout.c: what is read, columns, how, what stands on the lines. */
#ifndef TESTS_GAZETTE_LAYOUT_ROWS_H
#define TESTS_GAZETTE_LAYOUT_ROWS_H

	/* paragraphs and white space */
	{ "<p>One two three.</p>", 40, 0,
	    "One two three.\n" },
	{ "<p>One   two\n" " three.</p><p>Four.</p>", 10, 0,
	    "One two\n" "three.\n" "\n" "Four.\n" },
	{ "text<p>para</p>text again", 40, 0,
	    "text\n" "\n" "para\n" "\n" "text again\n" },
	{ "one<br>two<br><br>three", 40, 0,
	    "one\n" "two\n" "\n" "three\n" },
	{ "  <p> </p><p>&nbsp;</p><div></div> ", 40, 0,
	    "" },
	{ "a&nbsp;b &nbsp; c", 40, 0,
	    "a b c\n" },
	{ "<p>A well-known long-winded word</p>", 12, 0,
	    "A well-known\n" "long-winded\n" "word\n" },
	{ "<p>https://a.example/a/very/long/path/to/some/page.html?with=a&amp;query=1</p>", 24, 0,
	    "https://a.example/a/\n" "very/long/path/to/some/\n" "page.html?with=a&query=1\n" },
	{ "<p>one&mdash;two three&mdash;four</p>", 10, 0,
	    "one—two\n" "three—four\n" },
	{ "", 40, 0,
	    "" },
	/* emphasis */
	{ "a <b>b</b> <i>c</i> <code>d</code> <del>e</del> <u>f</u> <mark>g</mark>", 40, 0,
	    "a {*:b} {/:c} {`:d} {-:e} {u:f} {m:g}\n" },
	{ "<b>bold <i>both</i></b><em>em</em>", 40, 0,
	    "{*:bold }{*/:both}{/:em}\n" },
	{ "<p>a <strong>strong part that is wrapped</strong> b</p>", 12, 0,
	    "a {*:strong}\n" "{*:part that is}\n" "{*:wrapped} b\n" },
	{ "<q>said</q> H<sub>2</sub>O x<sup>2n</sup> 1<sup>st</sup> a<sub>ij</sub>", 40, 0,
	    "“said” H₂O x²ⁿ 1st a_ij\n" },
	{ "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", 40, 0,
	    "漢(kan)\n" },
	/* headings */
	{ "<h1>One</h1><p>x</p><h2>Two</h2><h3>Three</h3>y", 40, 0,
	    "{H:One}\n" "\n" "x\n" "\n" "{H:Two}\n" "\n" "{h:Three}\n" "\n" "y\n" },
	{ "<h2>A heading that is <em>wrapped</em></h2>", 12, 0,
	    "{H:A heading}\n" "{H:that is}\n" "{H/:wrapped}\n" },
	{ "<h1>A heading of some length</h1><h6>The least of headings, in a wide window</h6>", 200, 0,
	    "{H:A heading of some length}\n" "\n" "{h:The least of headings, in a wide window}\n" },
	/* links */
	{ "<a href=\"http://a.example/\">one</a> <a href=\"http://b.example/\">two</a> <a href=\"http://a.exampl"
	    "e/\">one</a>", 60, 0,
	    "{_:one}{L:[1]} {_:two}{L:[2]} {_:one}{L:[1]}\n" },
	{ "<a href=\"#top\">up</a> <a>none</a> <a href=\"javascript:x()\">bad</a> <a href=\"mailto:x@a.example\">"
	    "mail</a>", 60, 0,
	    "up none bad {_:mail}{L:[1]}\n" },
	{ "<a href=\"http://a.example/\"><p>one</p><p>two</p></a>after", 40, 0,
	    "{_:one}\n" "\n" "{_:two}{L:[1]}\n" "\n" "after\n" },
	{ "<a href=\"http://a.example/\"></a>x", 40, 0,
	    "x\n" },
	{ "<b><a href=\"http://a.example/\">in bold</a></b>.", 40, 0,
	    "{*_:in bold}{L:[1]}.\n" },
	/* images and players */
	{ "<img src=\"http://a.example/i.png\" alt=\"A cat\">", 40, 0,
	    "{C:[image: A cat]}{L:[1]}\n" },
	{ "<img src=\"http://a.example/i.png\"> <img src=\"http://a.example/j.png\" alt=\"\" title=\"tip\">", 40, 0,
	    "{C:[image]}{L:[1]} {C:[image: tip]}{L:[2]}\n" },
	{ "x<img src=\"http://a.example/c.gif\" width=\"1\" height=\"1\" alt=\"counter\">y", 40, 0,
	    "xy\n" },
	{ "<a href=\"http://a.example/big\"><img src=\"http://a.example/s.png\" alt=\"A cat\"></a>", 40, 0,
	    "{C:[image: A cat]}{L:[1]}\n" },
	{ "<audio src=\"http://a.example/a.mp3\">Your browser has no <a href=\"http://a.example/a.mp3\">sound</a></audio>more", 60, 0,
	    "{C:[audio]}{L:[1]} more\n" },
	{ "<video>no <source src=\"http://a.example/v.mp4\">film<p>behind", 60, 0,
	    "{C:[video]} no{L:[1]}\n" "\n" "behind\n" },
	{ "<img srcset=\" http://a.example/s.png 1x, http://a.example/l.png 2x\" alt=\"set\"> <img srcset=\"\">", 60, 0,
	    "{C:[image: set]}{L:[1]} {C:[image]}\n" },
	{ "<video src=\"http://a.example/v.mp4\" title=\"film\"></video> <audio><source src=\"http://a.example/a"
	    ".ogg\"><source src=\"http://a.example/a.mp3\"></audio>", 60, 0,
	    "{C:[video: film]}{L:[1]} {C:[audio]}{L:[2]}\n" },
	{ "<figure><img src=\"http://a.example/i.png\" alt=\"A cat\"><figcaption>It sleeps</figcaption></figure"
	    ">after", 40, 0,
	    "{C:[image: A cat]}{L:[1]}\n" "{C:It sleeps}\n" "\n" "after\n" },
	/* lists */
	{ "<ul><li>one<li>two</ul>", 40, 0,
	    "• one\n" "• two\n" },
	{ "<p>before</p><ul><li>one<ul><li>in it<ul><li>deeper<ul><li>deepest</ul></ul></ul><li>two</ul>aft"
	    "er", 40, 0,
	    "before\n" "\n" "• one\n" "  ◦ in it\n" "    ▪ deeper\n" "      ▪ deepest\n" "• two\n" "\n" "after\n" },
	{ "<ul><li><p>one</p><p>more</p></li><li><p>two</p></li></ul>", 40, 0,
	    "• one\n" "\n" "  more\n" "\n" "• two\n" },
	{ "<ul><li>a long item that has to be wrapped</ul>", 14, 0,
	    "• a long item\n" "  that has to\n" "  be wrapped\n" },
	{ "<ol><li>one<li>two</ol>", 40, 0,
	    "1. one\n" "2. two\n" },
	{ "<ol start=\"9\"><li>nine<li>ten<li value=\"100\">hundred</ol>", 40, 0,
	    "  9. nine\n" " 10. ten\n" "100. hundred\n" },
	{ "<ol reversed><li>c<ul><li>x</ul><li>b<li>a</ol>", 40, 0,
	    "3. c\n" "   • x\n" "2. b\n" "1. a\n" },
	{ "<ol reversed><li>c<li value=\"9\">b<li>a</ol>", 40, 0,
	    "3. c\n" "9. b\n" "8. a\n" },
	{ "<ol reversed start=\"3\"><li>c<li>b<li>a</ol>", 40, 0,
	    "3. c\n" "2. b\n" "1. a\n" },
	{ "<ol><li>one<ol type=\"a\"><li>a<li>b</ol><li>two<ol type=\"I\"><li>i<li>ii<li>iii<li>iv</ol></ol>", 40, 0,
	    "1. one\n" "   a. a\n" "   b. b\n" "2. two\n" "     I. i\n" "    II. ii\n" "   III. iii\n"
	    "    IV. iv\n" },
	{ "<ol><li>one<ul><li>bullet</ul><li>two<ol><li>nested</ol></ol>", 40, 0,
	    "1. one\n" "   • bullet\n" "2. two\n" "   1. nested\n" },
	{ "<ul><li></li><li>not empty</li></ul><li>no list", 40, 0,
	    "• not empty\n" "\n" "• no list\n" },
	{ "<ul><li><blockquote>quoted in an item</blockquote><li><pre>code</pre></ul>", 40, 0,
	    "• {B:│ }{Q:quoted in an item}\n" "\n" "• {P:code}\n" },
	{ "<ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><ul><li>deep</ul></u"
	    "l></ul></ul></ul></ul></ul></ul></ul></ul></ul></ul></ul></ul></ul></ul></ul></ul></ul></ul><p>o"
	    "ut</p>", 40, 0,
	    "deep\n" "\n" "out\n" },
	{ "<dl><dt>Term<dd>What it means, at length<dt>Other<dd>One<dd>Two</dl>x", 24, 0,
	    "{*:Term}\n" "    What it means, at\n" "    length\n" "{*:Other}\n" "    One\n" "    Two\n" "\n"
	    "x\n" },
	/* quotations */
	{ "<blockquote>quoted</blockquote>x", 40, 0,
	    "{B:│ }{Q:quoted}\n" "\n" "x\n" },
	{ "<blockquote><p>one</p><p>two</p></blockquote>", 40, 0,
	    "{B:│ }{Q:one}\n" "{B:│}\n" "{B:│ }{Q:two}\n" },
	{ "<blockquote>a<blockquote>b b b b b b b b</blockquote>c</blockquote>d", 14, 0,
	    "{B:│ }{Q:a}\n" "{B:│}\n" "{B:│ │ }{Q:b b b b b}\n" "{B:│ │ }{Q:b b b}\n" "{B:│}\n" "{B:│ }{Q:c}\n"
	    "\n" "d\n" },
	{ "<blockquote><ul><li>in a list<li>two</ul></blockquote>", 40, 0,
	    "{B:│ }• {Q:in a list}\n" "{B:│ }• {Q:two}\n" },
	{ "<blockquote><blockquote><blockquote><blockquote><blockquote><blockquote><blockquote><blockquote>"
	    "deep down here</blockquote></blockquote></blockquote></blockquote></blockquote></blockquote></bl"
	    "ockquote></blockquote>", 20, 0,
	    "{B:│ │ │ │ │ }{Q:deep down}\n" "{B:│ │ │ │ │ }{Q:here}\n" },
	/* code */
	{ "<pre>a  b\n" "\n" "   c</pre>", 40, 0,
	    "{P:a  b}\n" "\n" "{P:   c}\n" },
	{ "<pre>\n" "\tint x;\n" "\tx\t= 1;\n" "</pre>after", 40, 0,
	    "{P:        int x;}\n" "{P:        x       = 1;}\n" "\n" "after\n" },
	{ "<pre>a line that is too long</pre>", 12, 0,
	    "{P:a line that }\n" "{B:↪ }{P:is too lon}\n" "{B:↪ }{P:g}\n" },
	{ "<pre>a line that is too long</pre>", 12, KEEP_CODE,
	    "{P:a line that is too long}\n" },
	{ "<pre><code>if (<b>x</b>)\n" "  y &lt; 1;</code></pre>", 40, 0,
	    "{P:if (}{P*:x}{P:)}\n" "{P:  y < 1;}\n" },
	{ "<pre><div>one</div><div>two</div></pre>", 40, 0,
	    "{P:one}\n" "{P:two}\n" },
	{ "<pre>日本語の長い行</pre>", 10, 0,
	    "{P:日本語の長}\n" "{B:↪ }{P:い行}\n" },
	{ "<blockquote><pre>x\n" "y</pre></blockquote>", 40, 0,
	    "{B:│ }{P:x}\n" "{B:│ }{P:y}\n" },
	/* tables */
	{ "<table><tr><th>Name<th>Price<tr><td>Pear<td>1.50<tr><td>Water melon<td>12.00</table>", 40, 0,
	    "{*:Name}       {B: │ }{*:Price}\n" "{B:────────────┼──────}\n" "Pear       {B: │ } 1.50\n"
	    "Water melon{B: │ }12.00\n" },
	{ "<table><caption>Fruit</caption><thead><tr><td>Name<td>What</thead><tbody><tr><td>Pear<td>It is s"
	    "weet and green and grows on trees</table>", 34, 0,
	    "{C:Fruit}\n" "Name{B: │ }What\n" "{B:─────┼────────────────────────────}\n"
	    "Pear{B: │ }It is sweet and green and\n" "    {B: │ }grows on trees\n" },
	{ "<table><tr><th>Name<th>Price<tr><td>Pear<td>1.50<tr><td>Water melon<td>12.00</table>", 12, 0,
	    "{C:Name: }Pear\n" "{C:Price: }1.50\n" "\n" "{C:Name: }Water\n" "  melon\n" "{C:Price: }12.00\n" },
	{ "<table><tr><th>Name<th>What it does in the end<th>More<tr><td>Pear<td>something rather long to r"
	    "ead<td><tr><td>Melon<td>rolls<td>far</table>", 14, 0,
	    "{C:Name: }Pear\n" "{C:What it does}\n" "{C:in the end:}\n" "  something\n" "  rather long\n"
	    "  to read\n" "\n" "{C:Name: }Melon\n" "{C:What it does}\n" "{C:in the end:}\n" "  rolls\n"
	    "{C:More: }far\n" },
	{ "<table><tr><td>a<td>b<tr><td>c<td>d</table>", 40, 0,
	    "a{B: │ }b\n" "c{B: │ }d\n" },
	{ "<table><tr><td>only one<tr><td>column</table>", 40, 0,
	    "only one\n" "column\n" },
	{ "<table><tr><td><table><tr><td>nested<td>x</table><td>beside</table>", 40, 0,
	    "nested{B: │ }x\n" "\n" "beside\n" },
	{ "<table><tr><th>A<th>B<th>C<tr><td colspan=2>both<td>c<tr><td rowspan=2>down<td>1<td>2<tr><td>3<t"
	    "d>4</table>", 40, 0,
	    "{*:A}   {B: │ }{*:B}{B: │ }{*:C}\n" "{B:─────┼───┼──}\n" "both    {B: │ }c\n"
	    "down{B: │ }1{B: │ }2\n" "    {B: │ }3{B: │ }4\n" },
	{ "<table><tr><td><ul><li>a<li>b</ul><td><pre>x\n" " y</pre></table>", 40, 0,
	    "• a{B: │ }{P:x}\n" "• b{B: │ }{P: y}\n" },
	{ "<ul><li><table><tr><th>A<th>B<tr><td>1<td>2</table></ul>", 40, 0,
	    "• {*:A}{B: │ }{*:B}\n" "  {B:──┼──}\n" "  1{B: │ }2\n" },
	{ "<blockquote><table><tr><th>A<th>B<tr><td>1<td>2</table></blockquote>", 40, 0,
	    "{B:│ }{Q*:A}{B: │ }{Q*:B}\n" "{B:│ ──┼──}\n" "{B:│ }{Q:1}{B: │ }{Q:2}\n" },
	{ "<table><tr><td>word word word word word word word word word word word word word word word word w"
	    "ord word word word word word word word word word word word word word word word word word word wo"
	    "rd word word word word word word word word word word word word word word word word word word wor"
	    "d word word word word word word word word word word word word word word word word word word word"
	    " word word word word word word word word word word word word word word word word word word word "
	    "word word word word word word word word word word word word word word word word word word word w"
	    "ord word word word word word word word word word word word word word word word word word <td>x</"
	    "table>", 72, 0,
	    "word word word word word word word word word word word word word word\n"
	    "word word word word word word word word word word word word word word\n"
	    "word word word word word word word word word word word word word word\n"
	    "word word word word word word word word word word word word word word\n"
	    "word word word word word word word word word word word word word word\n"
	    "word word word word word word word word word word word word word word\n"
	    "word word word word word word word word word word word word word word\n"
	    "word word word word word word word word word word word word word word\n"
	    "word word word word word word word word word word word word word word\n" "word word word word\n"
	    "x\n" },
	{ "<table><tr><td>日本<td>x<tr><td>y<td>한국어</table>", 40, 0,
	    "日本{B: │ }x\n" "y   {B: │ }한국어\n" },
	{ "<table><tr><td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x"
	    "<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x<td>x</table>", 40, 0,
	    "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n"
	    "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" "x\n" },
	{ "<table><tr><td><table><tr><td><table><tr><td><table><tr><td><table><tr><td><table><tr><td><table"
	    "><tr><td><table><tr><td><table><tr><td><table><tr><td><table><tr><td><table><tr><td><table><tr><"
	    "td><table><tr><td><table><tr><td><table><tr><td><table><tr><td><table><tr><td><table><tr><td><ta"
	    "ble><tr><td>deep</table></table></table></table></table></table></table></table></table></table>"
	    "</table></table></table></table></table></table></table></table></table></table>out", 40, 0,
	    "deep\n" "\n" "out\n" },
	{ "<table><tr><th>A<th>B<tr><td>1</table>", 40, 0,
	    "{*:A}{B: │ }{*:B}\n" "{B:──┼──}\n" "1{B: │}\n" },
	{ "<table><tr><th>Name<td>Pear<tr><th>Colour<td>green</table>", 40, 0,
	    "{*:Name}  {B: │ }Pear\n" "{*:Colour}{B: │ }green\n" },
	/* rules and the like */
	{ "a<hr>b", 12, 0,
	    "a\n" "\n" "{B:────────────}\n" "\n" "b\n" },
	{ "<details><summary>More</summary>hidden</details>", 40, 0,
	    "{*:More}\n" "hidden\n" },
	{ "a<script>alert(1)</script><style>x{}</style>b", 40, 0,
	    "ab\n" },
	{ "<p>unclosed <b>bold<p>next", 40, 0,
	    "unclosed {*:bold}\n" "\n" "{*:next}\n" },
	{ "a &lt;b&gt; &amp;amp; &copy; &#8212; &notthere;", 40, 0,
	    "a <b> &amp; © — ¬there;\n" },
	/* what is wide, joined, marked, or not to be shown */
	{ "<p>日本語の文章は、どこでも改行できます。「括弧」も。</p>", 20, 0,
	    "日本語の文章は、どこ\n" "でも改行できます。\n" "「括弧」も。\n" },
	{ "<p>e&#x301;e&#x301;e&#x301; e&#x301;e&#x301;</p>", 10, 0,
	    "ééé éé\n" },
	{ "<p>👨‍👩‍👧 👍🏽 🇩🇪🇫🇷 ❤️</p>", 10, 0,
	    "👨‍👩‍👧 👍🏽\n" "🇩🇪🇫🇷 ❤️\n" },
	{ "<p>שלום עולם and مرحبا</p>", 12, 0,
	    "שלום עולם\n" "and مرحبا\n" },
	{ "<p>a&#x202e;b&#x2066;c&#x200b;d&#xad;e&#xfeff;f&#x2028;g&#xe0041;h</p>", 40, 0,
	    "abcdef gh\n" },
	{ "<p>&#27;]0;x&#7;&#27;[31m&#x80;&#x9d;</p>", 40, 0,
	    "]0;x[31m€\n" },
	{ "<p>z&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;y</p>", 40, 0,
	    "ź́́́́́́́y\n" },
	/* plain text */
	{ "One\n" "two three four\n" "\n" "five", 10, PLAIN_TEXT,
	    "One\n" "two three\n" "four\n" "\n" "five\n" },
	{ "> quoted text that is long\n" "> more\n" "answer", 16, PLAIN_TEXT,
	    "{B:│ }{Q:quoted text}\n" "{B:│ }{Q:that is long}\n" "{B:│ }{Q:more}\n" "answer\n" },
	{ "see http://a.example/x.\n" "  indented", 40, PLAIN_TEXT,
	    "see {_:http://a.example/x}.\n" "  indented\n" },

#endif
