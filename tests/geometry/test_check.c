/* Certificates: what they show, and that a fault anywhere in them is found. */
#include "probe.h"

static struct context ctx;

/* Certificates hold, and a fault anywhere in them is found. */
static void test_certificates(void **state)
{
	char *root = support_folder(), *certificates = path_join(root, "proofs");
	char *layer = path_join(certificates, "layer0"), *text, *at;
	struct probe p = probe_of(root, "out", 1, &ctx), plain = probe_of(root, "plain", 1, &ctx);
	struct directprobe_proof proof;
	struct error err = { 0 };

	(void)state;
	probe_points(root, 200, 6, 4, 0.5, 11);
	p.certificates = certificates;
	probe_ok(&p);
	probe_ok(&plain);
	for (size_t k = 0; k < PROBE_OUTPUTS; k++)
		assert_same_file(plain.out, p.out, probe_outputs[k]);
	if (directprobe_check(&proof, certificates, &ctx, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(proof.layers, 1);
	assert_true(proof.refusals > 0 && proof.merges > 0 && proof.separations > 0 && proof.overlaps > 0);
	/* A weight is changed. */
	text = support_text(layer, "proofs.txt");
	at = strstr(text, ":0.");
	assert_non_null(at);
	at[3] = at[3] == '9' ? '1' : '9';
	probe_write(layer, "proofs.txt", text);
	assert_int_equal(directprobe_check(&proof, certificates, &ctx, &err), -1);
	assert_int_equal(err.status, STATUS_CHECK);
	at[0] = '\0';
	probe_write(layer, "proofs.txt", text); /* and then only the first part is left */
	assert_int_equal(directprobe_check(&proof, certificates, &ctx, &err), -1);
	free(text);
	/* A cluster is cut in two: something must keep the halves apart. */
	probe_ok(&p);
	text = support_text(layer, "clusters.txt");
	assert_int_equal(directprobe_check(&proof, certificates, &ctx, &err), 0);
	at = text + strlen(text) - 2;
	*at = *at == '0' ? '9' : '0';
	probe_write(layer, "clusters.txt", text);
	assert_int_equal(directprobe_check(&proof, certificates, &ctx, &err), -1);
	free(text);
	assert_int_equal(directprobe_check(&proof, root, &ctx, &err), -1);
	assert_non_null(strstr(err.text, "no certificates"));
	free(layer);
	free(certificates);
	probe_release(&p);
	probe_release(&plain);
	support_remove(root);
}

/* Certificates of all fixtures, conflicts and touching hulls among them. */
static void test_fixture_certificates(void **state)
{
	struct error err = { 0 };
	json_t *sets, *set;
	const char *name;

	(void)state;
	assert_int_equal(json_read(&sets, FIXTURES "/geometry/expected.json", &err), 0);
	json_object_foreach(sets, name, set)
	{
		char *root = support_folder(), *source = text_format(FIXTURES "/geometry/%s", name);
		char *certificates = path_join(root, "proofs");
		struct probe p = probe_of(source, "", 6, &ctx);
		struct directprobe_proof proof;

		free(p.out);
		p.out = path_join(root, "out");
		p.certificates = certificates;
		probe_ok(&p);
		if (directprobe_check(&proof, certificates, &ctx, &err) < 0)
			fail_msg("%s: %s", name, err.text);
		probe_release(&p);
		free(certificates);
		free(source);
		support_remove(root);
	}
	json_decref(sets);
}

static void assert_fault(const char *certificates, const char *message)
{
	struct directprobe_proof proof;
	struct error err = { 0 };

	assert_int_equal(directprobe_check(&proof, certificates, &ctx, &err), -1);
	assert_int_equal(err.status, STATUS_CHECK);
	if (strstr(err.text, message) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, message);
}

/* A cell of a table's first row, with something else in its place. */
static void alter(const char *layer, const char *text, int column, const char *value)
{
	const char *at = strchr(text, '\n') + 1, *end;
	char *altered;

	for (int i = 0; i < column; i++)
		at = strchr(at, ',') + 1;
	end = at + strcspn(at, ",\n");
	altered = text_format("%.*s%s%s", (int)(at - text), text, value, end);
	probe_write(layer, "distances.csv", altered);
	free(altered);
}

/* The table says what the proofs show and no more, and of all pairs of labels:
 * among them one whose clusters are single points, which needs no proof. */
static void test_distances(void **state)
{
	char *root = support_folder(), *certificates = path_join(root, "proofs");
	char *layer = path_join(certificates, "layer0"), *text, *at, *cut, *proofs;
	struct probe p = probe_of(root, "out", 1, &ctx);
	struct directprobe_proof proof;
	struct error err = { 0 };

	(void)state;
	probe_points(root, 120, 6, 4, 0.5, 31);
	text = support_text(root, "labels.txt");
	text[0] = 'j'; /* two labels of one point */
	text[3] = 'k';
	probe_write(root, "labels.txt", text);
	free(text);
	p.certificates = certificates;
	probe_ok(&p);
	if (directprobe_check(&proof, certificates, &ctx, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(proof.distances > 10);
	text = support_text(layer, "distances.csv");
	assert_int_equal(strncmp(strchr(text, '\n') + 1, "j", 1), 0); /* the two are the first row */
	alter(layer, text, 2, "1.25");
	assert_fault(certificates, "row 2: 1.25 is stated");
	alter(layer, text, 2, "");
	assert_fault(certificates, "row 2: nan is stated");
	alter(layer, text, 3, "0.125");
	assert_fault(certificates, "row 2: a gap of 0.125 is stated");
	alter(layer, text, 4, "7");
	assert_fault(certificates, "row 2: 7 pairs are stated, there are 1");
	alter(layer, text, 1, "l0");
	assert_fault(certificates, "row 2 is not of j");
	/* A row is left out, first or last; or one is there twice. */
	at = strchr(text, '\n') + 1;
	cut = text_format("%.*s%s", (int)(at - text), text, strchr(at, '\n') + 1);
	probe_write(layer, "distances.csv", cut);
	assert_fault(certificates, "row 2 is not of j");
	free(cut);
	cut = text_format("%s%s", text, strrchr(text, 'l'));
	probe_write(layer, "distances.csv", cut);
	assert_int_equal(directprobe_check(&proof, certificates, &ctx, &err), -1);
	free(cut);
	cut = text_copy(text);
	cut[strlen(cut) - 1] = '\0';
	*(strrchr(cut, '\n') + 1) = '\0';
	probe_write(layer, "distances.csv", cut);
	assert_fault(certificates, "no row of l2 and l3");
	free(cut);
	probe_write(layer, "distances.csv", text);
	/* Clusters of fewer points have no distances: a setting that the table must fit. */
	probe_write(layer, "settings.json", "{\"min_points\": 0, \"tau\": 0}\n");
	assert_fault(certificates, "tau is not");
	proofs = support_text(p.out, "summary.json");
	at = strstr(proofs, "\"tau\": ");
	assert_non_null(at);
	at[strcspn(at, ",\n")] = '\0';
	for (int minimum = 0; minimum <= 2; minimum += 2) {
		cut = text_format("{\"min_points\": %d, %s}\n", minimum, at);
		probe_write(layer, "settings.json", cut);
		assert_fault(certificates, minimum == 0 ? "min_points is not" : "row 2 is not of l0 and l1");
		free(cut);
	}
	free(proofs);
	/* The proof of a distance is left out, but that of the separation is there. */
	probe_ok(&p);
	proofs = support_text(layer, "proofs.txt");
	for (at = proofs; strncmp(at, "distance", 8) != 0;)
		at = strchr(at, '\n') + 1;
	memcpy(at, "bound   ", 8); /* a bound need not be closed, and counts as one */
	probe_write(layer, "proofs.txt", proofs);
	assert_int_equal(directprobe_check(&proof, certificates, &ctx, &err), 0);
	assert_int_equal(proof.bounds, 1);
	memcpy(at, "   apart", 8);
	probe_write(layer, "proofs.txt", proofs);
	assert_fault(certificates, "no distance of clusters");
	free(proofs);
	free(text);
	free(layer);
	free(certificates);
	probe_release(&p);
	support_remove(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_fixture_certificates),
		cmocka_unit_test(test_distances),
	};
	int failed;

	ctx.pool = pool_new(1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_free(ctx.pool);
	return failed;
}
