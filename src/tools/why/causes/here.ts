import type { Cause } from './cause.ts'

/** On the machine that asks. Filters stand at any host: the claim says which, and on which leg. */
export const HERE_CAUSES = {
  'interface-down': {
    leg: 'here',
    title: 'the interface {device|towards it} is down',
    shownBy: 'the interface’s flags, and that it has, or had, the way to the target',
    disprovedBy: 'the interface being up',
    remedy: 'Bring it up, and add what routes and addresses went with it.',
    commands: ['ip link set {device|DEVICE} up'],
  },
  'no-address': {
    leg: 'here',
    title: 'this host has no address that others could send to',
    shownBy:
      'the addresses of its interfaces: none, or such as mean something on one link or on this host only; a router’s ICMPv6 1/2, beyond scope of source address',
    disprovedBy: 'an address on an interface that is up',
    remedy:
      'Give an interface an address: ip address add ADDRESS/PREFIX dev DEVICE, or what the network hands out.',
  },
  'no-route': {
    leg: 'here',
    title: 'this host has no route to {address|the target}',
    shownBy: 'the kernel’s answer for that address, ENETUNREACH at once, and the routing tables',
    disprovedBy: 'a route in a table that is asked for that packet',
    remedy: 'Add a route, or a default route: ip route add default via GATEWAY.',
  },
  'route-unreachable': {
    leg: 'here',
    title: 'a route or rule of {by|this host} says that {address|the target} is unreachable',
    shownBy: 'a route of type unreachable, or such a rule, and EHOSTUNREACH at once',
    disprovedBy: 'another kind of route for that address',
    remedy: 'Remove that route or rule of {by|this host}.',
  },
  'route-prohibit': {
    leg: 'here',
    title: 'a route or rule of {by|this host} forbids {address|the target}',
    shownBy: 'a route of type prohibit, or such a rule, and EACCES at once',
    disprovedBy: 'another kind of route for that address',
    remedy: 'Remove that route or rule of {by|this host}.',
  },
  'route-blackhole': {
    leg: 'here',
    title: 'a route or rule of {by|this host} throws away what is for {address|the target}',
    shownBy: 'a route of type blackhole, or such a rule, and EINVAL at once',
    disprovedBy: 'another kind of route for that address',
    remedy: 'Remove that route or rule of {by|this host}.',
  },
  'no-carrier': {
    leg: 'here',
    title: 'the interface {device|towards it} has no carrier',
    shownBy: 'an interface that is up and not running (IFF_LOWER_UP), with the way to the target',
    disprovedBy: 'a carrier on that interface',
    remedy: 'Look at the cable, or at the other end of {device|the interface}.',
  },
  'source-not-ours': {
    leg: 'here',
    title: 'the source {source|this host} is no address of this host',
    shownBy: 'EADDRNOTAVAIL at once, and the host’s list of addresses',
    disprovedBy: 'that address in the list',
    remedy: 'Name a source that this host has, {own|one of its addresses}, or none.',
  },
  'ipv6-disabled': {
    leg: 'here',
    title: 'IPv6 is switched off on {device|the interface}',
    shownBy: 'disable_ipv6, and an interface without an IPv6 address',
    disprovedBy: 'an IPv6 address on that interface',
    remedy: 'Switch it on, and give the interface its addresses and routes back.',
    commands: ['sysctl -w net.ipv6.conf.{device|DEVICE}.disable_ipv6=0'],
  },
  'ephemeral-exhausted': {
    leg: 'here',
    title: 'no local port is left for connections to {target|that port}',
    shownBy: 'EADDRNOTAVAIL at once, and as many sockets towards the target as the range has ports',
    disprovedBy: 'a free port of the range towards that target',
    remedy: 'Reuse connections, or widen net.ipv4.ip_local_port_range; see "ports capacity".',
  },
  'descriptors-exhausted': {
    leg: 'here',
    title: 'no file descriptor is left for a socket',
    shownBy: 'EMFILE or ENFILE when the socket is made',
    disprovedBy: 'a socket that can be made',
    remedy: 'Close what is not needed, or raise the limit of open files (ulimit -n, fs.file-max).',
  },
  'sandbox-denied': {
    leg: 'here',
    title: 'this process may not connect there',
    shownBy:
      'EACCES or EPERM at once where no route or rule says so: Landlock, a control group’s program, a security module; where such a program drops what is sent (IPAddressDeny= of systemd), only that nothing leaves and no rule of this host says why',
    disprovedBy: 'the same connection by another process that is refused, too',
    remedy: 'Run it outside of its sandbox, or give the sandbox leave for {target|that port}.',
  },
  'ipsec-policy': {
    leg: 'here',
    title: 'an IPsec policy here blocks what is for {address|the target}',
    shownBy: 'EPERM at once while XfrmOutPolBlock rises',
    disprovedBy: 'a policy that allows it: ip xfrm policy',
    remedy: 'Change the policy: ip xfrm policy.',
  },
  'ipsec-no-state': {
    leg: 'here',
    title: 'an IPsec policy here wants keys for {address|the target}, and there are none',
    shownBy: 'no frame leaves while XfrmOutNoStates rises',
    disprovedBy: 'a security association for that address: ip xfrm state',
    remedy: 'Start the key exchange, or remove the policy.',
  },
  'filter-drop': {
    leg: 'here',
    title: 'a packet filter{place|} drops it',
    shownBy:
      'the rule that decides for this very packet, read from the rules, and that the attempt ends as that rule would have it; of other hosts, counters and rules there',
    disprovedBy: 'the same connection with that rule taken out, failing as before',
    remedy: 'Have that filter accept it.',
  },
  'filter-reject': {
    leg: 'here',
    title: 'a packet filter{place|} rejects it',
    shownBy:
      'the rule that decides for this very packet, or an ICMP error or reset that no closed port sends, with its sender',
    disprovedBy: 'the same connection with that rule taken out, failing as before',
    remedy: 'Have that filter accept it.',
  },
  'conntrack-full': {
    leg: 'here',
    title: 'the table of tracked connections is full',
    shownBy: 'as many entries as nf_conntrack_max, and drops that rise with each attempt',
    disprovedBy: 'room in the table',
    remedy: 'Raise its limit, or don’t track what needs no tracking.',
    commands: ['sysctl -w net.netfilter.nf_conntrack_max={room|ENTRIES}'],
  },
  'egress-drop': {
    leg: 'here',
    title: 'what this host sends by {device|the interface} is lost before the wire',
    shownBy: 'no frame leaves while TCPRetransFail, or the queue’s count of drops, rises',
    disprovedBy: 'a frame of the attempt at that interface',
    remedy: 'Look at the queue and the programs of the interface: tc -s qdisc show dev {device|DEVICE}.',
  },
  'neighbour-wrong': {
    leg: 'here',
    title: 'the hardware address of {neighbour|the next hop} is fixed, and nobody there answers to it',
    shownBy: 'a permanent entry of the neighbour table, and silence',
    disprovedBy: 'the same hardware address in an answer to a new question',
    remedy: 'Remove the entry: the address is asked for anew.',
    commands: ['ip neigh del {neighbour|NEIGHBOUR} dev {device|DEVICE}'],
  },
  'neighbour-silent': {
    leg: 'here',
    title: '{neighbour|the next hop} does not answer on the link of {device|the interface}',
    shownBy: 'EHOSTUNREACH after about three seconds, and a neighbour entry that failed',
    disprovedBy: 'an answer to ARP or neighbour discovery',
    remedy:
      'Switch {neighbour|that host} on, or look whether it is on this link and whether ARP or neighbour discovery is filtered there.',
  },
  'gateway-silent': {
    leg: 'here',
    title: 'the gateway {neighbour|the next hop} does not answer on the link of {device|the interface}',
    shownBy: 'EHOSTUNREACH after about three seconds, and the neighbour entry of the gateway that failed',
    disprovedBy: 'an answer of the gateway to ARP or neighbour discovery',
    remedy:
      'Look whether {neighbour|the gateway} is on, and whether ARP or neighbour discovery is filtered there; or route by another one.',
  },
  'local-network-permission': {
    leg: 'here',
    title: 'macOS may not let this program reach the local network',
    shownBy: 'EHOSTUNREACH for an address of the own subnet on macOS; from documentation, not shown',
    disprovedBy: 'the same connection made by a program of the system, failing as well',
    remedy: 'Allow it under System Settings, Privacy & Security, Local Network.',
  },
} as const satisfies Readonly<Record<string, Cause>>
