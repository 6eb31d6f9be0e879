import type { ColumnDoc } from '../../columns/column.ts';
import { docsOf, wordsOf } from '../formats/word-list.ts';

/** Every line is a number. */
type LineDoc = ColumnDoc & { readonly unit: 'B' | 'pages' | 'count' };

/** The lines of mm/vmstat.c from Linux 2.6.18 to 6.18, except per-zone lines with a prefix of FAMILIES. */
const NAMES = wordsOf(`
nr_free_pages nr_free_pages_blocks nr_zone_inactive_anon nr_zone_active_anon nr_zone_inactive_file nr_zone_active_file
nr_zone_unevictable nr_zone_write_pending nr_mlock nr_page_table_pages nr_sec_page_table_pages nr_kernel_stack nr_bounce
nr_zspages nr_free_cma nr_unaccepted nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable
nr_slab_reclaimable nr_slab_unreclaimable nr_isolated_anon nr_isolated_file nr_anon_pages nr_mapped nr_file_pages
nr_dirty nr_writeback nr_writeback_temp nr_unstable nr_shmem nr_shmem_hugepages nr_shmem_pmdmapped nr_file_hugepages
nr_file_pmdmapped nr_anon_transparent_hugepages nr_vmscan_write nr_vmscan_immediate_reclaim nr_dirtied nr_written
nr_throttled_written nr_kernel_misc_reclaimable nr_foll_pin_acquired nr_foll_pin_released nr_swapcached nr_iommu_pages
nr_hugetlb nr_balloon_pages nr_kernel_file_pages nr_dirty_threshold nr_dirty_background_threshold nr_memmap_pages
nr_memmap_boot_pages nr_pages_scanned nr_alloc_batch nr_overhead
numa_hit numa_miss numa_foreign numa_interleave numa_local numa_other numa_pte_updates numa_huge_pte_updates
numa_hint_faults numa_hint_faults_local numa_pages_migrated
workingset_nodes workingset_refault workingset_refault_anon workingset_refault_file workingset_activate
workingset_activate_anon workingset_activate_file workingset_restore workingset_restore_anon workingset_restore_file
workingset_nodereclaim
pgpgin pgpgout pswpin pswpout pgalloc_dma pgalloc_dma32 pgalloc_normal pgalloc_high pgalloc_movable pgalloc_device
allocstall allocstall_dma allocstall_dma32 allocstall_normal allocstall_high allocstall_movable allocstall_device
pgskip_dma pgskip_dma32 pgskip_normal pgskip_high pgskip_movable pgskip_device
pgfree pgactivate pgdeactivate pglazyfree pglazyfreed pgfault pgmajfault pgreuse pgrefill pgrotated pginodesteal
pgsteal_kswapd pgsteal_direct pgsteal_khugepaged pgsteal_proactive pgsteal_anon pgsteal_file
pgscan_kswapd pgscan_direct pgscan_khugepaged pgscan_proactive pgscan_direct_throttle pgscan_anon pgscan_file
pgdemote_kswapd pgdemote_direct pgdemote_khugepaged pgdemote_proactive
pgpromote_success pgpromote_candidate pgpromote_candidate_nrl pgmigrate_success pgmigrate_fail
zone_reclaim_success zone_reclaim_failed slabs_scanned kswapd_inodesteal kswapd_low_wmark_hit_quickly
kswapd_high_wmark_hit_quickly pageoutrun drop_pagecache drop_slab oom_kill
thp_migration_success thp_migration_fail thp_migration_split thp_fault_alloc thp_fault_fallback
thp_fault_fallback_charge thp_collapse_alloc thp_collapse_alloc_failed thp_file_alloc thp_file_fallback
thp_file_fallback_charge thp_file_mapped thp_split thp_split_page thp_split_page_failed thp_deferred_split_page
thp_underused_split_page thp_split_pmd thp_split_pud thp_scan_exceed_none_pte thp_scan_exceed_swap_pte
thp_scan_exceed_share_pte thp_zero_page_alloc thp_zero_page_alloc_failed thp_swpout thp_swpout_fallback
compact_migrate_scanned compact_free_scanned compact_isolated compact_stall compact_fail compact_success
compact_daemon_wake compact_daemon_migrate_scanned compact_daemon_free_scanned
htlb_buddy_alloc_success htlb_buddy_alloc_fail cma_alloc_success cma_alloc_fail
unevictable_pgs_culled unevictable_pgs_scanned unevictable_pgs_rescued unevictable_pgs_mlocked
unevictable_pgs_munlocked unevictable_pgs_cleared unevictable_pgs_stranded
balloon_inflate balloon_deflate balloon_migrate swap_ra swap_ra_hit swpin_zero swpout_zero ksm_swpin_copy cow_ksm
zswpin zswpout zswpwb direct_map_level2_splits direct_map_level3_splits direct_map_level2_collapses
direct_map_level3_collapses
`);

