#!/bin/sh
# Records what ufw writes. Run in namespaces of its own: LAB=folder unshare --net --mount --pid --fork --mount-proc sh ufw.sh
: "${LAB:?a folder to work in}"
set -e
mount -t tmpfs none /run/lock 2>/dev/null || true
mount --bind $LAB/etc-ufw /etc/ufw
mkdir -p $LAB/lib-ufw
sed -i 's/ENABLED=.*/ENABLED=yes/' /etc/ufw/ufw.conf
ip link set lo up
ufw --force enable
ufw default deny incoming; 
ufw allow 22/tcp comment 'ssh for all'
ufw limit 2222/tcp
ufw allow from 10.0.0.0/8 to any port 5432 proto tcp
ufw deny 23
ufw allow in on eth1 to any port 53
ufw reject 113/tcp
ufw route allow in on eth0 out on eth1 to 192.0.2.10 port 80 proto tcp
ufw allow 6000:6007/tcp
ufw allow from 2001:db8::/32 to any port 443 proto tcp
ufw status verbose > $LAB/ufw.status
ufw status numbered >> $LAB/ufw.status
iptables-save -c > $LAB/ufw.v4; ip6tables-save -c > $LAB/ufw.v6; nft -j -a list ruleset > $LAB/ufw.json; cp /etc/ufw/user.rules $LAB/ufw.user
