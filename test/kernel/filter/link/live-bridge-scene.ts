/** In a namespace of its own: a bridge of three ports, its chains, and what is said of flows. Prints them as JSON. */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { openOS } from '../../../../src/os/open.ts'
import {
  judgeFlow,
  parseFlowQuestion,
  readHost,
  readRuleset,
} from '../../../../src/tools/firewall/firewall.ts'

const COMMANDS = [
  'ip link set lo up',
  'ip link add br0 type bridge forward_delay 0 mcast_snooping 0',
  ...[1, 2, 3].flatMap(n => [
    `ip link add veth${n} type veth peer name end${n}`,
    `ip link set veth${n} master br0`,
    `ip link set veth${n} up`,
    `ip link set end${n} up`,
  ]),
  'ip link set br0 up',
  'ip address add 10.0.0.1/24 dev br0',
  'ip route add default via 10.0.0.254',
  'ip neighbour add 10.0.0.3 lladdr 02:00:00:00:00:03 dev br0 nud permanent',
  'bridge fdb add 02:00:00:00:00:03 dev veth2 master static',
  'sysctl -qw net.ipv4.ip_forward=1',
]
const RULES = `table bridge b {
 chain f {
  type filter hook forward priority 0; policy accept;
  tcp dport 22 drop
  oifname "veth2" tcp dport 443 drop
 }
 chain i {
  type filter hook input priority 0; policy accept;
  tcp dport 53 drop
 }
}
`
const FLOWS = [
  'tcp 10.0.0.2:1 -> 10.0.0.3:22 in veth1',
  'tcp 10.0.0.2:1 -> 10.0.0.3:80 in veth1',
  'tcp 10.0.0.2:1 -> 10.0.0.3:443 in veth1',
  'tcp 10.0.0.2:1 -> 10.0.0.9:443 in veth1',
  'tcp 10.0.0.2:1 -> 10.0.0.9:443 in veth1 out veth3',
  'tcp 10.0.0.2:1 -> 10.0.0.1:53 in veth1',
  'tcp 10.0.0.2:1 -> 10.0.0.1:53 in br0',
  'tcp 10.0.0.1:1 -> 10.0.0.3:22',
  'tcp 10.0.0.2:1 -> 192.0.2.1:53 in veth1',
]

function run([program = '', ...args]: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(program, args, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}

for (const command of COMMANDS) run(command.split(' '))
const LENDING = '/proc/sys/net/bridge/bridge-nf-call-iptables'
if (existsSync(LENDING)) writeFileSync(LENDING, '0\n')
run(['nft', '-f', '-'], RULES)
const os = await openOS()
const [{ ruleset }, host] = [await readRuleset(os), await readHost(os)]
await os.close()
if (!host.known) throw new Error('the routes are not known')
const told = FLOWS.map(flow => {
  const { decision } = judgeFlow({ ruleset, host: host.value }, parseFlowQuestion(flow))
  const { kind, rule, unknown } = decision
  const by = kind === 'drop' && rule ? ` by ${rule.family} ${rule.table} ${rule.chain} ${rule.index + 1}` : ''
  return [flow, `${kind}${by}${unknown[0] === undefined ? '' : ` on ${unknown[0].expression}`}`]
})
console.log(JSON.stringify(Object.fromEntries(told)))
