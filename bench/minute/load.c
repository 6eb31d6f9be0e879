// Victims, whose own latency is measured, and faults for bench/minute: one static program, run in a guest.
//   load victim KIND SECONDS [ARGS]   prints: operations, failures, p50, p99 and the longest in milliseconds
//   load FAULT [ARGS]                 runs until it is killed
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static void nap(double s) { struct timespec t = { (time_t)s, (long)((s - (time_t)s) * 1e9) }; nanosleep(&t, 0); }
static void spin(double s) { struct timespec t; double from; clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); from = t.tv_sec + t.tv_nsec / 1e9;
  do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); while (t.tv_sec + t.tv_nsec / 1e9 - from < s); }
static void name(const char *as) { prctl(PR_SET_NAME, as); }
static void pin(int cpu) { cpu_set_t set; CPU_ZERO(&set); CPU_SET(cpu, &set); sched_setaffinity(0, sizeof set, &set); }
static int number(char **a, int i, int otherwise) { for (int n = 0; n <= i; n++) if (!a[n]) return otherwise; return atoi(a[i]); }

static struct sockaddr_in at(int port) { struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK); return a; }
static int dial(int port) { struct sockaddr_in a = at(port); int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);
  struct timeval most = { 5, 0 }; if (s < 0) return -1;
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most); setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
  if (connect(s, (void *)&a, sizeof a)) { close(s); return -1; } return s; }
static int served(int s) { char c = 1; return write(s, &c, 1) == 1 && read(s, &c, 1) == 1; }
static int hear(int port, int backlog) { struct sockaddr_in a = at(port); int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(s, (void *)&a, sizeof a) || listen(s, backlog)) { perror("listen"); exit(1); } return s; }

// One operation of each kind of victim: 1 where it worked.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int fd = -1; static char *pages; static size_t held; static void *block;
static void *holder(void *hold) { for (;;) { pthread_mutex_lock(&lock); nap(*(double *)hold); pthread_mutex_unlock(&lock); nap(0.0001); } return 0; }
static int operation(const char *kind, char **a) {
  if (!strcmp(kind, "cpu")) { spin(0.01); return 1; }
  if (!strcmp(kind, "write")) return pwrite(fd, block, 4096, (rand() % 4000) * 4096L) == 4096;
  if (!strcmp(kind, "read")) return pread(fd, block, 4096, (rand() % 4000) * 4096L) == 4096;
  if (!strcmp(kind, "tcp")) { if (fd < 0) fd = dial(atoi(a[0])); if (fd >= 0 && served(fd)) return 1; if (fd >= 0) close(fd); fd = -1; return 0; }
  if (!strcmp(kind, "connect")) { int s = dial(atoi(a[0])), ok = s >= 0 && served(s); if (s >= 0) close(s); return ok; }
  if (!strcmp(kind, "udp")) { struct sockaddr_in to = at(atoi(a[0])); char c[64] = "q"; struct timeval most = { 0, 300000 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most); return sendto(fd, c, 64, 0, (void *)&to, sizeof to) == 64 && recv(fd, c, 64, 0) > 0; }
  if (!strcmp(kind, "mem")) { for (int i = 0; i < 512; i++) pages[((size_t)rand() * 4096) % held]++; return 1; }
  if (!strcmp(kind, "fork")) { pid_t p = fork(); if (p < 0) return 0; if (!p) _exit(0); waitpid(p, 0, 0); return 1; }
  if (!strcmp(kind, "job")) { size_t n = (size_t)atoi(a[0]) << 20; int state = 0; pid_t p = fork(); if (p < 0) return 0;
    if (!p) { char *m = malloc(n); memset(m, 1, n); _exit(m[n - 1] != 1); } waitpid(p, &state, 0); return WIFEXITED(state) && WEXITSTATUS(state) == 0; }
  if (!strcmp(kind, "open")) { int f = open("/dev/null", O_RDONLY); if (f >= 0) close(f); return f >= 0; }
  if (!strcmp(kind, "lock")) { pthread_mutex_lock(&lock); pthread_mutex_unlock(&lock); return 1; }
  fprintf(stderr, "no victim %s\n", kind); exit(2);
}
static int ascending(const void *a, const void *b) { return *(double *)a < *(double *)b ? -1 : 1; }
static double took[1000000];
static int victim(const char *kind, double seconds, char **a) {
  static double hold = 0.05; int n = 0, failed = 0; double every = 0.02, end = now() + seconds, due = now();
  name("victim"); posix_memalign(&block, 4096, 4096); memset(block, 1, 4096);
  if (!strcmp(kind, "cpu") || !strcmp(kind, "pinned")) every = 0.05;
  if (!strcmp(kind, "write")) fd = open(a[0], O_WRONLY | O_DIRECT | O_SYNC), every = 0.1;
  if (!strcmp(kind, "read")) fd = open(a[0], O_RDONLY | O_DIRECT), every = 0.2;
  if (!strcmp(kind, "job")) every = 0.5;
  if (!strcmp(kind, "udp")) fd = socket(AF_INET, SOCK_DGRAM, 0), every = 0.05;
  if (!strcmp(kind, "mem")) { held = (size_t)atoi(a[0]) << 20; pages = malloc(held); memset(pages, 1, held); }
  if (!strcmp(kind, "lock") && a[0]) for (int i = 0; i < 2; i++) { pthread_t t; pthread_create(&t, 0, holder, &hold); }
  if (!strcmp(kind, "open") && a[0]) { struct rlimit r = { atoi(a[0]), atoi(a[0]) }; setrlimit(RLIMIT_NOFILE, &r); while (open("/dev/null", O_RDONLY) >= 0); }
  if (!strcmp(kind, "pinned")) { pin(1); kind = "cpu"; }
  while (now() < end && n < 1000000) {
    double from = now() > due ? due : (nap(due - now()), due); // a late wake-up is part of the latency
    if (!operation(kind, a)) failed++;
    took[n++] = now() - from; due = now() + every;
  }
  qsort(took, n, sizeof *took, ascending);
  printf("%d %d %.2f %.2f %.2f\n", n, failed, 1e3 * took[n / 2], 1e3 * took[n * 99 / 100], 1e3 * took[n - 1]);
  return 0;
}

