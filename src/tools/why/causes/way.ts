import type { Cause } from './cause.ts'

/** Between the two hosts. */
export const WAY_CAUSES = {
  'hop-limit': {
    leg: 'way',
    title: 'packets run out of hops on the way',
    shownBy: 'ICMP time exceeded for the attempt, from {by|a router on the way}',
    disprovedBy: 'an attempt with a larger time to live that gets through',
    remedy:
      'Look for a routing loop around {by|a router on the way}, or for something that lowers the time to live.',
  },
  'router-no-route': {
    leg: 'way',
    title: 'the router {by|a router on the way} has no route to {address|the target}',
    shownBy: 'ICMP 3/0 or ICMPv6 1/0 from that router',
    disprovedBy: 'a route to the target at that router',
    remedy: 'Add the route at {by|a router on the way}.',
  },
  'router-refuses': {
    leg: 'way',
    title: '{by|a router on the way} refuses to pass it on',
    shownBy: 'an ICMP error that speaks of prohibition or of a route that refuses, with its sender',
    disprovedBy: 'rules and routes at that router that pass it on',
    remedy: 'Change the rules or routes at {by|a router on the way}.',
  },
  'forwarding-off': {
    leg: 'way',
    title: '{by|a router on the way} does not pass packets on',
    shownBy: 'net.ipv4.ip_forward there, and IpInAddrErrors that rises with each attempt',
    disprovedBy: 'forwarding switched on there',
    remedy: 'Switch it on.',
    commands: ['sysctl -w {setting|net.ipv4.ip_forward}=1'],
  },
  'reverse-path': {
    leg: 'way',
    title: '{by|a router on the way} drops what comes from {source|this host}: its way back is another one',
    shownBy: 'TcpExtIPReversePathFilter that rises with each attempt there, rp_filter, and its routes',
    disprovedBy: 'a counter that stays',
    remedy: 'Let it come by a way that the answers don’t take (loose), or make both ways the same.',
    commands: ['sysctl -w {setting|net.ipv4.conf.DEVICE.rp_filter}=2'],
  },
  'way-drops': {
    leg: 'way',
    title: 'somebody on the way{behind|} drops it without a word',
    shownBy:
      'probes with a small time to live for this port are answered up to a hop, and beyond it only other ports are',
    disprovedBy: 'an answer for this port from beyond that hop',
    remedy: 'Ask whoever runs the network on the way{behind|} for this port.',
  },
  'icmp-limited': {
    leg: 'way',
    title: '{by|a router on the way} holds back the errors that it would send',
    shownBy:
      'IcmpOutRateLimitHost or IcmpOutRateLimitGlobal that rises there; from here, that the next hop says nothing of a packet whose time must run out at it, so that a silence may hide what it knows',
    disprovedBy: 'an error of that router for the attempt, or for a packet whose time ran out there',
    remedy:
      'An error that came before the silence stands. Otherwise ask {by|that router} itself, by --at, or again once it has been left alone for a while.',
    lets: true,
  },
  'address-conflict': {
    leg: 'way',
    title: 'another host{hardware|} answers for {neighbour|the address}',
    shownBy:
      'an entry of a neighbour table that nobody has fixed, with a hardware address that the target doesn’t have (RFC 5227); or a reset that the target, where its listener and rules let it in, did not send',
    disprovedBy: 'the target’s own hardware address in that entry',
    remedy: 'Find the host that has {neighbour|the address} as well, and give it another address.',
  },
  'nearer-box': {
    leg: 'way',
    title: 'a box in front of {address|the target} answers in its place',
    shownBy: 'a reset or SYN-ACK whose time to live differs from what the address itself sends',
    disprovedBy: 'the same time to live for both',
    remedy: 'Look at the filter or proxy {hops|some} hops nearer than the target.',
  },
  intercepted: {
    leg: 'after',
    title: 'somebody on the way takes connections in the name of {address|the target}',
    shownBy: 'a SYN-ACK with a time to live that another port or a ping of the same address doesn’t have',
    disprovedBy: 'the same time to live for both',
    remedy: 'Look for a transparent proxy or a redirecting rule on the way.',
  },
  'nat-backend-closed': {
    leg: 'far',
    title: '{address|the target} passes it on to a host where nobody listens',
    shownBy: 'a reset from that address that has come farther than the address itself is',
    disprovedBy: 'a listener behind that address',
    remedy:
      'Start the service that is to listen on {backend|the host behind it}, or correct where {address|the target} forwards to.',
  },
  'nat-backend-silent': {
    leg: 'far',
    title: '{address|the target} passes it on to a host that does not answer',
    shownBy: 'the rule of translation there, or ICMP 3/1 from the address that was asked itself',
    disprovedBy: 'an answer of the host behind it',
    remedy: 'Start the host {backend|behind it}, or correct where {address|the target} forwards to.',
  },
  'stale-translation': {
    leg: 'way',
    title: '{by|a router on the way} still translates by a rule that is gone',
    shownBy: 'a tracked connection that leads elsewhere than the rules of today do',
    disprovedBy: 'the same destination in both',
    remedy: 'Delete the entry.',
  },
  'no-return-route': {
    leg: 'far-back',
    title: '{by|a router on the way} has no route back to {source|this host}',
    shownBy:
      'IpOutNoRoutes, or ListenDrops without overflows, that rises with each attempt there, and its routes',
    disprovedBy: 'a route to that source there',
    remedy: 'Add a route to {source|this host} at {by|a router on the way}.',
  },
  'reply-from-elsewhere': {
    leg: 'here-back',
    title: 'the answer comes from {other|another address} instead of {address|the target}',
    shownBy: 'a SYN-ACK, or datagram, from another address for the same ports, which this host refuses',
    disprovedBy: 'an answer from the address that was asked',
    remedy:
      'Translate the source as well where the destination is translated (hairpin NAT), or ask {other|another address} itself.',
  },
  'checksum-damage': {
    leg: 'far',
    title: 'packets arrive damaged',
    shownBy: 'TcpInCsumErrors or UdpInCsumErrors that rises with each attempt at the target',
    disprovedBy: 'counters that stay',
    remedy: 'Look at checksum offload of the interfaces, and at what changes packets on the way.',
  },
  'datagram-too-large': {
    leg: 'way',
    title:
      'a datagram of {bytes|that many} bytes does not fit into the {size|fewer} that {by|a link on the way} takes in one piece',
    shownBy:
      'the MTU of the interface or of the path, or ICMP "fragmentation needed", beside the size of a question that its protocol forbids to cut',
    disprovedBy: 'an answer to a datagram of that size that must not be cut',
    remedy: 'Let the link take more: raise its MTU, or carry less around each packet (tunnels, VPN).',
  },
  'fragments-dropped': {
    leg: 'after',
    title: 'fragments do not get through',
    shownBy:
      'a question as large as one packet is answered and one that is cut in two isn’t, again and again; at the target IpReasmReqds without IpReasmOKs',
    disprovedBy: 'a datagram larger than one packet that is answered',
    remedy: 'Let fragments pass, or send smaller datagrams.',
  },
  'mtu-black-hole': {
    leg: 'after',
    title: 'packets {size|above a certain size} vanish, and nobody says so',
    shownBy:
      'the connection stands and small pieces pass, large ones are sent again and again, no "packet too big" comes',
    disprovedBy: 'a full-sized segment that is acknowledged',
    remedy: 'Let ICMP "fragmentation needed" and "packet too big" pass, or clamp the MSS on the way.',
  },
} as const satisfies Readonly<Record<string, Cause>>
