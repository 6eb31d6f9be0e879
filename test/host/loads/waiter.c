/* Sleeps 3 ms in short_wait and 9 ms in long_wait in turn; the wait is a system call of its own, not one of libc. */
#include <time.h>
#include <sys/syscall.h>
volatile unsigned long sink;
static inline void wait_ms(long ms) {
  struct timespec t = { 0, ms * 1000000 };
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "0"((long)SYS_nanosleep), "D"(&t), "S"(0L) : "rcx", "r11", "memory");
}
__attribute__((noipa)) void burn(void) { for (unsigned long i = 0; i < 200000; i++) sink += i; }
__attribute__((noipa)) void short_wait(void) { wait_ms(3); sink++; burn(); }
__attribute__((noipa)) void long_wait(void) { wait_ms(9); sink++; burn(); }
int main(void) { for (;;) { short_wait(); long_wait(); } }
