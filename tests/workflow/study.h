/* A whole experiment of a few seconds on a small model and data of one's own, for
 * tests of what surrounds it. Written below the test's directory: study.ini,
 * data/ and models/net. */
#ifndef TESTS_WORKFLOW_STUDY_H
#define TESTS_WORKFLOW_STUDY_H

#include "mini.h"

static inline int study_set_up(void **state)
{
	(void)state;
	place = support_folder();
	return shell("mkdir -p data models/net && cd models/net && cp '%s'/tiny-bert/config.json "
		     "'%s'/tiny-bert/vocab.txt '%s'/tiny-bert/tokenizer_config.json '%s'/tiny-bert/model.safetensors "
		     ". "
		     "&& cd ../.. && cp '%s'/tiny-bert/sentences.tsv data/train.tsv && cp data/train.tsv "
		     "data/test.tsv && "
		     "printf '[experiment]\\ntitle = A small one\\nkernels = portable\\n[model net]\\npath = net\\n"
		     "[task tags]\\nkind = word\\nformat = tsv\\ntrain = train.tsv\\ntest = test.tsv\\n[finetune]\\n"
		     "epochs = 1\\ncheckpoints = 2\\n[probe]\\ngrid = 8x8:1e-3\\nruns = 1\\nmax_iter = 20\\n' > "
		     "study.ini",
		     FIXTURES, FIXTURES, FIXTURES, FIXTURES, FIXTURES) == 0
		       ? 0
		       : -1;
}

#endif
