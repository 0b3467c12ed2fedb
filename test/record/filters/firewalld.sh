#!/bin/sh
# Records what firewalld writes. Run in namespaces of its own: LAB=folder unshare --net --mount --pid --fork --mount-proc sh firewalld.sh
: "${LAB:?a folder to work in}"
mount --bind $LAB/etc-firewalld /etc/firewalld
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus.sock
ip link set lo up; ip link add eth0 type veth peer name eth0p; ip link set eth0p up; ip link add eth1 type veth peer name eth1p; ip link set eth1p up; ip link set eth0 up; ip link set eth1 up
mount -t tmpfs none /run
timeout 100 dbus-daemon --config-file="$(dirname "$0")/bus.conf" --nofork --nopidfile & B=$!
for i in 1 2 3 4 5 6 7 8 9 10; do [ -S /run/dbus.sock ] && break; sleep 0.2; done
timeout 100 firewalld --nofork --nopid --log-file $LAB/fwd.log & S=$!
for i in $(seq 1 60); do firewall-cmd --state >/dev/null 2>&1 && break; sleep 0.5; done
firewall-cmd --state
firewall-cmd --zone=public --add-interface=eth0
firewall-cmd --zone=internal --add-interface=eth1
firewall-cmd --zone=public --add-service=https
firewall-cmd --zone=public --add-port=8080-8090/tcp
firewall-cmd --zone=public --add-rich-rule='rule family="ipv4" source address="10.0.0.0/8" service name="postgresql" accept'
firewall-cmd --zone=public --add-rich-rule='rule family="ipv4" source address="192.0.2.66" reject'
firewall-cmd --zone=public --add-rich-rule='rule port port="9000" protocol="tcp" accept limit value="5/m"'
firewall-cmd --zone=public --add-forward-port=port=2222:proto=tcp:toport=22:toaddr=10.1.0.5
firewall-cmd --zone=public --add-masquerade
firewall-cmd --zone=trusted --add-source=10.99.0.0/16
firewall-cmd --zone=public --list-all > $LAB/fwd.list
nft -j -a list ruleset > $LAB/fwd.json; nft -a list ruleset > $LAB/fwd.nft
kill $S; wait $S; kill $B; wait $B
