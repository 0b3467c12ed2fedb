#!/bin/sh
# Records what docker writes. Run in namespaces of its own: LAB=folder unshare --net --mount --pid --fork --mount-proc sh docker.sh
: "${LAB:?a folder to work in}"
export PATH=$LAB/droot/usr/bin:$LAB/droot/usr/sbin:$PATH
ip link set lo up; ip link add eth0 type veth peer name eth0p; ip link set eth0p up; ip addr add 192.0.2.10/24 dev eth0; ip link set eth0 up; ip route add default dev eth0
mkdir -p $LAB/dr $LAB/de
mount -t tmpfs none /run; mkdir -p /run/lock
timeout 90 dockerd --data-root $LAB/dr --exec-root $LAB/de -p $LAB/d.pid -H unix://$LAB/docker.sock --storage-driver vfs > $LAB/dockerd.log 2>&1 & S=$!
for i in $(seq 1 60); do docker -H unix://$LAB/docker.sock version >/dev/null 2>&1 && break; sleep 0.5; done
D="docker -H unix://$LAB/docker.sock"
iptables-save -c > $LAB/dock0.v4
$D network create --subnet 172.30.0.0/16 shop
mkdir -p $LAB/img/bin $LAB/img/lib64 $LAB/img/lib/x86_64-linux-gnu; cp /bin/sleep $LAB/img/bin/; cp /lib/x86_64-linux-gnu/libc.so.6 $LAB/img/lib/x86_64-linux-gnu/; cp -L /lib64/ld-linux-x86-64.so.2 $LAB/img/lib64/
tar -C $LAB/img -c . | $D import - tiny
$D run -d -p 8080:80 -p 127.0.0.1:5432:5432 tiny /bin/sleep 60
$D run -d --network shop -p 192.0.2.10:53:53/udp tiny /bin/sleep 60
iptables-save -c > $LAB/dock.v4; ip6tables-save -c > $LAB/dock.v6;  nft -j -a list ruleset > $LAB/dock.json
$D kill $($D ps -q); 
kill $S; wait $S
