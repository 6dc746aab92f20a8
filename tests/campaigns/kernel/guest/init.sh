#!/bin/bash
# The guest's first process: file systems, modules, network; then the checks, then power off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs t /tmp
for word in $(cat /proc/cmdline); do
  case $word in
    usbip=*) export USBIP_PORT=${word#*=} ;;
    ear=*) export EAR_PORT=${word#*=} ;;
    limit=*) limit_s=${word#*=} ;;
  esac
done
modprobe -a vhci-hcd virtio_rng
/lib/systemd/systemd-udevd --daemon 2> /dev/null
ip link set lo up
card=$(ls /sys/class/net | grep -v lo | head -1)
# The addresses of qemu's user network.
ip addr add 10.0.2.15/24 dev "$card"
ip link set "$card" up
ip route add default via 10.0.2.2
cd /run/guest
timeout -k 5 "$limit_s" python3 -u main.py
echo "guest: checks ended with $? after $(cut -d' ' -f1 /proc/uptime) s on Linux $(uname -r)"
sync
echo o > /proc/sysrq-trigger
sleep 10
