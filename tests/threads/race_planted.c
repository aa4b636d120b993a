/* race_planted - adds to one variable from several threads without any order, on purpose.
 *
 * Built with -fsanitize=thread this program must be reported; with -DCORRECT it must not. It
 * shows that the detector sees OpenMP's threads and understands its barriers, without which its
 * silence about the library would mean nothing.
 */
#include <stdio.h>

int main(void)
{
    enum { ITERATIONS = 100000 };
    long sum = 0;
    static long parts[ITERATIONS];

#pragma omp parallel for num_threads(4)
    for (long i = 0; i < ITERATIONS; i++) {
        parts[i] = i;
    }
    /* What the threads above wrote is read by others here: only the barrier orders the two. */
#ifdef CORRECT
#pragma omp parallel for num_threads(4) reduction(+ : sum)
#else
#pragma omp parallel for num_threads(4)
#endif
    for (long i = ITERATIONS - 1; i >= 0; i--) {
        sum += parts[i];
    }
    printf("%ld\n", sum);
    return 0;
}
