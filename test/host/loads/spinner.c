/* hot, warm and other take 1, 1 and 2 ms of CPU time in turn, for ever. */
#include <time.h>
volatile unsigned long sink;
static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}
#define SPIN(ms) { double end = now() + ms; do for (unsigned long i = 0; i < 20000; i++) sink += i * i; while (now() < end); }
__attribute__((noipa)) void hot(void) SPIN(1)
__attribute__((noipa)) void warm(void) SPIN(1)
__attribute__((noipa)) void other(void) SPIN(2)
__attribute__((noipa)) void work(void) { hot(); sink++; warm(); sink++; other(); sink++; }
int main(void) { for (;;) work(); }
