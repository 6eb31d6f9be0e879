import { defineSource } from '../define.ts';
import { identifier } from '../formats/identifier.ts';
import type { RowValue } from '../grow-rows.ts';
import { count, lines, times } from '../text.ts';

const bytes = (doc: string) => ({ unit: 'B', doc }) as const;
const pages = (doc: string) => ({ unit: 'count', doc }) as const;

/** Names in fs/proc/meminfo.c and those that architectures add, in the kernel's order. */
const columns = {
  MemTotal: bytes('Usable memory: physical memory without what the kernel reserved at boot.'),
  MemFree: bytes('Free memory, not used for anything.'),
  MemAvailable: bytes('Memory available to new programs without swapping, estimated by the kernel (since 3.14).'),
  Buffers: bytes('Cache of raw disk blocks.'),
  Cached: bytes('Page cache, including tmpfs and shared memory, without the swap cache.'),
  SwapCached: bytes('Pages that are in memory again and still in swap.'),
  Active: bytes('Used more recently: reclaimed last.'),
  Inactive: bytes('Used less recently: reclaimed first.'),
  Active_anon: bytes('Active anonymous memory (not backed by a file).'),
  Inactive_anon: bytes('Inactive anonymous memory (not backed by a file).'),
  Active_file: bytes('Active page cache.'),
  Inactive_file: bytes('Inactive page cache.'),
  Unevictable: bytes('Memory that cannot be reclaimed: mlocked, ramfs, secretmem.'),
  Mlocked: bytes('Locked by mlock.'),
  HighTotal: bytes('Memory that the kernel cannot address directly (32-bit).'),
  HighFree: bytes('Free part of HighTotal.'),
  LowTotal: bytes('Memory that the kernel addresses directly (32-bit).'),
  LowFree: bytes('Free part of LowTotal.'),
  MmapCopy: bytes('Copies made for mmap without an MMU.'),
  SwapTotal: bytes('Swap space.'),
  SwapFree: bytes('Free swap space.'),
  Zswap: bytes('Memory that zswap uses, compressed.'),
  Zswapped: bytes('Anonymous memory stored in zswap, before compression.'),
  Dirty: bytes('Dirty memory, waiting to be written to disk.'),
  Writeback: bytes('Memory being written to disk.'),
  AnonPages: bytes('Anonymous memory mapped by processes.'),
  Mapped: bytes('Files mapped by processes.'),
  Shmem: bytes('Shared memory and tmpfs.'),
  KReclaimable: bytes('Kernel memory that can be reclaimed under pressure.'),
  Slab: bytes('Kernel data structures.'),
  SReclaimable: bytes('Reclaimable part of Slab: dentries, inodes.'),
  SUnreclaim: bytes('Unreclaimable part of Slab.'),
  KernelStack: bytes('Kernel stacks of all tasks.'),
  ShadowCallStack: bytes('Shadow call stacks of the kernel (arm64).'),
  PageTables: bytes('Memory of page tables (lowest level).'),
  SecPageTables: bytes('Secondary page tables: those of virtual machines and IOMMUs.'),
  NFS_Unstable: bytes('Memory sent to an NFS server and not yet on its disk; 0 since 5.9.'),
  Bounce: bytes('Bounce buffers of block devices.'),
  WritebackTmp: bytes('Temporary writeback buffers of FUSE.'),
  CommitLimit: bytes('Limit of Committed_AS under strict overcommit.'),
  Committed_AS: bytes('Memory allocated to processes, used or not.'),
  VmallocTotal: bytes('Size of the vmalloc area.'),
  VmallocUsed: bytes('Used part of the vmalloc area.'),
  VmallocChunk: bytes('Largest free block of the vmalloc area; 0 since 4.4.'),
  Percpu: bytes('Memory of the per-CPU allocator.'),
  EarlyMemtestBad: bytes('Memory that failed the memory test at boot.'),
  HardwareCorrupted: bytes('Memory that the hardware reported as corrupted.'),
  AnonHugePages: bytes('Anonymous memory in transparent huge pages.'),
  ShmemHugePages: bytes('Shared memory and tmpfs in huge pages.'),
  ShmemPmdMapped: bytes('Part of ShmemHugePages that is mapped as huge pages.'),
  FileHugePages: bytes('Page cache in huge pages.'),
  FilePmdMapped: bytes('Part of FileHugePages that is mapped as huge pages.'),
  CmaTotal: bytes('Memory reserved for contiguous allocation (CMA).'),
  CmaFree: bytes('Free part of CmaTotal.'),
  Unaccepted: bytes('Memory not yet accepted by this confidential guest.'),
  Balloon: bytes('Memory returned to the hypervisor by balloon drivers.'),
  GPUActive: bytes('System memory in use by GPUs.'),
  GPUReclaim: bytes('GPU memory that can be reclaimed.'),
  HugePages_Total: pages('Huge pages in the pool.'),
  HugePages_Free: pages('Huge pages of the pool that are not allocated.'),
  HugePages_Rsvd: pages('Huge pages reserved and not yet allocated.'),
  HugePages_Surp: pages('Huge pages above the configured pool.'),
  Hugepagesize: bytes('Size of the default huge page.'),
  Hugetlb: bytes('Memory in huge pages of all sizes.'),
  DirectMap4k: bytes("Memory in the kernel's direct map in 4 KiB pages."),
  DirectMap2M: bytes("Memory in the kernel's direct map in 2 MiB pages."),
  DirectMap4M: bytes("Memory in the kernel's direct map in 4 MiB pages."),
  DirectMap1G: bytes("Memory in the kernel's direct map in 1 GiB pages."),
};

/** Names of 16 or more characters leave no blank before the number. */
const LINE = /^([^:\s]+):\s*(\d+)( kB)?\s*$/;

/** Kernel 2.4 prints a summary in bytes first: a heading, then Mem and Swap. */
const OLD_SUMMARY = /^\s+total:|^(Mem|Swap):(\s+\d+){3}/;

/** /proc/meminfo: https://docs.kernel.org/filesystems/proc.html#meminfo */
export const meminfo = defineSource({
  name: 'proc.meminfo',
  doc: 'Use of memory, under the kernel\'s names ("Active(anon)" is Active_anon here).',
  from: 'https://docs.kernel.org/filesystems/proc.html#meminfo',
  recipe: { read: ['/proc/meminfo'] },
  columns,
  unknown: (name) => ({
    unit: name.startsWith('HugePages_') ? 'count' : 'B',
    doc: `${name} of /proc/meminfo; not known to this version.`,
  }),
  *parse({ text, unexpected }) {
    const row: Record<string, RowValue> = {};
    for (const line of lines(text)) {
      if (OLD_SUMMARY.test(line)) continue;
      const [, name, value, unit] = LINE.exec(line) ?? [];
      if (name === undefined) unexpected('a name and a number of kB', line);
      else row[identifier(name)] = unit ? times(value, 1024) : count(value);
    }
    if (Object.keys(row).length > 0) yield row;
  },
});
