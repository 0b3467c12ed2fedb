/**
 * Client, router, isp and server, which has two addresses and coturn. Loads the rules of each set-up in turn, asks
 * `ports nat type` in the client, and says what came.
 */
import { join } from 'node:path'
import { root } from '../../project.ts'
import { Lab } from './lab.ts'
import { SET_UPS } from './nat-type-cases.ts'

const lab = new Lab()
lab.add('client', 'router', 'isp', 'server', 'other')
lab.link('client', '192.168.7.2/24', 'router', '192.168.7.1/24')
lab.link('router', '203.0.113.1/24', 'server', '203.0.113.7/24')
lab.run('server', 'ip', 'address', 'add', '203.0.113.8/24', 'dev', 'router')
lab.route('client', 'default', 'via', '192.168.7.1')
lab.route('server', '192.168.7.0/24', 'via', '203.0.113.1')
// The same client behind two NATs: a way of its own, by a second link.
lab.add('home')
lab.link('other', '192.168.9.2/24', 'home', '192.168.9.1/24')
lab.link('home', '100.64.0.2/24', 'isp', '100.64.0.1/24')
lab.link('isp', '198.51.100.1/24', 'server', '198.51.100.7/24')
lab.run('server', 'ip', 'address', 'add', '198.51.100.8/24', 'dev', 'isp')
lab.route('other', 'default', 'via', '192.168.9.1')
lab.route('home', 'default', 'via', '100.64.0.1')
lab.forward('router', 'home', 'isp')
for (const at of ['home', 'isp'])
  lab.rules(
    at,
    `table ip nat {
  chain post {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "${at === 'home' ? 'isp' : 'server'}" masquerade
  }
  chain in {
    type filter hook input priority 0; policy accept;
    iifname "${at === 'home' ? 'isp' : 'server'}" ct state new drop
  }
}
`,
  )

const turn = (...addresses: readonly string[]) =>
  lab.start(
    'server',
    [
      'turnserver',
      '-v',
      '-n',
      '-S',
      ...addresses.flatMap(one => ['-L', one]),
      '--listening-port=3478',
      '--alt-listening-port=3479',
      '--no-tls',
      '--no-dtls',
      '--no-cli',
      `--pidfile=/run/turn-${addresses[0]}.pid`,
      '--log-file=stdout',
      '--simple-log',
    ],
    `IPv4. UDP listener opened on: ${addresses.at(-1)}:${addresses.length > 1 ? 3479 : 3478}`,
  )
await turn('203.0.113.7', '203.0.113.8')
await turn('198.51.100.7', '198.51.100.8')
await turn('127.0.0.1')

const told: Record<string, { status: number | null; answer: unknown; err: string }> = {}
const wanted = process.argv[2]
for (const {
  name,
  rules,
  server = '203.0.113.7',
  words = [],
  at = 'client',
  second,
  seconds = 30,
} of SET_UPS) {
  if (wanted !== undefined && name !== wanted) continue
  lab.run('router', 'nft', 'flush', 'ruleset')
  lab.run('router', 'conntrack', '-F')
  lab.rules('router', rules)
  lab.run('router', 'sysctl', '-qw', `net.netfilter.nf_conntrack_udp_timeout=${seconds}`)
  if (second === true) lab.run('client', 'ip', 'address', 'add', '192.168.7.3/24', 'dev', 'router')
  const argv = ['nat', 'type', '--server', server, '--json', ...words]
  const { status, out, err } = await lab.ask(at, process.execPath, join(root, 'bin', 'ports.js'), ...argv)
  if (second === true) lab.run('client', 'ip', 'address', 'del', '192.168.7.3/24', 'dev', 'router')
  told[name] = { status, answer: out === '' ? null : JSON.parse(out), err }
}
lab.close()
process.stdout.write(`${JSON.stringify(told)}\n`)
process.exit(0)
