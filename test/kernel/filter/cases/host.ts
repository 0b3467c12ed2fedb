/**
 * What the host knows beside headers and connections: ways, clocks, fingerprints, devices (nft(8), "META EXPRESSIONS",
 * "ROUTING EXPRESSIONS", "OSF EXPRESSION", "IPSEC EXPRESSIONS").
 */
import { type Case, hook, inet, strict } from '../case.ts'

/** The clock that the kernel's answers go by. Rules leave an hour, or a day, on either side: it goes on. */
const NOW = new Date()
const two = (number: number): string => String(number).padStart(2, '0')
/** Three whole hours, the middle one so many from now; one by one, since a range can't go over midnight. */
const hoursAround = (later: number): string =>
  [-1, 0, 1]
    .map(each => two((NOW.getUTCHours() + later + each + 24) % 24))
    .map(hour => `"${hour}:00:00"-"${hour}:59:59"`)
    .join(', ')
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const dayFrom = (later: number): string => `"${DAYS[(NOW.getUTCDay() + later + 7) % 7]}"`

const pre = (...rules: readonly string[]): string => inet(hook('pre', 'prerouting', ...rules))
const forward = (...rules: readonly string[]): string => inet(hook('fw', 'forward', ...rules))

export const HOST_FACTS: readonly Case[] = [
  {
    name: 'the processor',
    rules: strict('meta cpu 0 tcp dport 22 accept', 'meta cpu 1-4096 accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'a random number is one of all',
    rules: strict('meta random 0-4294967295 tcp dport 22 accept', 'meta random > 4294967295 accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'the realm of the way it takes',
    rules: forward('meta rtclassid 7 drop', 'rt classid 7 accept'),
    packets: 'tcp a > 198.18.0.1:22 = drop by fw/1',
    facts: { 'meta rtclassid': 7, 'rt classid': 7 },
  },
  {
    name: 'the realm of a way that has none',
    rules: forward('rt classid 7 drop', 'rt classid != 0 drop', 'rt classid 0 tcp dport 22 drop'),
    packets: 'tcp a > b:22 = drop by fw/3; tcp a > b:80 = accept by nothing',
  },
  {
    name: 'before routing there is no way yet, and on loopback it is kept',
    rules: pre(
      'rt classid 0 drop',
      'rt classid != 0 drop',
      'meta rtclassid 0 drop',
      'meta rtclassid != 0 drop',
    ),
    packets:
      'tcp a > me:22 = accept by nothing; tcp a > b:22 = accept by nothing; tcp lo > lo:22 = drop by pre/1',
  },
  {
    name: 'the next hop',
    rules: forward(
      'rt ip nexthop 10.2.0.2 drop',
      'rt ip nexthop 10.2.0.0/24 accept',
      'rt ip6 nexthop fd02::2 drop',
    ),
    packets: 'tcp a > b:22 = drop by fw/1',
    facts: { 'rt nexthop': 0x0a020002 },
  },
  {
    name: 'the next hop of IPv6',
    rules: forward('rt ip nexthop 10.2.0.2 drop', 'rt ip6 nexthop fd02::2 drop'),
    packets: 'tcp a6 > b6:22 = drop by fw/2',
    facts: { 'rt nexthop': (0xfd02n << 112n) | 2n },
  },
  {
    name: 'the segment size that the way allows',
    rules: forward('rt mtu 1460 drop', 'rt mtu 1440 accept'),
    packets: 'tcp a > b:22 = drop by fw/1',
    facts: { 'rt mtu': 1460 },
  },
  {
    name: 'the segment size that the way allows, of IPv6',
    rules: forward('rt mtu < 1440 accept', 'rt mtu 1440 drop'),
    packets: 'tcp a6 > b6:22 = drop by fw/2',
    facts: { 'rt mtu': 1440 },
  },
  {
    name: 'segments made as small as the way needs',
    rules: inet(
      hook('fw', 'forward', 'tcp flags syn tcp option maxseg size set rt mtu'),
      hook('post', 'postrouting', 'tcp option maxseg size 1460 drop', 'tcp option maxseg size 1200 accept'),
    ),
    packets: 'tcp a > b:22 syn mss=9000 = drop by post/1; tcp a > b:22 syn mss=1200 = accept by post/2',
    facts: { 'rt mtu': 1460 },
  },
  {
    name: 'no security policy is at work',
    rules: forward('rt ipsec exists drop', 'rt ipsec missing tcp dport 22 drop'),
    packets: 'tcp a > b:22 = drop by fw/2; tcp a > b:80 = accept by nothing',
  },
  {
    name: 'what came in without IPsec',
    rules: strict('meta ipsec exists drop', 'meta ipsec missing tcp dport 22 accept'),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'of IPsec that isn’t there nothing is known, also where it is denied',
    rules: strict(
      'ipsec in reqid 1 accept',
      'ipsec in spi != 5 accept',
      'ipsec in ip saddr != 10.0.0.1 accept',
      'tcp dport 22 accept',
    ),
    packets: 'tcp a > me:22 = accept by in/4; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'nor on its way out',
    rules: forward('ipsec out reqid != 1 drop', 'ipsec out spi 1-4096 drop', 'tcp dport 22 drop'),
    packets: 'tcp a > b:22 = drop by fw/3; tcp a > b:80 = accept by nothing',
  },
  {
    name: 'a fingerprint that nobody knows',
    rules: strict(
      'osf name "Linux" drop',
      'osf name "unknown" tcp dport 22 accept',
      'osf name != "Linux" tcp dport 80 accept',
    ),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:80 = accept by in/3',
    facts: { 'osf name': 'unknown' },
  },
  {
    name: 'only a SYN has a fingerprint',
    rules: strict(
      'osf name "unknown" accept',
      'osf ttl loose version != "Linux:3.0" accept',
      'udp dport 53 accept',
    ),
    packets:
      'tcp a > me:22 ack = drop by in/policy; tcp a > me:22 syn = accept by in/1; udp a > me:53 = accept by in/3; udp a > me:80 = drop',
    facts: { 'osf name': 'unknown', 'osf version': 'unknown' },
  },
  {
    name: 'groups of devices',
    rules: inet(
      hook('fw', 'forward', 'iifgroup 5 drop', 'oifgroup 5 tcp dport 22 drop', 'oifgroup != 5 accept'),
    ),
    packets: 'tcp b > a:80 = drop by fw/1; tcp a > b:22 = drop by fw/2; tcp a > b:80 = accept by nothing',
  },
  {
    name: 'without a device there is no group, no kind and no type, also where they are denied',
    rules: inet(
      hook('in', 'input', 'oifgroup != 5 drop', 'meta oifkind != "veth" drop', 'oiftype != ether drop'),
      hook('out', 'output', 'iifgroup != 5 drop', 'meta iifkind != "veth" drop', 'iiftype != ether drop'),
    ),
    packets: 'tcp a > me:22 = accept by nothing; tcp me > a:22 = accept by nothing',
  },
  {
    name: 'drivers of devices',
    rules: strict('meta iifkind "tun" tcp dport 22 accept', 'meta iifkind != "tun" tcp dport 80 accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop; tcp lo > lo:80 = drop by in/policy',
  },
  {
    name: 'a packet for this host',
    rules: strict('meta pkttype host tcp dport 22 accept', 'meta pkttype != { broadcast, multicast } accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/2',
  },
  {
    name: 'types of devices',
    rules: inet(hook('fw', 'forward', 'iiftype 65534 oiftype != loopback drop', 'iiftype ether drop')),
    packets: 'tcp a > b:22 = drop by fw/1',
  },
  {
    name: 'dates long ago and far away',
    rules: strict(
      'meta time < "2020-01-01 00:00:00" drop',
      'meta time "2020-01-01 00:00:00"-"2100-01-01 00:00:00" accept',
    ),
    packets: 'tcp a > me:22 = accept by in/2',
    facts: { 'meta time': BigInt(Date.now()) * 1_000_000n },
  },
  {
    name: 'the hour',
    rules: strict(
      `meta hour { ${hoursAround(0)} } tcp dport 22 accept`,
      `meta hour { ${hoursAround(12)} } accept`,
    ),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/policy',
    facts: { 'meta hour': NOW.getUTCHours() * 3600 + NOW.getUTCMinutes() * 60 },
  },
  {
    name: 'the day',
    rules: strict(
      `meta day { ${[-1, 0, 1].map(dayFrom).join(', ')} } tcp dport 22 accept`,
      `meta day { ${[2, 3, 4, 5].map(dayFrom).join(', ')} } accept`,
      `meta day ${dayFrom(3)} accept`,
    ),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/policy',
    facts: { 'meta day': NOW.getUTCDay() },
  },
]
