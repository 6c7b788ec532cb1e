/* Checks before work: what new and plan --ready accept, every stage can read, and
 * all that is wrong is named at once. */
#include "study.h"

static const char new[] = "$T new --train data/train.tsv --test data/test.tsv --kind word";

static void names_are_what_a_file_system_takes(void **state)
{
	static const char *const names[] = { "bert:v2", "net (copy)", "модель", "a]b; c", "x \"y\"", "100% $x" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		expect(shell("cp -r models/net 'models/%s' && %s --model 'models/%s' > x.ini && $T plan --experiment "
			     "x.ini --ready && $T plan x.ini --graph > graph && grep -q finetune graph",
			     names[i], new, names[i]),
		       0);
	expect(shell("%s --model models/net --name 'part of speech, coarse' > y.ini && $T plan y.ini --ready && $T "
		     "reproduce y.ini --only prepare && test -s "
		     "'cache/y/prepare/part+20of+20speech+2C+20coarse/train.tsv'",
		     new),
	       0);
	expect(shell("%s --model models/net --name '%0100d' > z.ini", new, 1), 2);
	assert_printed("too long");
	expect(shell("%s --model models/net --name \"$(printf 'a\\nb')\" > z.ini", new), 2);
	assert_printed("a control character");
}

static void paths_stay_as_they_were_given(void **state)
{
	(void)state;
	expect(shell("cp -r data 'data ; v2' && ln -s 'data ; v2' current && $T new --model models/net/ --train "
		     "current/train.tsv --test 'data ; v2/test.tsv' --kind word > x.ini && grep -q \"^train  = "
		     "$PWD/current/train.tsv$\" x.ini && grep -qF \"test   = \\\"$PWD/data ; v2/test.tsv\\\"\" x.ini "
		     "&& "
		     "grep -q '^\\[model net\\]$' x.ini && $T plan x.ini --ready"),
	       0);
}

/* A directory that a stage would refuse is refused, and nothing is written. */
static void what_no_stage_can_read_is_refused(void **state)
{
	static const struct {
		const char *spoil, *told;
	} cases[] = {
		{ "rm model.safetensors", "no weights, neither model.safetensors nor pytorch_model.bin" },
		{ "rm vocab.txt", "vocab.txt" },
		{ "sed -i 's/\"bert\"/\"convbert\"/' config.json; rm vocab.txt", "convbert" },
		{ "printf '{\"tokenizer_class\": \"BertJapaneseTokenizer\"}' > tokenizer_config.json",
		  "BertJapaneseTokenizer" },
		{ "truncate -s 1000 model.safetensors", "model.safetensors" },
		{ "sed -i 's/\"max_position_embeddings\": 48/\"max_position_embeddings\": 47/' config.json",
		  "position_embeddings" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		expect(shell("rm -rf models/bad && cp -r models/net models/bad && (cd models/bad && %s) && %s "
			     "--model "
			     "models/bad > x.ini",
			     cases[i].spoil, new),
		       2);
		assert_printed(cases[i].told);
		expect(shell("test ! -s x.ini && sed 's/path = net/path = bad/' study.ini > bad.ini && $T reproduce "
			     "bad.ini"),
		       2);
		assert_printed(cases[i].told);
		expect(shell("test ! -e cache/bad/prepare && ! grep 'runs' out.txt"), 0);
	}
}

static void all_that_is_wrong_is_named_at_once(void **state)
{
	(void)state;
	expect(shell("rm -rf models/bad && cp -r models/net models/bad && rm models/bad/model.safetensors && printf "
		     "'s1\\tone two\\t0\\t0\\t\\t\\tA\\n' > data/one.tsv && printf 's1\\tone\\t7\\t7\\t\\t\\tA\\n' > "
		     "data/span.tsv && { for i in $(seq 60); do printf 'the '; done; } > words && printf "
		     "'s1\\t%%sboat\\t0\\t0\\t\\t\\tA\\ns1\\t%%sboat\\t1\\t1\\t\\t\\tB\\n' \"$(cat words)\" \"$(cat "
		     "words)\" > "
		     "data/long.tsv && { cat study.ini; printf '[model bad]\\npath = bad\\n[model gone]\\npath = "
		     "gone\\n[model own]\\npath = /nowhere/own\\n'; for t in one span long none; do printf '[task "
		     "%%s]\\nkind = word\\nformat = tsv\\ntrain = %%s.tsv\\ntest = test.tsv\\n' $t $t; done; printf "
		     "'[task "
		     "ps]\\nkind = word\\nformat = conllulex\\nlabel = ss\\ntrain = "
		     "streusle-4.2/train.conllulex\\ntest = "
		     "test.tsv\\n'; } > all.ini && $T plan all.ini --ready"),
	       2);
	assert_printed("models/bad: no weights");
	assert_printed(
		"models/gone: [model gone]: no such folder; make fetch EXPERIMENT=all.ini MODELS=models brings it\n");
	assert_printed("/nowhere/own: [model own]: no such folder\n");
	assert_printed("[task one]: 1 label in the training part, expected at least two\n");
	assert_printed("data/span.tsv:1: span \"7\" to \"7\"");
	assert_printed("[task long] with [model net]: ");
	assert_printed("data/none.tsv: [task none] train: no such file\n");
	assert_printed(
		"data/streusle-4.2/train.conllulex: no such file; make fetch EXPERIMENT=all.ini DATA=data brings "
		"it\n");
	expect(shell("test ! -e cache/all"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_what_a_file_system_takes),
		cmocka_unit_test(paths_stay_as_they_were_given),
		cmocka_unit_test(what_no_stage_can_read_is_refused),
		cmocka_unit_test(all_that_is_wrong_is_named_at_once),
	};

	return cmocka_run_group_tests_name("ready", tests, study_set_up, mini_tear_down);
}
