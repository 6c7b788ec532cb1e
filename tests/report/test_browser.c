/* The report's page in a real browser, where there is one. */
#include "browser.h"
#include "written.h"

static struct browser browser; /* opened by the first test */

/* The page that a test looks at; the test is skipped without a browser. */
static bool visit(const struct written *r)
{
	char *path = browser_find(), *address;

	if (path == NULL) {
		print_message("skipped: no chromium\n");
		skip();
		return false;
	}
	if (browser.pid == 0)
		browser_open(&browser, path);
	address = text_format("file://%s/index.html", r->out.path);
	browser_visit(&browser, address);
	free(address);
	free(path);
	return true;
}

static void set_size(int width, int height)
{
	browser_do(&browser, "Emulation.setDeviceMetricsOverride",
		   json_pack("{s:i, s:i, s:i, s:b}", "width", width, "height", height, "deviceScaleFactor", 1,
			     "mobile", 0));
}

static void set_scheme(const char *scheme)
{
	browser_do(&browser, "Emulation.setEmulatedMedia",
		   json_pack("{s:[{s:s, s:s}]}", "features", "name", "prefers-color-scheme", "value", scheme));
}

static void test_quiet(void **state)
{
	if (!visit(*state))
		return;
	browser_expect(&browser, "document.title", "\"Fine-tuning & <geometry>\"");
	browser_expect(&browser, "performance.getEntriesByType('resource').map(e => e.name)", "[]");
	browser_expect_quiet(&browser);
}

static void test_width(void **state)
{
	static const int widths[] = { 360, 768, 1440 };

	if (!visit(*state))
		return;
	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		set_size(widths[i], 900);
		browser_expect(&browser, "document.documentElement.scrollWidth <= innerWidth", "true");
		/* Every folded part opened, too. */
		browser_expect(&browser,
			       "(document.querySelectorAll('details').forEach(d => d.open = true), "
			       "document.documentElement.scrollWidth <= innerWidth)",
			       "true");
	}
}

/* Texts whose contrast with what lies behind them is below 4.5 (WCAG AA), large
 * or not; drawings have colours of their own. */
static const char contrasts[] =
	"(() => { const rgb = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; "
	"};const lum = c => { const f = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / "
	"1.055) ** 2.4);return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };const back = e => { for (; e; e = "
	"e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);if (c[3] === 1) return c; } return "
	"[255, 255, 255, 1]; };document.querySelectorAll('details').forEach(d => d.open = true);const bad = []; "
	"const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);while (walk.nextNode()) { const "
	"e = walk.currentNode.parentElement;if (!walk.currentNode.data.trim() || e.closest('svg, script, style') || "
	"!e.offsetParent) continue;const a = lum(rgb(getComputedStyle(e).color)), b = lum(back(e));const ratio = "
	"(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);if (ratio < 4.5) bad.push(e.tagName + '.' + e.className + "
	"' ' + ratio.toFixed(2)); } return [...new Set(bad)]; })()";

static void test_schemes(void **state)
{
	if (!visit(*state))
		return;
	set_scheme("light");
	browser_expect(&browser, "getComputedStyle(document.body).backgroundColor", "\"rgb(255, 255, 255)\"");
	browser_expect(&browser, contrasts, "[]");
	set_scheme("dark");
	browser_expect(&browser, "getComputedStyle(document.body).backgroundColor", "\"rgb(23, 24, 27)\"");
	browser_expect(&browser, contrasts, "[]");
	browser_expect(&browser,
		       "getComputedStyle(document.querySelector('svg')).getPropertyValue('--figure-ink').trim() !== "
		       "'#1c1c1e'",
		       "true");
}

/* Links, headings, and names for what has no text of its own. */
static void test_names(void **state)
{
	if (!visit(*state))
		return;
	browser_expect(&browser,
		       "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => "
		       "!document.getElementById(a.hash.slice(1))).length",
		       "0");
	browser_expect(&browser,
		       "[...document.querySelectorAll('a, button')].filter(e => !e.textContent.trim()).length", "0");
	browser_expect(&browser,
		       "[...document.querySelectorAll('input')].filter(e => !e.ariaLabel && !(e.labels && "
		       "e.labels.length)).length",
		       "0");
	browser_expect(
		&browser,
		"[...document.querySelectorAll('svg')].filter(e => !e.ariaLabel && !e.getAttribute('aria-labelledby')"
		".split(' ').every(id => document.getElementById(id).textContent.trim())).length",
		"0");
	browser_expect(&browser, "document.querySelectorAll('h1').length", "1");
	browser_expect(
		&browser,
		"document.querySelectorAll('table').length === document.querySelectorAll('table > caption').length",
		"true");
	browser_expect(&browser,
		       "[...document.querySelectorAll('th')].filter(e => !e.scope).length + "
		       "document.querySelectorAll('thead td').length",
		       "0");
}