/** Docs of single names; the others are explained by their family. */
const DOCS: Readonly<Record<string, string>> = {
  pgpgin: 'Bytes read from block devices.',
  pgpgout: 'Bytes written to block devices.',
  pswpin: 'Pages read from swap.',
  pswpout: 'Pages written to swap.',
  pgfault: 'Page faults.',
  pgmajfault: 'Major page faults (read from a disk).',
  pgfree: 'Pages freed.',
  pgactivate: 'Pages moved to an active list.',
  pgdeactivate: 'Pages moved to an inactive list.',
  pgrefill: 'Pages scanned to fill the inactive lists.',
  pgscan_kswapd: 'Pages that kswapd scanned for reclaim.',
  pgscan_direct: 'Pages scanned in direct reclaim: the allocating tasks waited for it.',
  pgsteal_kswapd: 'Pages that kswapd reclaimed.',
  pgsteal_direct: 'Pages reclaimed in direct reclaim: the allocating tasks waited for it.',
  oom_kill: 'Processes that the OOM killer killed.',
  nr_dirty: 'Dirty pages, waiting for writeback.',
  nr_writeback: 'Pages being written to disk.',
  nr_dirtied: 'Pages dirtied since boot.',
  nr_written: 'Pages written to disk since boot.',
  nr_dirty_threshold: 'Dirty pages at which writers are throttled.',
  nr_dirty_background_threshold: 'Dirty pages at which background writeback starts.',
  nr_vmscan_write: 'Pages written by reclaim, since boot.',
  workingset_refault_file: 'File pages read again soon after they were reclaimed: the page cache is too small.',
  workingset_refault_anon: 'Anonymous pages swapped in again soon after they were reclaimed.',
  workingset_refault: 'Pages read again soon after they were reclaimed: memory is too small.',
  compact_stall: 'Allocations that waited for memory compaction.',
  pageoutrun: 'Runs of kswapd.',
  slabs_scanned: 'Slab objects scanned for reclaim.',
  swap_ra: 'Pages read ahead from swap.',
  swap_ra_hit: 'Pages read ahead from swap that were used.',
};

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^nr_/, 'pages of this kind now'],
  [/^numa_/, 'pages by the NUMA node that was preferred and the one that was used'],
  [/^workingset_/, 'pages of the working set that came back after reclaim'],
  [/^allocstall/, 'allocations that had to reclaim memory themselves, by zone'],
  [/^pgalloc_/, 'pages allocated, by zone'],
  [/^pgskip_/, 'pages skipped in reclaim because of their zone'],
  [/^pgsteal/, 'pages reclaimed'],
  [/^pgscan/, 'pages scanned by reclaim'],
  [/^pgrefill/, 'pages scanned to fill the inactive lists'],
  [/^pgdemote_/, 'pages moved to slower memory'],
  [/^pgpromote_/, 'pages moved to faster memory'],
  [/^pgmigrate_/, 'pages moved'],
  [/^thp_/, 'transparent huge pages'],
  [/^compact_/, 'memory compaction'],
  [/^unevictable_/, 'pages that cannot be reclaimed'],
  [/^(htlb|cma)_/, 'allocations of contiguous memory'],
  [/^balloon_/, 'pages of the hypervisor balloon'],
  [/^(zswp|swp)/, 'pages swapped'],
  [/^direct_map_/, "changes of the kernel's direct map"],
  [/./, 'events since boot'],
];

/** Lines that are gauges: these and the other `nr_` lines, except sums among them. */
const GAUGE =
  /^nr_(?!dirtied$|written$|throttled_written$|vmscan_write$|vmscan_immediate_reclaim$|foll_pin_)|^workingset_nodes$/;
const PAGES =
  /^nr_|^pg(alloc|skip|steal|scan|refill|free$|demote|promote|migrate|activate|deactivate|lazyfree)|^pswp|^numa_(hit|miss|foreign|local|other|interleave|pages)/;

/** The meaning of a line of /proc/vmstat, by its name. */
export const vmstatDoc = (name: string): LineDoc => {
  const family = FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? '';
  const doc = DOCS[name] ?? `${name} of /proc/vmstat: ${family}.`;
  if (name === 'pgpgin' || name === 'pgpgout') return { unit: 'B', counter: true, doc };
  const unit = PAGES.test(name) ? 'pages' : 'count';
  return GAUGE.test(name) ? { unit, doc } : { unit, counter: true, doc };
};

/** All columns that are known in advance. */
export const vmstatColumns = docsOf(NAMES, vmstatDoc);