static void *forever(void *x) { for (;;) spin(1); return x; }
static void *asleep(void *x) { for (;;) nap(0.5); return x; }
static void answer(int s, double delay, double work) { for (;;) { char c; if (read(s, &c, 1) != 1) break; if (delay > 0) nap(delay); if (work > 0) spin(work); if (write(s, &c, 1) != 1) break; } _exit(0); }
static void several(int n) { for (int i = 1; i < n; i++) if (!fork()) return; }

int main(int argc, char **argv) {
  char **a = argv + 2; const char *what = argc > 1 ? argv[1] : ""; signal(SIGPIPE, SIG_IGN); srand(getpid());
  if (!strcmp(what, "victim") && argc > 3) return victim(argv[2], atof(argv[3]), argv + 4);
  signal(SIGCHLD, SIG_IGN); name(what);
  if (!strcmp(what, "spin")) { if (number(a, 1, 0)) setpriority(PRIO_PROCESS, 0, atoi(a[1])); if (number(a, 2, -1) >= 0) pin(atoi(a[2])); several(number(a, 0, 1)); forever(0); }
  if (!strcmp(what, "threads")) { for (int i = 0; i < number(a, 0, 8); i++) { pthread_t t; pthread_create(&t, 0, forever, 0); } asleep(0); }
  if (!strcmp(what, "idlers")) { pthread_attr_t small; pthread_attr_init(&small); pthread_attr_setstacksize(&small, 65536);
    for (int i = 0; i < number(a, 0, 300); i++) { pthread_t t; pthread_create(&t, &small, asleep, 0); } asleep(0); }
  if (!strcmp(what, "burst")) { several(number(a, 0, 4)); for (;;) { double t = now(), p = number(a, 2, 3000) / 1e3; nap(p - (t - p * (long)(t / p))); spin(number(a, 1, 250) / 1e3 / 2); } }
  if (!strcmp(what, "forks")) { for (;;) { for (int i = 0; i < 3; i++) if (!fork()) { name("job"); spin(0.004); _exit(0); } nap(0.002); } }
  if (!strcmp(what, "reaper")) { signal(SIGCHLD, SIG_DFL); for (;;) { int n = number(a, 0, 6); for (int i = 0; i < n; i++) if (!fork()) { name("job"); spin(0.005); _exit(0); } while (n-- > 0) wait(0); } }
  if (!strcmp(what, "writer")) { void *b; several(number(a, 1, 1)); int f = open(a[0], O_WRONLY | O_DIRECT); posix_memalign(&b, 4096, 65536); memset(b, 7, 65536); for (long i = 0;; i++) if (pwrite(f, b, 65536, i % 200 * 65536) < 0) nap(0.1); }
  if (!strcmp(what, "reader")) { void *b; int f = open(a[0], O_RDONLY | (number(a, 1, 0) ? 0 : O_DIRECT)); posix_memalign(&b, 4096, 1 << 20); for (long i = 0;; i++) { if (read(f, b, 1 << 20) <= 0) lseek(f, 0, SEEK_SET); } }
  if (!strcmp(what, "hog")) { size_t n = (size_t)number(a, 0, 100) << 20; char *p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); for (;;) for (size_t i = 0; i < n; i += 4096) p[i]++; }
  if (!strcmp(what, "echo")) { int s = hear(atoi(a[0]), 128); for (;;) { int c = accept(s, 0, 0), one = 1; if (c < 0) continue; if (!fork()) { setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); answer(c, number(a, 1, 0) / 1e3, number(a, 2, 0) / 1e6); } close(c); } }
  if (!strcmp(what, "slowaccept")) { int s = hear(atoi(a[0]), 1); for (;;) { int c = accept(s, 0, 0); if (!fork()) answer(c, 0, 0); close(c); nap(number(a, 1, 500) / 1e3); } }
  if (!strcmp(what, "dialer")) { several(number(a, 1, 4)); for (;;) { int s = dial(atoi(a[0])); if (s >= 0) { served(s); close(s); } nap(0.02); } }
  if (!strcmp(what, "client")) { several(number(a, 1, 2)); int s = -1; for (;;) { if (s < 0) s = dial(atoi(a[0])); if (s < 0 || !served(s)) { if (s >= 0) close(s); s = -1; } nap(number(a, 2, 1000) / 1e6); } }
  if (!strcmp(what, "udpslow")) { struct sockaddr_in me = at(atoi(a[0])), from; socklen_t l = sizeof from; int s = socket(AF_INET, SOCK_DGRAM, 0), small = 4096; char c[2048];
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &small, sizeof small); bind(s, (void *)&me, sizeof me); for (;;) { l = sizeof from; if (recvfrom(s, c, sizeof c, 0, (void *)&from, &l) > 0) sendto(s, c, 64, 0, (void *)&from, l); nap(0.01); } }
  if (!strcmp(what, "udpsend")) { struct sockaddr_in to = at(atoi(a[0])); int s = socket(AF_INET, SOCK_DGRAM, 0); char c[64] = ""; for (;;) { sendto(s, c, 64, 0, (void *)&to, sizeof to); nap(0.002); } }
  fprintf(stderr, "load: no such fault: %s\n", what); return 2;
}