/* Headings go down one level at a time; each table's column and row headings say
 * what they are for, within a table that can be reached and scrolled by keys. */
static void test_structure(void **state)
{
	if (!visit(*state))
		return;
	browser_expect(
		&browser,
		"[...document.querySelectorAll('h1, h2, h3, h4')].map(h => +h.tagName[1]).filter((level, i, all) "
		"=> i > 0 && level > all[i - 1] + 1)",
		"[]");
	browser_expect(&browser,
		       "[...document.querySelectorAll('thead th')].filter(e => e.scope !== (e.colSpan > 1 || "
		       "e.classList.contains('group') ? 'colgroup' : 'col')).length + "
		       "[...document.querySelectorAll('tbody th')].filter(e => e.scope !== 'row').length",
		       "0");
	browser_expect(&browser,
		       "[...document.querySelectorAll('.scroll table, main > section > table')].filter(t => "
		       "t.parentElement.tabIndex !== 0 || "
		       "!document.getElementById(t.parentElement.getAttribute('aria-labelledby')).textContent.trim())"
		       ".length",
		       "0");
	browser_expect(&browser,
		       "[document.documentElement.lang, ...['header', 'nav', 'main', 'footer'].map(e => "
		       "document.querySelectorAll(e).length)]",
		       "[\"en\",1,1,1,1]");
}

static void press(const char *key, int code)
{
	static const char *const types[] = { "rawKeyDown", "keyUp" };

	for (int i = 0; i < 2; i++)
		browser_do(&browser, "Input.dispatchKeyEvent",
			   json_pack("{s:s, s:s, s:s, s:i}", "type", types[i], "key", key, "code", key,
				     "windowsVirtualKeyCode", code));
}

/* Whatever the keyboard comes to is seen to have the focus: an outline of at least
 * two pixels, on the element or, of a hidden button, on its label; in the graph
 * the square's stroke. The first is the link past the contents. */
static void test_focus(void **state)
{
	static const char seen[] =
		"(() => { const e = document.activeElement, s = x => { const c = getComputedStyle(x); return "
		"c.outlineStyle !== 'none' && parseFloat(c.outlineWidth) >= 2 && x.getBoundingClientRect().width > "
		"0; };"
		"if (e === document.body) return 'end';"
		"const r = e.closest('svg.graph') && e.querySelector('rect');"
		"if (r) return getComputedStyle(r).strokeWidth === '2px';"
		"return s(e) || (e.labels && [...e.labels].some(s)) || e.outerHTML.slice(0, 80); })()";

	if (!visit(*state))
		return;
	set_size(1440, 900);
	press("Tab", 9);
	browser_expect(&browser,
		       "[document.activeElement.className, document.activeElement.getBoundingClientRect().left >= 0]",
		       "[\"skip\",true]");
	for (int i = 0; i < 120; i++) {
		browser_expect(&browser, seen, "true");
		press("Tab", 9);
	}
	/* Those in the graph, which come late. */
	browser_expect(&browser, "(document.querySelector('svg.graph a').focus({ focusVisible: true }), 1)", "1");
	browser_expect(&browser, seen, "true");
}

/* A heading by which a table is sorted shows it. */
static void test_sorted_is_seen(void **state)
{
	static const char shown[] =
		"(() => { const h = [...document.querySelectorAll('#table3 thead tr')[1].cells], b = "
		"h[0].querySelector("
		"'button'); const mark = x => getComputedStyle(x.querySelector('button'), '::after').content; const "
		"before = mark(h[0]); b.click(); const up = mark(h[0]); b.click(); return [before, up, mark(h[0]), "
		"mark(h[1])]; })()";

	if (visit(*state))
		browser_expect(&browser, shown, "[\"none\",\"\\\" ▲\\\"\",\"\\\" ▼\\\"\",\"none\"]");
}

