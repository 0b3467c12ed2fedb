#!/bin/sh
# Records what fail2ban writes. Run in namespaces of its own: LAB=folder unshare --net --mount --pid --fork --mount-proc sh fail2ban.sh
: "${LAB:?a folder to work in}"
set -e
ip link set lo up
mkdir -p $LAB/f2b; cp -a /etc/fail2ban/. $LAB/f2b/
cat > $LAB/f2b/jail.local <<J
[DEFAULT]
backend = polling
dbfile = None
[sshd]
enabled = true
port = ssh
logpath = $LAB/f2b.auth
banaction = iptables-multiport
filter = sshd
[webby]
enabled = true
port = http,https
logpath = $LAB/f2b.auth
banaction = nftables-multiport
filter = sshd
[all]
enabled = true
logpath = $LAB/f2b.auth
banaction = nftables-allports
filter = sshd
[sets]
enabled = true
port = smtp
logpath = $LAB/f2b.auth
banaction = iptables-ipset-proto6
filter = sshd
J
rm -f $LAB/f2b/jail.d/*
: > $LAB/f2b.auth
F="-c $LAB/f2b -s $LAB/f2b.sock -p $LAB/f2b.pid"
timeout 60 fail2ban-server -f $F --logtarget $LAB/f2b.log --loglevel INFO &
S=$!
for i in $(seq 1 100); do fail2ban-client $F ping >/dev/null 2>&1 && break; sleep 0.1; done
fail2ban-client $F set sshd banip 192.0.2.1
fail2ban-client $F set sshd banip 192.0.2.2
fail2ban-client $F set sshd banip 2001:db8::66
fail2ban-client $F set webby banip 192.0.2.3
fail2ban-client $F set webby banip 2001:db8::3
fail2ban-client $F set all banip 192.0.2.4
fail2ban-client $F set sets banip 192.0.2.5
sleep 2
iptables-save -c > $LAB/f2b.v4; ip6tables-save -c > $LAB/f2b.v6; nft -j -a list ruleset > $LAB/f2b.json; nft -a list ruleset > $LAB/f2b.nft; ipset save > $LAB/f2b.ipset
fail2ban-client $F stop
wait $S || true
