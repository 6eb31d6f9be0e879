# shellcheck shell=sh
# Sets the limits of the cgroup to what they are without a fault. CG, THROTTLED_ID and ZRAM come from the environment.

cd /sys/fs/cgroup || exit
echo -1 >"cpu/$CG/cpu.cfs_quota_us"; echo max >"pids/$CG/pids.max"
echo -1 >"memory/$CG/memory.memsw.limit_in_bytes"; echo -1 >"memory/$CG/memory.limit_in_bytes"
for w in read write; do echo "$THROTTLED_ID 0" >"blkio/$CG/blkio.throttle.${w}_iops_device"; done
ip netns exec "$CG" iptables -F; swapoff "$ZRAM" 2>/dev/null; true
