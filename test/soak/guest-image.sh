#!/bin/sh
# Makes the boot files of a QEMU guest: Debian's cloud kernel, and an initramfs with only busybox and dropbear.
# usage: guest-image.sh FOLDER PUBLIC_KEY. Writes FOLDER/vmlinuz and FOLDER/initrd.gz, and keeps the kernel package there.
set -eu
folder=$1 key=$2
mkdir -p "$folder"
cd "$folder"

kernel=$(apt-cache depends linux-image-cloud-amd64 | grep -o 'linux-image-[0-9][^ ]*' | head -n 1)
ls "$kernel"_*.deb >/dev/null 2>&1 || apt-get download "$kernel" 2>/dev/null
rm -rf kernel root
dpkg -x "$kernel"_*.deb kernel
cp kernel/boot/vmlinuz-* vmlinuz
version=${kernel#linux-image-}

mkdir -p root/bin root/sbin root/usr/sbin root/etc/dropbear root/proc root/sys root/dev root/root/.ssh root/tmp root/run root/var/run "root/modules"
cp /usr/bin/busybox root/bin/busybox
for applet in $(/usr/bin/busybox --list | grep -vx busybox); do ln -s /bin/busybox "root/bin/$applet"; done
cp /usr/sbin/dropbear root/usr/sbin/
for library in $(ldd /usr/sbin/dropbear | grep -o '/lib[^ ]*') /lib/x86_64-linux-gnu/libnss_files.so.2; do
  mkdir -p "root$(dirname "$library")"
  cp -L "$library" "root$library"
done
echo 'root::0:0:root:/root:/bin/sh' >root/etc/passwd
echo 'root:x:0:' >root/etc/group
echo /bin/sh >root/etc/shells
cp "$key" root/root/.ssh/authorized_keys
chmod 700 root/root root/root/.ssh
chmod 600 root/root/.ssh/authorized_keys

for module in virtio virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci failover net_failover virtio_net virtio_blk configfs null_blk; do
  file=$(find "kernel/lib/modules/$version" -name "$module.ko" | head -n 1)
  [ -z "$file" ] || { cp "$file" root/modules/ && echo "$module" >>root/modules/order; }
done

cat >root/init <<'I'
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tracefs nodev /sys/kernel/tracing
cd /modules
for pass in 1 2 3 4; do while read -r module; do insmod "./$module.ko" 2>/dev/null; done <order; done
hostname guest
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
dropbear -R -B -E -p 22 2>/dev/console
echo "READY $(cat /proc/uptime)" >/dev/console
exec sh -c 'while :; do sleep 3600; done'
I
chmod +x root/init
(cd root && find . | cpio -o -H newc --quiet | gzip -1) >initrd.gz
