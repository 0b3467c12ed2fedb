/** What a client alone can't tell apart: the classes that ambiguous rows expect. */

/** A reset with the hop limit that the host's other answers have, or an ICMP port unreachable of its own. */
export const REFUSED_ALIKE = [
  'nobody-listens',
  'listener-loopback',
  'listener-other-address',
  'listener-other-family',
  'listener-other-device',
  'listener-other-namespace',
  'listener-other-protocol',
  'filter-reject',
  'address-conflict',
] as const

/** This port is silent; the host's other ports and its echo answer. */
export const PORT_SILENT = [
  'filter-drop',
  'way-drops',
  'accept-queue-full',
  'syn-queue-full',
  'md5-required',
  'socket-filter',
  'checksum-damage',
  'descriptors-exhausted',
  'process-stopped',
  'nat-backend-silent',
] as const

/** Nothing of this host answers: a filter that lets one full port through isn't excluded, either. */
export const HOST_SILENT = [
  ...PORT_SILENT,
  'no-return-route',
  'reverse-path',
  'forwarding-off',
  'route-blackhole',
  'neighbour-wrong',
  'conntrack-full',
  'host-down',
  'reply-from-elsewhere',
  'icmp-limited',
  'hop-limit',
] as const

/** Who may not look at frames can't tell silence of the network from that of the own host. */
export const OWN_SILENT = [
  'filter-drop',
  'neighbour-silent',
  'gateway-silent',
  'ipsec-no-state',
  'egress-drop',
  'conntrack-full',
  'sandbox-denied',
] as const

/** Of datagrams: nothing of this host answers, and it says nothing of other ports, either. */
export const UDP_HOST_SILENT = [
  'udp-silent',
  'filter-drop',
  'way-drops',
  'receive-buffer-full',
  'stale-translation',
  'reply-from-elsewhere',
  'nat-backend-silent',
  'no-return-route',
  'reverse-path',
  'forwarding-off',
  'route-blackhole',
  'neighbour-wrong',
  'conntrack-full',
  'host-down',
  'icmp-limited',
] as const

/** The target saw nothing arrive, and knows no more. */
export const LOST_BEFORE_TARGET = [
  'filter-drop',
  'way-drops',
  'forwarding-off',
  'route-blackhole',
  'conntrack-full',
  'neighbour-wrong',
  'icmp-limited',
  'host-down',
] as const

/** A router says that it is forbidden. */
export const FORBIDDEN_THERE = ['router-refuses', 'filter-reject', 'route-prohibit'] as const

/** A router says that it knows no way, or that nobody is there, at once. */
export const NO_WAY_THERE = [
  'router-refuses',
  'router-no-route',
  'filter-reject',
  'route-unreachable',
  'host-down',
  'neighbour-silent',
  'nat-backend-silent',
] as const

/** Nobody on the link answers for the address. */
export const NEIGHBOUR_SILENT = ['neighbour-silent', 'host-down'] as const

/** Connected; what is said is taken; nothing comes back. */
export const SILENT_AFTERWARDS = [
  'silent',
  'process-stopped',
  'deferred-accept',
  'reuseport-sibling',
  'accept-queue-full',
  'other-protocol',
  'descriptors-exhausted',
] as const

/** Connected; what is said is never acknowledged. */
export const LOST_AFTERWARDS = ['data-lost', 'mtu-black-hole', 'way-drops', 'filter-drop'] as const
