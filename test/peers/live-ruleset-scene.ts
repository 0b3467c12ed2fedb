/**
 * In a namespace of its own: rules of nft and of both kinds of iptables, and what we read of them all. Prints it as JSON.
 */
import { spawnSync } from 'node:child_process'
import { openOS } from '../../src/os/open.ts'
import { readRuleset } from '../../src/tools/firewall/firewall.ts'
import { fileOf, RULES } from '../../src/wire/iptables-save/rules.cases.ts'

function run(argv: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(argv[0]!, argv.slice(1), { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
}

for (const [family, program] of [
  ['ip', 'iptables-nft-restore'],
  ['ip6', 'ip6tables-nft-restore'],
] as const) {
  for (const table of ['filter', 'nat', 'mangle', 'raw'] as const) {
    const rules = RULES.filter(row => row.family === family && row.table === table).map(({ rule }) => rule)
    if (rules.length > 0) run([program], fileOf(table, rules))
  }
}
run(['ipset', 'create', 'allowed', 'hash:ip,port'])
run(['ipset', 'add', 'allowed', '10.0.0.1,tcp:443'])
run(['iptables-nft', '-A', 'FORWARD', '-m', 'set', '--match-set', 'allowed', 'src,dst', '-j', 'ACCEPT'])
run(['iptables-legacy', '-P', 'FORWARD', 'DROP'])
run(['iptables-legacy', '-A', 'INPUT', '-p', 'tcp', '--dport', '23', '-j', 'DROP'])
run(
  ['nft', '-f', '-'],
  `
    insert rule ip filter OUTPUT ip daddr { 192.0.2.1, 192.0.2.2 } tcp dport 22 accept
    table netdev guard { chain in { type filter hook ingress device "lo" priority 0; tcp dport 25 drop; }; }
    table inet mine { chain in { type filter hook input priority 0; tcp dport 26 drop; }; }
  `,
)
const os = await openOS()
const wide = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)
console.log(JSON.stringify(await readRuleset(os), wide))
await os.close()
