/* Every scheduler of the registry pops in the order of a sorted array. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "saltus/catalog.h"
#include "schedule/scheduler.h"
#include "support/suite.h"

#define MOST 4000

static int compare(const void *a, const void *b)
{
    const flying_spike *x = a;
    const flying_spike *y = b;
    return flying_spike_before(x, y) ? -1 : flying_spike_before(y, x);
}

/* Windows of random pushes and pops; delays few or many, times crowded or spread. */
static void against_sorted_array(const scheduler *scheduler, uint32_t seed)
{
    random_stream stream = random_stream_at(seed, RANDOM_CONNECT, 0, 0);
    const uint64_t delays = 1 + sl_random_below(&stream, seed % 3 == 0 ? 100 : 4);
    const uint64_t spread = seed % 2 == 0 ? 5 : 100000;
    static flying_spike sorted[MOST];
    size_t count = 0;
    void *queue = scheduler->create();
    ck_assert_ptr_nonnull(queue);
    ck_assert_int_eq(scheduler->peek(queue), SIM_TIME_NEVER);
    sim_time now = 0;
    for (int window = 0; window < 60; window++) {
        /* spikes of this window, not always in order, may arrive from `now` on */
        const uint64_t pushes = sl_random_below(&stream, 60);
        for (uint64_t i = 0; i < pushes && count < MOST; i++) {
            const sim_time delay = (sim_time)(1 + sl_random_below(&stream, delays)) * 100;
            const sim_time emitted = now + (sim_time)sl_random_below(&stream, spread);
            const flying_spike spike = {.next = emitted + delay,
                                        .emitted = emitted,
                                        .source = (uint32_t)sl_random_below(&stream, 10)};
            ck_assert(scheduler->push(queue, spike));
            sorted[count++] = spike;
        }
        qsort(sorted, count, sizeof sorted[0], compare);
        ck_assert_uint_eq(scheduler->size(queue), count);
        ck_assert_int_eq(scheduler->peek(queue), count > 0 ? sorted[0].next : SIM_TIME_NEVER);
        now += (sim_time)sl_random_below(&stream, 3 * spread);
        size_t popped = 0;
        flying_spike spike;
        while (scheduler->pop_before(queue, now, &spike)) {
            ck_assert_uint_lt(popped, count);
            ck_assert_int_eq(compare(&spike, &sorted[popped]), 0);
            popped++;
        }
        ck_assert(popped == count || sorted[popped].next >= now);
        memmove(sorted, sorted + popped, (count - popped) * sizeof sorted[0]);
        count -= popped;
    }
    scheduler->destroy(queue);
    scheduler->destroy(NULL);
}

START_TEST(every_scheduler_pops_in_the_order_of_a_sorted_array)
{
    for (size_t i = 0; i < sl_scheduler_count; i++) {
        for (uint32_t seed = 0; seed < 200; seed++) {
            against_sorted_array(sl_schedulers[i], seed);
        }
    }
}
END_TEST

START_TEST(limits_are_exclusive)
{
    for (size_t i = 0; i < sl_scheduler_count; i++) {
        const scheduler *scheduler = sl_schedulers[i];
        void *queue = scheduler->create();
        const flying_spike spike = {.next = 10, .emitted = 5, .source = 1};
        flying_spike out;
        ck_assert(!scheduler->pop_before(queue, SIM_TIME_NEVER, &out));
        ck_assert(scheduler->push(queue, spike));
        ck_assert(!scheduler->pop_before(queue, 10, &out));
        ck_assert(scheduler->pop_before(queue, 11, &out));
        ck_assert_int_eq(out.emitted, 5);
        ck_assert_uint_eq(scheduler->size(queue), 0);
        scheduler->destroy(queue);
    }
}
END_TEST

START_TEST(schedulers_are_found_by_name)
{
    ck_assert_uint_ge(sl_scheduler_count, 2);
    ck_assert_ptr_eq(sl_scheduler_find(NULL), sl_schedulers[0]);
    ck_assert_str_eq(sl_schedulers[0]->name, "heap");
    ck_assert_ptr_null(sl_scheduler_find("none of these"));
    for (size_t i = 0; i < saltus_scheduler_count(); i++) {
        ck_assert_ptr_eq(sl_scheduler_find(saltus_scheduler_name(i)), sl_schedulers[i]);
        ck_assert_ptr_nonnull(saltus_scheduler_summary(i));
    }
    ck_assert_ptr_null(saltus_scheduler_name(sl_scheduler_count));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {every_scheduler_pops_in_the_order_of_a_sorted_array,
                                  limits_are_exclusive, schedulers_are_found_by_name};
    return SUITE_RUN("schedulers", tests);
}
