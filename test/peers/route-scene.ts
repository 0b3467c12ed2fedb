/** In a namespace of its own: routes of every sort, what we read of them, and what ip(8) says. Prints both as JSON. */
import { spawnSync } from 'node:child_process'
import { openOS } from '../../src/os/open.ts'

const COMMANDS = [
  'link set lo up',
  'link add v0 type veth peer name v1',
  'link add br0 type bridge',
  'link set v1 master br0',
  'link set dev v0 group 7',
  'link set v0 up',
  'link set v1 up',
  'link set br0 up',
  'addr add 10.0.0.1/24 dev v0',
  'addr add 10.1.0.1/24 dev br0',
  'addr add 2001:db8::1/64 dev v0 nodad',
  'route add default via 10.0.0.254 metric 100 src 10.0.0.1',
  'route add 192.0.2.0/24 nexthop via 10.0.0.2 weight 1 nexthop via 10.1.0.2 weight 3',
  'route add blackhole 198.51.100.0/24',
  'route add unreachable 203.0.113.0/24 metric 5',
  'route add 172.16.0.0/12 via 10.0.0.3 table 1000',
  'route add 172.17.0.0/16 via inet6 2001:db8::9 dev v0',
  '-6 route add 2001:db8:1::/48 via 2001:db8::2 dev v0',
  '-6 route add 2001:db8:2::/48 from 2001:db8::/64 via 2001:db8::3 dev v0',
  '-6 route add prohibit 2001:db8:3::/48',
  'rule add from 10.0.0.0/8 table 1000 priority 100',
  'rule add fwmark 0x10/0xf0 table 1000 priority 200',
  'rule add not iif v0 to 192.0.2.0/24 table 1000 priority 300',
  'rule add uidrange 1000-2000 ipproto tcp dport 80-90 table 1000 priority 400',
  'rule add table 254 suppress_prefixlength 0 priority 500',
  'rule add prohibit from 10.9.0.0/16 priority 600',
  'rule add goto 32766 priority 700',
  '-6 rule add oif v0 table 1000 priority 150',
  'link set dev v0 mtu 1400',
  'link set v1 type bridge_slave hairpin on isolated on',
  'link add br1 type bridge nf_call_iptables 1',
  'neigh add 10.0.0.77 lladdr 02:00:00:00:00:77 dev v0 nud permanent',
  'neigh add 2001:db8::77 lladdr 02:00:00:00:00:78 dev v0 nud stale',
]

const ip = (args: string): string => {
  const { status, stdout, stderr } = spawnSync('ip', args.split(' '), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args}: ${stderr}`)
  return stdout
}
const json = (args: string): unknown => JSON.parse(ip(args) || '[]')

for (const command of COMMANDS) ip(command)
const tc = spawnSync('tc', ['qdisc', 'add', 'dev', 'v0', 'clsact'])
const filter = spawnSync('tc', [
  ...'filter add dev v0 ingress protocol ip bpf da bytecode'.split(' '),
  '1,6 0 0 0',
])

const fdb = spawnSync('bridge', 'fdb add 02:00:00:00:00:79 dev v1 master static'.split(' '), {
  encoding: 'utf8',
})
if (fdb.status !== 0) throw new Error(fdb.stderr)

const os = await openOS()
console.log(
  JSON.stringify({
    routes: await os.routes(),
    outside: tc.status === 0 && filter.status === 0 ? (await os.ruleset()).outside : null,
    peer: {
      routes: [
        ...(json('-j -4 route show table all') as object[]),
        ...(json('-j -6 route show table all') as object[]),
      ],
      rules: json('-j -N rule show'),
      rules6: json('-j -N -6 rule show'),
      links: json('-j -d link show'),
      neighbours: json('-j neigh show'),
      bridgeEntries: JSON.parse(
        spawnSync('bridge', ['-j', 'fdb', 'show'], { encoding: 'utf8' }).stdout,
      ) as unknown,
    },
  }),
)
await os.close()
