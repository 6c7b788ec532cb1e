/* What the processor can do: multiply-adds on registers, as many at a time as it has
 * units for, of all threads together. A share of it is a share of the machine, whatever
 * library multiplies. */
#ifndef BENCH_PROCESSOR_H
#define BENCH_PROCESSOR_H

#include <immintrin.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Has OpenBLAS use its fastest kernels, which it chooses when it is loaded: executes the
 * program again, unless the choice is made. */
static void processor_choose_blas(char **argv)
{
	if (getenv("OPENBLAS_CORETYPE") != NULL || !__builtin_cpu_supports("avx2"))
		return;
	setenv("OPENBLAS_CORETYPE", __builtin_cpu_supports("avx512bw") ? "SkylakeX" : "Haswell", 1);
	execv("/proc/self/exe", argv);
}

/* Chains that do not wait for each other: two units of four or five cycles each. */
#define PROCESSOR_CHAINS 12

#define PROCESSOR_LOOP(name, isa, type, element, set, fma, add)                                                      \
	__attribute__((target(isa))) static double name(size_t rounds, double *kept)                                 \
	{                                                                                                            \
		type chain[PROCESSOR_CHAINS], factor = set((element)0.999), more = set((element)1e-3);               \
		type sum = set(0);                                                                                   \
                                                                                                                     \
		for (int i = 0; i < PROCESSOR_CHAINS; i++)                                                           \
			chain[i] = set((element)i);                                                                  \
		for (size_t r = 0; r < rounds; r++) {                                                                \
			_Pragma("GCC unroll 12") for (int i = 0; i < PROCESSOR_CHAINS; i++) chain[i] =               \
				fma(chain[i], factor, more);                                                         \
		}                                                                                                    \
		for (int i = 0; i < PROCESSOR_CHAINS; i++)                                                           \
			sum = add(sum, chain[i]);                                                                    \
		*kept = (double)((const element *)&sum)[0];                                                          \
		return 2.0 * (double)rounds * PROCESSOR_CHAINS * (double)(sizeof(type) / sizeof(element));           \
	}

PROCESSOR_LOOP(processor_512_float, "avx512f", __m512, float, _mm512_set1_ps, _mm512_fmadd_ps, _mm512_add_ps)
PROCESSOR_LOOP(processor_512_double, "avx512f", __m512d, double, _mm512_set1_pd, _mm512_fmadd_pd, _mm512_add_pd)
PROCESSOR_LOOP(processor_256_float, "avx2,fma", __m256, float, _mm256_set1_ps, _mm256_fmadd_ps, _mm256_add_ps)
PROCESSOR_LOOP(processor_256_double, "avx2,fma", __m256d, double, _mm256_set1_pd, _mm256_fmadd_pd, _mm256_add_pd)

struct processor_thread {
	pthread_t thread;
	bool float64;
	double rate, kept;
};

static double processor_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The best of several spans of about 20 milliseconds of the thread's own time. */
static void *processor_run(void *arg)
{
	struct processor_thread *t = arg;
	double (*const loops[2][2])(size_t, double *) = { { processor_256_float, processor_256_double },
							  { processor_512_float, processor_512_double } };
	double (*loop)(size_t, double *) = loops[__builtin_cpu_supports("avx512f") ? 1 : 0][t->float64 ? 1 : 0];

	for (int i = 0; i < 16; i++) {
		const double start = processor_seconds(), work = loop(4000000, &t->kept);
		const double rate = 1e-9 * work / (processor_seconds() - start);

		t->rate = rate > t->rate ? rate : t->rate;
	}
	return NULL;
}

/* GFLOP/s of `threads` threads at once, at most 64; 0 without AVX2 and FMA. */
static double processor_limit(unsigned threads, bool float64)
{
	struct processor_thread all[64] = { { .float64 = float64 } };
	double sum = 0;

	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
		return 0;
	threads = threads < 64 ? threads : 64;
	for (unsigned i = 0; i < threads; i++) {
		all[i] = (struct processor_thread){ .float64 = float64 };
		if (pthread_create(&all[i].thread, NULL, processor_run, &all[i]) != 0)
			return 0;
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(all[i].thread, NULL);
		sum += all[i].rate;
	}
	return sum;
}

#endif
