/* The report on paper, A4 and letter, as poppler's tools see it. */
#include "html.h"
#include "pdf.h"
#include "written.h"

#include "report/pdf.h"
#include "report/pdf_blocks.h"

#include <cairo-pdf.h>

/* The heights of DejaVu's letters from the lowest to the highest, over its size. */
static const double DEJAVU = 1.164;

static const struct paper {
	const char *file;
	double width, height; /* points */
} papers[] = { { "report.pdf", 595.276, 841.89 }, { "report-letter.pdf", 612, 792 } };

static bool tools_there(void)
{
	if (system("pdfinfo -v > /dev/null 2>&1") == 0 && system("pdftotext -v > /dev/null 2>&1") == 0)
		return true;
	print_message("skipped: no pdfinfo, pdftotext\n");
	skip();
	return false;
}

/* What a command prints about a paper's file in a folder. */
static char *ask_in(const char *folder, const struct paper *p, const char *before, const char *after)
{
	char *command = text_format("%s '%s/%s' %s", before, folder, p->file, after), *text = NULL;
	size_t length = 0, capacity = 0, n;
	FILE *f = popen(command, "r");

	assert_non_null(f);
	do {
		assert_int_equal(array_reserve(&text, &capacity, length + 65537, 1), 0);
		n = fread(text + length, 1, 65536, f);
		length += n;
	} while (n > 0);
	text[length] = '\0';
	if (pclose(f) != 0)
		fail_msg("%s failed", command);
	free(command);
	return text;
}

static char *ask(const struct written *r, const struct paper *p, const char *before, const char *after)
{
	return ask_in(r->out.path, p, before, after);
}

static void test_papers(void **state)
{
	if (!tools_there())
		return;
	for (size_t i = 0; i < 2; i++) {
		char *text = ask(*state, &papers[i], "pdfinfo", "-f 1 -l 999");
		size_t pages = 0;

		for (const char *at = text; (at = strstr(at, " size:")) != NULL; at++) {
			double width, height;

			if (sscanf(at, " size: %lf x %lf", &width, &height) != 2)
				continue;
			assert_true(fabs(width - papers[i].width) < 0.01 && fabs(height - papers[i].height) < 0.01);
			pages++;
		}
		assert_true(pages > 5);
		free(text);
	}
}

/* A word on a page, as pdftotext -bbox has it. */
struct word {
	double left, top, right, bottom;
	char text[256];
};

static bool read_word(struct word *w, const char *line)
{
	return sscanf(line, " <word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\">%255[^<]", &w->left, &w->top,
		      &w->right, &w->bottom, w->text) == 5;
}

static void check_word(const struct paper *p, int page, const struct word *w)
{
	double size = (w->bottom - w->top) / DEJAVU;

	/* A margin of 50, less the half point by which a column is wider than its widest text. */
	if (w->left < 49.4 || w->right > p->width - 49.4 || w->top < 45 || w->bottom > p->height - 20)
		fail_msg("%s, page %d: \"%s\" stands in the margin", p->file, page, w->text);
	if (size < 5.95)
		fail_msg("%s, page %d: \"%s\" is %.2f points high", p->file, page, w->text, size);
}

/* Every word on every page; returns how many there are. */
static size_t check_words(const char *folder, const struct paper *p)
{
	char *text = ask_in(folder, p, "pdftotext -bbox", "-"), *save;
	size_t words = 0;
	int page = 0;

	for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		struct word w;

		page += strstr(line, "<page ") != NULL;
		if (!read_word(&w, line))
			continue;
		check_word(p, page, &w);
		words++;
	}
	free(text);
	return words;
}

static void test_margins(void **state)
{
	const struct written *r = *state;

	if (!tools_there())
		return;
	for (size_t i = 0; i < 2; i++)
		assert_true(check_words(r->out.path, &papers[i]) > 2000);
}

