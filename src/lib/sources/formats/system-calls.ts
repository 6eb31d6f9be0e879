/** System calls in which threads wait or spend long, by number: arch/x86/entry/syscalls/syscall_64.tbl. */
const X86_64 = `
  0 read, 1 write, 2 open, 3 close, 4 stat, 5 fstat, 6 lstat, 7 poll, 8 lseek, 9 mmap, 10 mprotect, 11 munmap
  12 brk, 16 ioctl, 17 pread64, 18 pwrite64, 19 readv, 20 writev, 21 access, 23 select, 24 sched_yield, 25 mremap
  26 msync, 28 madvise, 34 pause, 35 nanosleep, 40 sendfile, 42 connect, 43 accept, 44 sendto, 45 recvfrom
  46 sendmsg, 47 recvmsg, 48 shutdown, 56 clone, 57 fork, 58 vfork, 59 execve, 60 exit, 61 wait4, 65 semop
  69 msgsnd, 70 msgrcv, 72 fcntl, 73 flock, 74 fsync, 75 fdatasync, 76 truncate, 77 ftruncate, 82 rename, 83 mkdir
  84 rmdir, 87 unlink, 89 readlink, 101 ptrace, 128 rt_sigtimedwait, 130 rt_sigsuspend, 162 sync, 165 mount
  166 umount2, 167 swapon, 202 futex, 208 io_getevents, 209 io_submit, 217 getdents64, 219 restart_syscall
  220 semtimedop, 230 clock_nanosleep, 231 exit_group, 232 epoll_wait, 242 mq_timedsend, 243 mq_timedreceive
  247 waitid, 250 keyctl, 254 inotify_add_watch, 257 openat, 258 mkdirat, 262 newfstatat, 263 unlinkat
  264 renameat, 267 readlinkat, 269 faccessat, 270 pselect6, 271 ppoll, 272 unshare, 275 splice, 276 tee
  277 sync_file_range, 278 vmsplice, 281 epoll_pwait, 285 fallocate, 288 accept4, 289 signalfd4, 295 preadv
  296 pwritev, 298 perf_event_open, 299 recvmmsg, 306 syncfs, 307 sendmmsg, 308 setns, 310 process_vm_readv
  316 renameat2, 318 getrandom, 321 bpf, 322 execveat, 323 userfaultfd, 324 membarrier, 326 copy_file_range
  327 preadv2, 328 pwritev2, 332 statx, 333 io_pgetevents, 426 io_uring_enter, 435 clone3, 436 close_range
  437 openat2, 440 process_madvise, 441 epoll_pwait2, 449 futex_waitv, 455 futex_wait`;

/** The same for include/uapi/asm-generic/unistd.h: Arm, RISC-V, LoongArch. */
const GENERIC = `
  2 io_submit, 4 io_getevents, 22 epoll_pwait, 25 fcntl, 27 inotify_add_watch, 29 ioctl, 32 flock, 34 mkdirat
  35 unlinkat, 38 renameat, 39 umount2, 40 mount, 45 truncate, 46 ftruncate, 47 fallocate, 48 faccessat, 56 openat
  57 close, 61 getdents64, 62 lseek, 63 read, 64 write, 65 readv, 66 writev, 67 pread64, 68 pwrite64, 69 preadv
  70 pwritev, 71 sendfile, 72 pselect6, 73 ppoll, 74 signalfd4, 75 vmsplice, 76 splice, 77 tee, 78 readlinkat
  79 newfstatat, 80 fstat, 81 sync, 82 fsync, 83 fdatasync, 84 sync_file_range, 93 exit, 94 exit_group, 95 waitid
  97 unshare, 98 futex, 101 nanosleep, 115 clock_nanosleep, 117 ptrace, 124 sched_yield, 128 restart_syscall
  133 rt_sigsuspend, 137 rt_sigtimedwait, 182 mq_timedsend, 183 mq_timedreceive, 188 msgrcv, 189 msgsnd
  192 semtimedop, 193 semop, 202 accept, 203 connect, 206 sendto, 207 recvfrom, 210 shutdown, 211 sendmsg
  212 recvmsg, 214 brk, 215 munmap, 216 mremap, 219 keyctl, 220 clone, 221 execve, 222 mmap, 224 swapon
  226 mprotect, 227 msync, 233 madvise, 241 perf_event_open, 242 accept4, 243 recvmmsg, 260 wait4, 267 syncfs
  268 setns, 269 sendmmsg, 270 process_vm_readv, 276 renameat2, 278 getrandom, 280 bpf, 281 execveat
  282 userfaultfd, 283 membarrier, 285 copy_file_range, 286 preadv2, 287 pwritev2, 291 statx, 292 io_pgetevents
  426 io_uring_enter, 435 clone3, 436 close_range, 437 openat2, 440 process_madvise, 441 epoll_pwait2
  449 futex_waitv, 455 futex_wait`;

const namesIn = (text: string): ReadonlyMap<number, string> =>
  new Map(
    text.split(/[,\n]/).flatMap((entry) => {
      const [, number, name] = /^\s*(\d+) (\w+)/.exec(entry) ?? [];
      return name === undefined ? [] : [[Number(number), name] as const];
    }),
  );

const x86 = namesIn(X86_64);
const generic = namesIn(GENERIC);
const TABLES: Readonly<Record<string, ReadonlyMap<number, string>>> = {
  x86_64: x86,
  aarch64: generic,
  riscv64: generic,
  loongarch64: generic,
};

/** The name of a 64-bit system call on an architecture (uname -m); its number if the name is not known here. */
export const systemCall = (number: number, arch: string | undefined): string =>
  TABLES[arch ?? '']?.get(number) ?? String(number);
