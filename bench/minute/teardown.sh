# shellcheck shell=sh
# Removes the loop devices, the network namespace and the cgroups. Arguments: the controllers; STACKED, THROTTLED, CG and
# ZRAM come from the environment.

losetup -d "$STACKED"; losetup -d "$THROTTLED"; ip netns del "$CG"
echo "${ZRAM#/dev/zram}" >/sys/class/zram-control/hot_remove
for c; do rmdir "/sys/fs/cgroup/$c/$CG"; done; true