/* A table that is far too wide, with names that are longer than a line. */
static void add_wide(struct document *d)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Model" },
		{ .heading = "Task" },
		{ .heading = "one", .group = "Group", .kind = COLUMN_NUMBER },
		{ .heading = "two", .group = "Group", .kind = COLUMN_NUMBER },
		{ .heading = "three", .kind = COLUMN_NUMBER },
		{ .heading = "four", .kind = COLUMN_NUMBER },
		{ .heading = "five", .kind = COLUMN_NUMBER },
		{ .heading = "six", .kind = COLUMN_NUMBER },
		{ .heading = "seven", .kind = COLUMN_NUMBER },
		{ .heading = "eight", .kind = COLUMN_NUMBER },
		{ .heading = "nine", .kind = COLUMN_INTERVAL },
		{ .heading = "ten", .kind = COLUMN_INTERVAL },
	};
	struct tabular g;

	tabular_init(&g, &(struct tabular_form){ .id = "wide", .columns = columns, .count = 12, .heads = 2 });
	tabular_caption(&g, "Wide.");
	for (int row = 0; row < 100; row++) {
		tabular_add(&g,
			    "a model with a name that is by far longer than what a column has room for, number %d",
			    row);
		tabular_add(&g, "antidisestablishmentarianism-of-a-task");
		for (int c = 2; c < 10; c++)
			tabular_number(&g, 1234.5 + c, 2);
		tabular_two(&g, -0.25, " to ", 0.75, 2);
		tabular_two(&g, -0.25, " to ", 0.75, 2);
	}
	document_grid(d, &g, false);
}

/* The cells of an experiment with far more rows than a page has room for. */
static void add_tall(struct document *d, struct report_cell *cells, size_t count)
{
	static const char *const stages[] = { "prepare", "finetune", "extract", "probe", "directprobe" };
	struct error err = { 0 };
	struct graph g;

	for (size_t i = 0; i < count; i++) {
		char *name = text_format("%s/model-%zu", stages[i % 5], i / 5);

		cells[i] = (struct report_cell){ .name = name,
						 .stage = stages[i % 5],
						 .state = "up to date",
						 .manifest = "m.json",
						 .model = "a model",
						 .task = name };
	}
	assert_int_equal(graph_init(&g, cells, count, &err), 0);
	document_graph(d, &g);
}

static void test_extremes(void **state)
{
	enum { CELLS = 700 };
	struct document d = { .name = text_copy("n"),
			      .title = text_copy("t"),
			      .published = text_copy("2022-05-22"),
			      .version = text_copy("0") };
	struct report_cell *cells = array_new(CELLS, 1, sizeof *cells);
	char *path = support_folder();
	struct error err = { 0 };
	struct folder folder;

	(void)state;
	if (!tools_there())
		return;
	document_section(&d, 2, "s", "Section");
	add_wide(&d);
	add_tall(&d, cells, CELLS);
	assert_int_equal(folder_open(&folder, path, &err), 0);
	if (pdf_write(&d, path, NULL, &folder, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < 2; i++)
		assert_true(check_words(path, &papers[i]) > 3000);
	for (size_t i = 0; i < CELLS; i++)
		free((char *)cells[i].name);
	free(cells);
	document_release(&d);
	folder_release(&folder);
	support_remove(path);
}

static void test_fonts(void **state)
{
	if (!tools_there())
		return;
	for (size_t i = 0; i < 2; i++) {
		char *text = ask(*state, &papers[i], "pdffonts", ""), *save, *line = strtok_r(text, "\n", &save);
		long column = strstr(line, "emb") - line;
		size_t fonts = 0;

		strtok_r(NULL, "\n", &save); /* dashes */
		while ((line = strtok_r(NULL, "\n", &save)) != NULL) {
			if (strncmp(line + column, "yes", 3) != 0)
				fail_msg("%s: not embedded: %s", papers[i].file, line);
			assert_non_null(strstr(line, "DejaVu"));
			fonts++;
		}
		assert_true(fonts >= 2);
		free(text);
	}
}

/* The page and the height of a named destination. */
static bool find_destination(const char *text, const char *name, int *page, double *y)
{
	char *end = text_format("\"%s\"\n", name);
	const char *at = strstr(text, end), *start = at;
	bool found = at != NULL;

	while (found && start > text && start[-1] != '\n')
		start--;
	found = found && sscanf(start, " %d [ XYZ %*f %lf", page, y) == 2;
	free(end);
	return found;
}

/* Whether the words stand on one line of the page, and their top. */
static bool find_heading(const struct written *r, const struct paper *p, int page, const char *heading, double *top)
{
	char *range = text_format("pdftotext -bbox -f %d -l %d", page, page), *text = ask(r, p, range, "-"), *save;
	char *words = text_copy(heading);
	bool found = false;

	words[strcspn(words, " ")] = '\0';
	for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		struct word w;

		if (read_word(&w, line) && strcmp(w.text, words) == 0 && w.bottom - w.top > 13 * DEJAVU) {
			*top = w.top;
			found = true;
		}
	}
	free(range);
	free(text);
	free(words);
	return found;
}

