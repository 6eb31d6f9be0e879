/* Many context switches: two processes that wake each other through pipes until they are killed. */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static void answer(int from, int to) {
  char byte = 0;
  while (read(from, &byte, 1) == 1 && write(to, &byte, 1) == 1)
    ;
}

int main(void) {
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) return 1;
  if (fork() == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    answer(there[0], back[1]);
    return 0;
  }
  if (write(there[1], "", 1) != 1) return 1;
  answer(back[0], there[1]);
  return 0;
}