/* Nothing moves by itself, so that there is nothing to still; and colours that are
 * forced leave marks that can be told apart by their words. */
static void test_stillness(void **state)
{
	if (!visit(*state))
		return;
	browser_expect(&browser,
		       "[...document.querySelectorAll('*')].filter(e => { const c = getComputedStyle(e); return "
		       "c.animationName !== 'none' || parseFloat(c.transitionDuration) > 0 || c.scrollBehavior === "
		       "'smooth'; }).length",
		       "0");
	browser_expect(&browser, "document.getAnimations().length", "0");
	browser_expect(&browser,
		       "[...document.querySelectorAll('.mark')].every(e => /^(holds|leans to hold|leans to "
		       "fail|fails|undecided)$/.test("
		       "e.textContent))",
		       "true");
}

/* What the views are of, as their lists have it. */
static const char chosen[] =
	"['task', 'model', 'layer', 'a', 'b'].map(k => { const s = document.getElementById('explore-' + k); return "
	"s.selectedOptions[0].textContent; })";

/* The views are drawn from the page's data, of what the keyboard chooses from their
 * lists; the choice stands in the address, and an address opens its views. */
static void test_explore(void **state)
{
	if (!visit(*state))
		return;
	browser_expect(&browser, chosen, "[\"pos\",\"bert-tiny\",\"3\",\"ADJ\",\"NOUN\"]");
	browser_expect(&browser, "document.querySelectorAll('#explorer figure').length", "6");
	browser_expect(&browser, "(document.getElementById('explore-task').focus(), location.hash)", "\"\"");
	press("ArrowDown", 40);
	browser_expect(&browser, "document.getElementById('explore-task').selectedOptions[0].textContent",
		       "\"ps-role\"");
	browser_expect(&browser, "new URLSearchParams(location.hash.slice(1)).get('task')", "\"ps-role\"");
	browser_expect(&browser, "document.activeElement.id", "\"explore-task\"");
	browser_expect(
		&browser,
		"/^bert-tiny on ps-role, layer 3: /.test(document.querySelector('#explorer .status').textContent)",
		"true");
	browser_expect(&browser, "(location.hash = '#task=ps-fxn&model=mini&seed=1&layer=1&a=VERB&b=ADJ', 1)", "1");
	browser_expect(&browser, chosen, "[\"ps-fxn\",\"mini\",\"1\",\"VERB\",\"ADJ\"]");
	browser_expect_quiet(&browser);
}

/* Presses the pointer on the middle of an element. */
static void point_at(const char *element)
{
	static const char *const types[] = { "mousePressed", "mouseReleased" };
	char *ask = text_format("(() => { const e = %s; e.scrollIntoView({ block: 'center' }); const r = "
				"e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()",
				element);
	char *answer = browser_evaluate(&browser, ask);
	double x, y;

	assert_int_equal(sscanf(answer, "[%lf,%lf]", &x, &y), 2);
	for (int i = 0; i < 2; i++)
		browser_do(&browser, "Input.dispatchMouseEvent",
			   json_pack("{s:s, s:f, s:f, s:s, s:i}", "type", types[i], "x", x, "y", y, "button", "left",
				     "clickCount", 1));
	free(ask);
	free(answer);
}

/* The same by pointing: at a layer, at a cell of a matrix, at a pair in the list. */
static void test_explore_by_pointer(void **state)
{
	static const int widths[] = { 360, 768, 1440 };

	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		if (!visit(*state))
			return;
		set_size(widths[i], 900);
		point_at("document.querySelectorAll('#explorer figure')[0].querySelector('circle.choice')");
		browser_expect(&browser, "document.getElementById('explore-layer').value", "\"0\"");
		point_at("[...document.querySelectorAll('#explorer .matrix rect')].find(r => "
			 "r.textContent.startsWith('VERB, ADJ:'))");
		browser_expect(&browser, chosen, "[\"pos\",\"bert-tiny\",\"0\",\"VERB\",\"ADJ\"]");
		browser_expect(&browser, "document.querySelectorAll('#explorer rect.on').length > 1", "true");
		point_at("document.querySelector('#explorer .pick')");
		browser_expect(&browser,
			       "document.querySelector('#explorer .pick').textContent === "
			       "['a', 'b'].map(k => document.getElementById('explore-' + k)"
			       ".selectedOptions[0].textContent).join(', ')",
			       "true");
		browser_expect_quiet(&browser);
	}
}