/* Each line of the contents leads to its heading, and names the heading's page. */
static void check_entry(const struct written *r, const struct paper *p, const char *first, const char *names,
			const char *id, const char *heading)
{
	char *link = text_format("/Dest (%s)", id), *entry;
	struct pdf pdf = pdf_read(r->out.path, p->file);
	int page = 0, listed = 0;
	double y = 0, top = 0;

	if (!pdf_has(&pdf, link))
		fail_msg("%s: no link to %s", p->file, id);
	if (!find_destination(names, id, &page, &y))
		fail_msg("%s: no place %s", p->file, id);
	if (!find_heading(r, p, page, heading, &top))
		fail_msg("%s: \"%s\" is not on page %d", p->file, heading, page);
	if (fabs(p->height - y - top) > 30)
		fail_msg("%s: the link to \"%s\" leads to %g, and the heading is at %g", p->file, heading,
			 p->height - y, top);
	entry = strstr(first, heading);
	if (entry == NULL || sscanf(entry + strlen(heading), " %d", &listed) != 1 || listed != page)
		fail_msg("%s: the contents have \"%s\" on page %d, and it is on %d", p->file, heading, listed, page);
	free(link);
	free(pdf.data);
}

static void test_contents(void **state)
{
	static const char *const entries[][2] = { { "summary", "Summary" },
						  { "accuracy", "Does fine-tuning always improve performance?" },
						  { "clusters", "Do labels become linearly separable?" },
						  { "layers", "How do the layers change?" },
						  { "methods", "Methods" },
						  { "provenance", "Provenance" } };

	if (!tools_there())
		return;
	for (size_t i = 0; i < 2; i++) {
		char *names = ask(*state, &papers[i], "pdfinfo -dests", "");
		char *first = ask(*state, &papers[i], "pdftotext -layout -f 1 -l 1", "-");

		for (size_t k = 0; k < sizeof entries / sizeof entries[0]; k++)
			check_entry(*state, &papers[i], first, names, entries[k][0], entries[k][1]);
		free(names);
		free(first);
	}
}

/* Letters and digits alone, so that breaks of lines do not count. */
static char *letters(const char *text)
{
	char *out = text_copy(text), *to = out;

	for (; *text != '\0'; text++)
		if (isalnum((unsigned char)*text))
			*to++ = *text;
	*to = '\0';
	return out;
}

/* What is folded on the page, and the sections behind the results, is to look things up
 * in, on a screen. */
static bool is_folded(const char *page, const char *at)
{
	static const char explorer[] = "<h2 id=\"explore\"", downloads[] = "<h2 id=\"downloads\"";
	const char *open = NULL;

	for (const char *c = page; (c = strstr(c, "<details class=\"folded\">")) != NULL && c < at; c++)
		open = c;
	return strncmp(at, explorer, strlen(explorer)) == 0 || strncmp(at, downloads, strlen(downloads)) == 0 ||
	       (open != NULL && strstr(open, "</details>") > at);
}

/* The texts of an element of the page, by its opening tag's start, each looked up
 * on paper. */
static size_t check_texts(const struct paper *p, const char *page, const char *paper, const char *start,
			  const char *end)
{
	size_t count = 0;

	for (const char *at = page; (at = strstr(at, start)) != NULL; count++) {
		if (is_folded(page, at)) {
			at++;
			continue;
		}
		const char *from = strchr(at, '>') + 1, *to = strstr(from, end);
		char *text = text_copy_n(from, (size_t)(to - from)), *plain = text, *bare;

		/* Tags within are left out. */
		for (const char *c = text; *c != '\0'; c++) {
			if (*c == '<')
				c = strchr(c, '>');
			else
				*plain++ = *c;
		}
		*plain = '\0';
		bare = letters(text);
		if (strstr(paper, bare) == NULL)
			fail_msg("%s: not on paper: %s", p->file, text);
		free(bare);
		free(text);
		at = to;
	}
	return count;
}

/* Headings, tables and drawings of the page are all on paper. */
static void test_same_content(void **state)
{
	const struct written *r = *state;

	if (!tools_there())
		return;
	for (size_t i = 0; i < 2; i++) {
		char *text = ask(r, &papers[i], "pdftotext -layout", "-"), *paper = letters(text);

		assert_true(check_texts(&papers[i], r->page, paper, "<h2", "</h2>") >= 11);
		assert_true(check_texts(&papers[i], r->page, paper, "<h3 id", "</h3>") >= 6);
		assert_true(check_texts(&papers[i], r->page, paper, "<h3>Figure", "</h3>") >= 10);
		assert_true(check_texts(&papers[i], r->page, paper, "<caption", "</caption>") >= 8);
		assert_true(check_texts(&papers[i], r->page, paper, "<p class=\"missing\"", "</p>") == 0);
		free(paper);
		free(text);
	}
}

