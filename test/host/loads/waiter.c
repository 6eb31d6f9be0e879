/* Sleeps 3 ms in short_wait and 9 ms in long_wait in turn; the wait is a system call of its own, not one of libc. Prints the
   seconds that passed in the waits of long_wait and of both so far. */
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
volatile unsigned long sink;
static double waited[2];
static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}
static inline void wait_ms(int of, long ms) {
  struct timespec t = { 0, ms * 1000000 };
  long result;
  double start = now();
  __asm__ volatile("syscall" : "=a"(result) : "0"((long)SYS_nanosleep), "D"(&t), "S"(0L) : "rcx", "r11", "memory");
  waited[of] += now() - start;
}
__attribute__((noipa)) void burn(void) { for (unsigned long i = 0; i < 200000; i++) sink += i; }
__attribute__((noipa)) void short_wait(void) { wait_ms(0, 3); sink++; burn(); }
__attribute__((noipa)) void long_wait(void) { wait_ms(1, 9); sink++; burn(); }
int main(void) {
  for (unsigned long i = 0;; i++) {
    short_wait();
    long_wait();
    if (i % 10 != 0) continue;
    printf("%.6f %.6f\n", waited[1], waited[0] + waited[1]);
    fflush(stdout);
  }
}