/* Without a script the figures are there, and what is not is said. */
static void test_without_script(void **state)
{
	if (!visit(*state))
		return;
	browser_do(&browser, "Emulation.setScriptExecutionDisabled", json_pack("{s:b}", "value", 1));
	json_array_clear(browser.events);
	browser_do(&browser, "Page.reload", json_object());
	browser_wait(&browser, "Page.loadEventFired");
	browser_expect(&browser, "document.querySelectorAll('#explorer figure').length", "0");
	browser_expect(&browser, "document.querySelector('#explorer noscript').offsetHeight > 0", "true");
	browser_expect(
		&browser,
		"[...document.querySelectorAll('.exhibit svg')].filter(e => e.getBoundingClientRect().width > 0)"
		".length >= 10",
		"true");
	browser_do(&browser, "Emulation.setScriptExecutionDisabled", json_pack("{s:b}", "value", 0));
}

static void test_sort(void **state)
{
	static const char column[] =
		"[...document.querySelectorAll('#table3 tbody tr')].map(r => r.cells[4].textContent)";
	static const char heading[] = "document.querySelectorAll('#table3 thead tr')[1].cells[0]";
	char *click =
		text_format("(%s.querySelector('button').click(), %s.getAttribute('aria-sort'))", heading, heading);

	if (visit(*state)) {
		browser_expect(&browser, column, "[\"23\",\"5\",\"5\",\"23\",\"5\",\"5\"]");
		browser_expect(&browser, click, "\"ascending\"");
		browser_expect(&browser, column, "[\"5\",\"5\",\"5\",\"5\",\"23\",\"23\"]");
		browser_expect(&browser, click, "\"descending\"");
		browser_expect(&browser, column, "[\"23\",\"23\",\"5\",\"5\",\"5\",\"5\"]");
		browser_expect(
			&browser,
			"(() => { const t = document.getElementById('cells'), i = "
			"t.parentElement.previousElementSibling;"
			"i.value = 'mini divergence original'; i.dispatchEvent(new Event('input'));"
			"return [...t.tBodies[0].rows].filter(r => !r.hidden).map(r => r.cells[0].textContent); })()",
			"[\"divergence/mini/original/pos\",\"divergence/mini/original/ps-role\",\"divergence/mini/"
			"original/ps-fxn\"]");
		browser_expect_quiet(&browser);
	}
	free(click);
}

static void test_print(void **state)
{
	json_t *result;
	const char *data;

	if (!visit(*state))
		return;
	set_scheme("dark");
	browser_do(&browser, "Emulation.setEmulatedMedia", json_pack("{s:s}", "media", "print"));
	browser_expect(&browser, "getComputedStyle(document.body).backgroundColor", "\"rgb(255, 255, 255)\"");
	browser_expect(&browser,
		       "[...document.querySelectorAll('#figure-minimum figure')].every(f => f.offsetHeight > 0)",
		       "true");
	result = browser_call(&browser, "Page.printToPDF", json_pack("{s:b}", "preferCSSPageSize", 1));
	data = json_string_value(json_object_get(result, "data"));
	assert_memory_equal(data, "JVBERi0", 7); /* "%PDF-" */
	assert_true(strlen(data) > 50000);
	json_decref(result);
}

static int finish(void **state)
{
	if (browser.pid != 0)
		browser_close(&browser);
	return written_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet),          cmocka_unit_test(test_width),
		cmocka_unit_test(test_schemes),        cmocka_unit_test(test_names),
		cmocka_unit_test(test_explore),        cmocka_unit_test(test_sort),
		cmocka_unit_test(test_print),          cmocka_unit_test(test_structure),
		cmocka_unit_test(test_focus),          cmocka_unit_test(test_sorted_is_seen),
		cmocka_unit_test(test_stillness),      cmocka_unit_test(test_explore_by_pointer),
		cmocka_unit_test(test_without_script),
	};

	return cmocka_run_group_tests(tests, written_setup, finish);
}