/* The first letters of what follows `mark`. */
static char *letters_after(const char *at, const char *mark, const char *end)
{
	const char *from = strstr(at, mark), *to;
	char *text, *bare;

	assert_non_null(from);
	from += strlen(mark);
	to = strstr(from, end);
	assert_non_null(to);
	text = text_copy_n(from, (size_t)(to - from));
	bare = letters(text);
	if (strlen(bare) > 24)
		bare[24] = '\0';
	free(text);
	return bare;
}

/* The question of each exhibit stands on the page of its first drawing's caption. */
static void check_exhibits(const struct paper *p, const char *page, char *text)
{
	size_t seen = 0;

	for (const char *at = page; (at = strstr(at, "<div class=\"exhibit\"")) != NULL; at++) {
		if (strncmp(strstr(at, "<h3>"), "<h3>Figure", 10) != 0) /* linked alone */
			continue;
		char *question = letters_after(at, "<p class=\"question\">", "</p>"),
		     *caption = letters_after(at, "<figcaption>", "</figcaption>"), *copy = text_copy(text), *save;
		bool together = false;

		for (char *sheet = strtok_r(copy, "\f", &save); sheet != NULL; sheet = strtok_r(NULL, "\f", &save)) {
			char *bare = letters(sheet), *below = strstr(bare, question);

			together = together || (below != NULL && strstr(below, caption) != NULL);
			free(bare);
		}
		if (!together)
			fail_msg("%s: %s… without its drawing", p->file, question);
		free(copy);
		free(question);
		free(caption);
		seen++;
	}
	assert_true(seen >= 10);
}

/* Where an exhibit ends that begins at `y` of a page, and on which page. */
static double exhibit_end(const struct exhibit *x, const struct built *b, double y, int *page)
{
	struct error err = { 0 };
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(NULL, NULL, papers[0].width, papers[0].height);
	struct sheet s;
	double end;

	sheet_init(&s, surface, "", papers[0].width, papers[0].height);
	s.measuring = true;
	s.y = y;
	pdf_exhibit(&s, x, 1, b);
	end = s.y;
	*page = s.page;
	assert_int_equal(sheet_end(&s, &err), 0);
	cairo_surface_destroy(surface);
	return end;
}

/* Wherever it begins, a heading goes to the next page with its first two drawings,
 * of which the second is the taller, or stays with both. */
static void test_heading_stays(void **state)
{
	const struct written *r = *state;
	char *directory = path_join(r->world.path, "figures/similarity");
	struct error err = { 0 };
	struct built b;
	struct exhibit x;
	struct view first;
	size_t count;
	int page;
	double whole;

	assert_int_equal(exhibit_read(&x, "similarity", directory, &err), 0);
	assert_int_equal(figure_build(&b, figure_find("similarity"), r->world.collected.path, &err), 0);
	assert_true(x.count >= 2 && x.views[0].height > x.views[1].height + 20);
	first = x.views[0];
	x.views[0] = x.views[1];
	x.views[1] = first;
	count = x.count;
	x.count = 2;
	whole = exhibit_end(&x, &b, SHEET_MARGIN, &page) - SHEET_MARGIN;
	assert_int_equal(page, 1);
	for (double y = SHEET_MARGIN + 1; y < papers[0].height - SHEET_MARGIN; y += 7) {
		double end = exhibit_end(&x, &b, y, &page);

		if (fabs(end - whole - (page == 1 ? y + 12 : SHEET_MARGIN)) > 0.01)
			fail_msg("begun at %g, the exhibit ends at %g of page %d", y, end, page);
	}
	x.count = count;
	exhibit_release(&x);
	built_release(&b);
	free(directory);
}

static void test_exhibits_together(void **state)
{
	const struct written *r = *state;

	if (!tools_there())
		return;
	for (size_t i = 0; i < 2; i++) {
		char *text = ask(r, &papers[i], "pdftotext -layout", "-");

		check_exhibits(&papers[i], r->page, text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_papers),
		cmocka_unit_test(test_margins),
		cmocka_unit_test(test_fonts),
		cmocka_unit_test(test_contents),
		cmocka_unit_test(test_same_content),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_exhibits_together),
		cmocka_unit_test(test_heading_stays),
	};

	return cmocka_run_group_tests(tests, written_setup, written_teardown);
}
