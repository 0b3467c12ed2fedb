/**
 * Client, router and server: connections that are masqueraded, sent on, and redirected; then what `ports nat` says in the
 * router, beside conntrack.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../project.ts'
import { Lab } from './lab.ts'

const NFT = `table ip nat {
  chain pre {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "server" tcp dport 8443 dnat to 192.168.7.2:443
    iifname "client" tcp dport 80 redirect to :8080
    iifname "server" udp dport 5060 dnat to 192.168.7.3
  }
  chain post {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 192.168.7.0/24 oifname "server" meta l4proto udp masquerade to :40000-40001
    ip saddr 192.168.7.0/24 oifname "server" masquerade
  }
}
`
/** The same. */
const IPTABLES = `*nat
-A PREROUTING -i server -p tcp -m tcp --dport 8443 -j DNAT --to-destination 192.168.7.2:443
-A PREROUTING -i client -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080
-A PREROUTING -i server -p udp -m udp --dport 5060 -j DNAT --to-destination 192.168.7.3
-A POSTROUTING -s 192.168.7.0/24 -o server -p udp -j MASQUERADE --to-ports 40000-40001
-A POSTROUTING -s 192.168.7.0/24 -o server -j MASQUERADE
COMMIT
`

const lab = new Lab()
lab.add('client', 'router', 'server')
lab.link('client', '192.168.7.2/24', 'router', '192.168.7.1/24')
lab.link('router', '203.0.113.1/24', 'server', '203.0.113.7/24')
lab.route('client', 'default', 'via', '192.168.7.1')
lab.forward('router')
const maker = process.argv[2] ?? 'nftables'
if (maker === 'nftables') lab.rules('router', NFT)
else lab.feed('router', IPTABLES, `${maker}-restore`)
const speaker = (name: string): string => join(root, 'test', 'kernel', 'nat', name)
const listen = (at: string, ...ports: readonly number[]) =>
  lab.start(at, [process.execPath, speaker('listeners.ts'), ...ports.map(String)], 'listening')
await listen('server', 80, 443)
await listen('client', 443)
await listen('router', 8080)
const talk = (at: string, ...words: readonly string[]) =>
  lab.start(at, [process.execPath, speaker('talker.ts'), ...words], 'sent')
await talk('client', 'tcp', '203.0.113.7', '443', '3')
await talk('client', 'tcp', '203.0.113.7', '80', '1')
await talk('server', 'tcp', '203.0.113.1', '8443', '2')
await talk('server', 'udp', '203.0.113.1', '5060', '2')
await talk('client', 'udp', '203.0.113.7', '9', '4')

const ports = (...words: readonly string[]) =>
  lab.ask('router', process.execPath, join(root, 'bin', 'ports.js'), ...words)
const unprivileged = await lab.ask(
  'router',
  'setpriv',
  '--reuid=65534',
  '--clear-groups',
  process.execPath,
  join(root, 'bin', 'ports.js'),
  'nat',
  '--strict',
)
const answer = await ports('nat', '--json')
const narrowed = await ports('nat', 'show', 'tcp/8443', '--json')
const listed = lab.run('router', 'conntrack', '-L', '-o', 'xml,id')
// One more than the two ports hold, while somebody looks at the counters.
const watching = ports('nat', '--json')
await talk('client', 'udp', '203.0.113.7', '9', '2')
const later = await watching
const watcher = await lab.start(
  'router',
  [process.execPath, join(root, 'bin', 'ports.js'), 'nat', 'show', '--watch', '-o', 'ndjson', 'tcp/443'],
  'listening',
)
const heard: string[] = []
const isHeard = (async () => {
  for await (const line of createInterface(watcher.stdout!)) {
    const { type, connection } = JSON.parse(line)
    heard.push(`${type} ${connection.original.destination.port}`)
    if (type === 'new') break
  }
})()
await talk('server', 'udp', '203.0.113.1', '5060', '1')
await talk('client', 'tcp', '203.0.113.7', '443', '1')
await isHeard
watcher.kill('SIGINT')
const [interrupted] = await once(watcher, 'close')
lab.close()
process.stdout.write(
  `${JSON.stringify({
    answer: JSON.parse(answer.out),
    status: answer.status,
    narrowed: JSON.parse(narrowed.out),
    listed,
    later: JSON.parse(later.out),
    heard,
    interrupted,
    unprivileged,
  })}\n`,
)
process.exit(0)
