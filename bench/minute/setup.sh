# shellcheck shell=sh
# Makes the cgroups and the network namespace. Arguments: the controllers; CG comes from the environment.

for c; do mkdir -p "/sys/fs/cgroup/$c/$CG"; done
ip netns add "$CG"; ip netns exec "$CG" ip link set lo up
