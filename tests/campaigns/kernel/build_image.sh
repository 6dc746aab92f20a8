#!/usr/bin/env bash
# Makes the virtual machine of `scripts/campaign kernel`, once: out/kernel/{root.ext4,vmlinuz,initrd}.
# It is a small Debian 12 with usbip, Aravis, pyusb and pyserial; the guest's scripts come later.
set -euo pipefail
script="$(realpath "$0")"
mkdir -p "$(dirname "$script")/../../../out/kernel"
cd "$(dirname "$script")/../../../out/kernel"
cmp -s "$script" built-by && exit
export PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C

packages=aravis-tools-cli,busybox-static,cpio,gir1.2-aravis-0.8,iproute2,kmod,libxml2-utils
packages+=,python3,python3-gi,python3-serial,python3-usb,udev,usbip,usbutils
boot_modules="virtio_pci virtio_blk virtio_net ext4"
later_modules="vhci-hcd usbtest cdc-acm virtio_rng"

in_root() { chroot root "$@"; }

make_root() {
  rm -rf --one-file-system root built-by
  debootstrap --arch=amd64 --variant=minbase --include="$packages" bookworm root
}

# Aravis's test programs without the desktop that their package wants for its viewer.
add_aravis_tests() {
  in_root sh -c "cd /tmp && apt-get update && apt-get download aravis-tools &&
    dpkg -x aravis-tools_*.deb /tmp/aravis && mv /tmp/aravis/usr/bin/arv-*test-* /usr/bin/"
}

# The newest kernel of the release, which is among its security updates; only the modules named above.
add_kernel() {
  sed 's|/debian bookworm main|/debian-security bookworm-security main|' \
    root/etc/apt/sources.list > root/etc/apt/sources.list.d/security.list
  in_root apt-get update
  local kernel
  kernel="$(in_root apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: //p')"
  in_root sh -c "cd /tmp && apt-get download $kernel && dpkg -x linux-image-*.deb /tmp/kernel"
  mv root/tmp/kernel/lib/modules root/usr/lib/
  mv root/tmp/kernel/boot/* root/boot/
  release="$(ls root/lib/modules)"
  in_root depmod "$release"
  files_of $boot_modules $later_modules > needed
  find "root/lib/modules/$release/kernel" -name '*.ko' | grep -vxFf needed | xargs rm
  in_root depmod "$release"
}

# files_of MODULE...: their files and those they need, in the order in which they are loaded.
files_of() {
  local module
  for module in "$@"; do in_root modprobe -S "$release" --show-depends "$module"; done |
    awk '$1 == "insmod" && !seen[$2]++ { print "root" $2 }'
}

make_initrd() {
  local number=10 file
  rm -rf root/initrd
  mkdir -p root/initrd/{bin,proc,sys,dev,new,modules}
  cp root/bin/busybox root/initrd/bin/
  for file in $(files_of $boot_modules); do
    cp "$file" "root/initrd/modules/$((number++))-$(basename "$file")"
  done
  cat > root/initrd/init <<'INIT'
#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev
for module in /modules/*; do insmod $module; done
until [ -b /dev/vda ] && [ -b /dev/vdb ]; do sleep 0.1; done
mount -t ext4 -o rw,noatime /dev/vda /new || poweroff -f
mount -t tmpfs t /new/run
tar -xf /dev/vdb -C /new/run
for folder in dev proc sys; do mount --move /$folder /new/$folder; done
exec switch_root /new /bin/bash /run/guest/init.sh
INIT
  chmod +x root/initrd/init
  in_root sh -c 'cd /initrd && find . | cpio -o -H newc' > initrd
}

make_disk() {
  cp "root/boot/vmlinuz-$release" vmlinuz
  rm -rf root/initrd root/boot/* root/tmp/* root/usr/share/{doc,man,locale} \
    root/var/cache/apt root/var/lib/apt/lists
  rm -f root.ext4
  mke2fs -q -t ext4 -O ^has_journal -d root root.ext4 900M
}

make_root
add_aravis_tests
add_kernel
make_initrd
make_disk
rm -rf --one-file-system root needed
cp "$script" built-by
