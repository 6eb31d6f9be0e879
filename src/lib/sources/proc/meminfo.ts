import type { ColumnDoc } from '../../columns/column.ts';
import { defineSource } from '../define.ts';
import { identifier } from '../formats/identifier.ts';
import type { Cell } from '../grow-rows.ts';
import { count, lines, times } from '../text.ts';

const bytes = (doc: string): ColumnDoc => ({ unit: 'B', doc });
const pages = (doc: string): ColumnDoc => ({ unit: 'count', doc });

/** fs/proc/meminfo.c and the architectures' additions, in the kernel's order. */
const columns: Readonly<Record<string, ColumnDoc>> = {
  MemTotal: bytes('Usable memory: all of it less what the kernel reserved while booting.'),
  MemFree: bytes('Memory that nobody uses.'),
  MemAvailable: bytes('What new programs could get without swapping: an estimate of the kernel (since 3.14).'),
  Buffers: bytes('Cache of raw blocks of disks.'),
  Cached: bytes('Page cache of files, tmpfs and shared memory included, swap cache not.'),
  SwapCached: bytes('In memory again, and still in swap too.'),
  Active: bytes('Used more recently: reclaimed last.'),
  Inactive: bytes('Used less recently: reclaimed first.'),
  Active_anon: bytes('Active memory without a file behind it.'),
  Inactive_anon: bytes('Inactive memory without a file behind it.'),
  Active_file: bytes('Active page cache.'),
  Inactive_file: bytes('Inactive page cache.'),
  Unevictable: bytes('Memory that cannot be reclaimed: locked, ramfs, secret.'),
  Mlocked: bytes('Locked by mlock.'),
  HighTotal: bytes('Memory that the kernel cannot address directly (32-bit).'),
  HighFree: bytes('Of it, free.'),
  LowTotal: bytes('Memory that the kernel addresses directly (32-bit).'),
  LowFree: bytes('Of it, free.'),
  MmapCopy: bytes('Copies made for mmap without an MMU.'),
  SwapTotal: bytes('Swap space.'),
  SwapFree: bytes('Swap space that is free.'),
  Zswap: bytes('Memory that zswap takes for what it compressed.'),
  Zswapped: bytes('Anonymous memory that zswap holds, before compression.'),
  Dirty: bytes('Waits to be written to disk.'),
  Writeback: bytes('Is being written to disk.'),
  AnonPages: bytes('Anonymous memory mapped by processes.'),
  Mapped: bytes('Files mapped by processes.'),
  Shmem: bytes('Shared memory and tmpfs.'),
  KReclaimable: bytes('Kernel memory that it gives back under pressure.'),
  Slab: bytes('Kernel data structures.'),
  SReclaimable: bytes('Of Slab, what may be reclaimed: dentries, inodes.'),
  SUnreclaim: bytes('Of Slab, what cannot be reclaimed.'),
  KernelStack: bytes('Kernel stacks of all tasks.'),
  ShadowCallStack: bytes('Shadow call stacks of the kernel (arm64).'),
  PageTables: bytes('Lowest level of page tables.'),
  SecPageTables: bytes('Page tables of virtual machines.'),
  NFS_Unstable: bytes('Sent to an NFS server, not yet on its disk; 0 since 5.9.'),
  Bounce: bytes('Bounce buffers of block devices.'),
  WritebackTmp: bytes('Temporary writeback buffers of FUSE.'),
  CommitLimit: bytes('What may be promised to processes under strict overcommit.'),
  Committed_AS: bytes('What was promised to processes.'),
  VmallocTotal: bytes('Size of the vmalloc area.'),
  VmallocUsed: bytes('Of it, used.'),
  VmallocChunk: bytes('Largest free block of it; 0 since 4.4.'),
  Percpu: bytes('Memory of the per-CPU allocator.'),
  EarlyMemtestBad: bytes('Found broken by the memory test at boot.'),
  HardwareCorrupted: bytes('Found broken by the hardware.'),
  AnonHugePages: bytes('Anonymous memory in transparent huge pages.'),
  ShmemHugePages: bytes('Shared memory and tmpfs in huge pages.'),
  ShmemPmdMapped: bytes('Of it, mapped as huge pages.'),
  FileHugePages: bytes('Page cache in huge pages.'),
  FilePmdMapped: bytes('Of it, mapped as huge pages.'),
  CmaTotal: bytes('Reserved for contiguous allocation.'),
  CmaFree: bytes('Of it, free.'),
  Unaccepted: bytes('Not yet accepted by this confidential guest.'),
  Balloon: bytes('Given back to the hypervisor by balloon drivers.'),
  GPUActive: bytes('System memory in use by GPUs.'),
  GPUReclaim: bytes('GPU memory that can be reclaimed.'),
  HugePages_Total: pages('Huge pages in the pool.'),
  HugePages_Free: pages('Huge pages of the pool not allocated.'),
  HugePages_Rsvd: pages('Huge pages promised, not allocated yet.'),
  HugePages_Surp: pages('Huge pages above the configured pool.'),
  Hugepagesize: bytes('Size of the default huge page.'),
  Hugetlb: bytes('Memory taken by huge pages of all sizes.'),
  DirectMap4k: bytes("Kernel's map of memory in 4 KiB pages."),
  DirectMap2M: bytes("Kernel's map of memory in 2 MiB pages."),
  DirectMap4M: bytes("Kernel's map of memory in 4 MiB pages."),
  DirectMap1G: bytes("Kernel's map of memory in 1 GiB pages."),
};

/** Names of 16 characters and more leave no room for a blank before the number. */
const LINE = /^([^:\s]+):\s*(\d+)( kB)?\s*$/;

/** Kernel 2.4 says the same in bytes first: a head, then Mem and Swap. */
const OLD_SUMMARY = /^\s+total:|^(Mem|Swap):(\s+\d+){3}/;

/** /proc/meminfo: https://docs.kernel.org/filesystems/proc.html#meminfo */
export const meminfo = defineSource({
  name: 'proc.meminfo',
  doc: 'How the memory is used, under the names that the kernel gives it ("Active(anon)" is Active_anon here).',
  from: 'https://docs.kernel.org/filesystems/proc.html#meminfo',
  recipe: { read: ['/proc/meminfo'] },
  columns,
  unknown: (name) => ({
    unit: name.startsWith('HugePages_') ? 'count' : 'B',
    doc: `${name} of /proc/meminfo; not known to this version.`,
  }),
  *parse({ text, unexpected }) {
    const row: Record<string, Cell> = {};
    for (const line of lines(text)) {
      if (OLD_SUMMARY.test(line)) continue;
      const [, name, value, unit] = LINE.exec(line) ?? [];
      if (name === undefined) unexpected('a name and a number of kB', line);
      else row[identifier(name)] = unit ? times(value, 1024) : count(value);
    }
    if (Object.keys(row).length > 0) yield row;
  },
});
