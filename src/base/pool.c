#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

struct pool {
	unsigned threads;
	pthread_mutex_t lock;
	pthread_cond_t start, end;
	unsigned long round; /* counts the jobs handed out */
	unsigned busy;       /* helpers that still work on this round */
	bool quit;
	size_t tasks;
	atomic_size_t next;
	void (*run)(void *arg, size_t task, unsigned thread);
	void *arg;
	pthread_t *helpers; /* (threads − 1) */
	struct helper {
		struct pool *pool;
		unsigned thread;
	} * seats;
};

static void work_off(struct pool *p, unsigned thread)
{
	size_t task;

	while ((task = atomic_fetch_add(&p->next, 1)) < p->tasks)
		p->run(p->arg, task, thread);
}

static void *helper_main(void *arg)
{
	struct helper *seat = arg;
	struct pool *p = seat->pool;
	unsigned long seen = 0;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->round == seen && !p->quit)
			pthread_cond_wait(&p->start, &p->lock);
		if (p->quit)
			break;
		seen = p->round;
		pthread_mutex_unlock(&p->lock);
		work_off(p, seat->thread);
		pthread_mutex_lock(&p->lock);
		if (--p->busy == 0)
			pthread_cond_signal(&p->end);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct pool *pool_new(unsigned threads)
{
	struct pool *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->threads = 1;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->start, NULL);
	pthread_cond_init(&p->end, NULL);
	p->helpers = calloc(threads, sizeof *p->helpers);
	p->seats = calloc(threads, sizeof *p->seats);
	if (p->helpers == NULL || p->seats == NULL)
		goto fail;
	for (; p->threads < threads; p->threads++) {
		unsigned i = p->threads - 1;

		p->seats[i] = (struct helper){ p, p->threads };
		if (pthread_create(&p->helpers[i], NULL, helper_main, &p->seats[i]) != 0)
			goto fail;
	}
	return p;
fail:
	pool_free(p);
	return NULL;
}

void pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->quit = true;
	pthread_cond_broadcast(&p->start);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i + 1 < p->threads; i++)
		pthread_join(p->helpers[i], NULL);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->start);
	pthread_cond_destroy(&p->end);
	free(p->helpers);
	free(p->seats);
	free(p);
}

unsigned pool_threads(const struct pool *p)
{
	return p->threads;
}

void pool_run(struct pool *p, size_t tasks, void (*run)(void *arg, size_t task, unsigned thread), void *arg)
{
	if (p->threads == 1 || tasks <= 1) {
		for (size_t task = 0; task < tasks; task++)
			run(arg, task, 0);
		return;
	}
	pthread_mutex_lock(&p->lock);
	p->run = run;
	p->arg = arg;
	p->tasks = tasks;
	atomic_store(&p->next, 0);
	p->busy = p->threads - 1;
	p->round++;
	pthread_cond_broadcast(&p->start);
	pthread_mutex_unlock(&p->lock);
	work_off(p, 0);
	pthread_mutex_lock(&p->lock);
	while (p->busy > 0)
		pthread_cond_wait(&p->end, &p->lock);
	pthread_mutex_unlock(&p->lock);
}
