/** Rows whose advice isn't followed word by word, each with its reason: there the row takes its own change back instead. */
export const NOT_CARRIED_OUT: Readonly<Record<string, string>> = {
  'closes-at-once':
    'the advice is to look into the server’s log: what makes a program hang up, no host tells',
  'hop-limit-too-small':
    'the advice is to look for what lowers the time to live; the client’s view doesn’t name it',
  'hop-limit-too-small-of-ipv6': 'the same',
  'another-host-has-the-address-too': 'the advice is to find the other host: no view of it is asked',
  'own-prefix-is-too-short':
    'the advice is to correct a prefix length or a route: which one is right, only who planned the network knows',
  'prefix-of-the-target-is-too-short': 'the same',
  'link-local-without-zone': 'on no link of the lab is there a host with that address',
  'bridge-ports-are-kept-apart':
    'the advice is to look whether the host is on the link: only the bridge tells, of which no view is asked',
  'parent-of-a-macvlan-to-its-child': 'the same, of the kernel that keeps a parent from its child',
  'server-wants-a-certificate-of-the-client-after-the-handshake':
    'the advice is to read the alert, which says what is wanted',
  'server-wants-a-certificate-of-the-client': 'the advice is to read the alert, which says what is wanted',
  'syn-queue-full-by-its-backlog':
    'SYN cookies let the handshake through, and the bare socket of the row has no program that would answer',
  'table-of-connections-is-full': 'the limit is the machine’s, and a namespace may not raise it',
  'taken-by-a-box-on-the-way': 'the advice is to look for a proxy: no view of where it may stand is asked',
  'large-packets-vanish-and-the-client-feels-its-way':
    'the advice is to let routers speak: no view of theirs is asked',
  'checksums-are-damaged-on-the-way':
    'the advice is to look at what changes packets: who does, no host tells',
  'udp-too-large-for-the-own-link':
    'the advice is to let the link take more: how much it could, nobody tells',
  'udp-too-large-for-the-way': 'the same, of a link that nobody sees',
  'udp-fragments-are-filtered-by-the-router':
    'the advice is to let fragments pass: which rule drops them, their counters don’t tell',
  'udp-fragments-are-filtered': 'the same, of the target’s own rules',
  'udp-fragments-are-filtered-all-of-them': 'the same',
  'dns-fragments-are-filtered': 'the same, of those of a resolver’s answers',
  'routing-loop': 'the advice is to look for the loop: which of its routers is wrong, nobody can tell',
}
