/* hot, warm and other take 1, 1 and 2 ms of CPU time in turn, for ever. Prints the CPU seconds of other and of all so far. */
#include <stdio.h>
#include <time.h>
volatile unsigned long sink;
static double spent[3];
static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}
#define SPIN(of, ms) { double start = now(), at = start; \
  do { for (unsigned long i = 0; i < 20000; i++) sink += i * i; at = now(); } while (at < start + ms); spent[of] += at - start; }
__attribute__((noipa)) void hot(void) SPIN(0, 1)
__attribute__((noipa)) void warm(void) SPIN(1, 1)
__attribute__((noipa)) void other(void) SPIN(2, 2)
__attribute__((noipa)) void work(void) { hot(); sink++; warm(); sink++; other(); sink++; }
int main(void) {
  for (unsigned long i = 0;; i++) {
    work();
    if (i % 50 != 0) continue;
    printf("%.6f %.6f\n", spent[2] / 1e3, (spent[0] + spent[1] + spent[2]) / 1e3);
    fflush(stdout);
  }
}
