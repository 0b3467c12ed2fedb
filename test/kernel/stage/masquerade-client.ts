/**
 * Sends one datagram after the other at a steady rate, each from a port of its own, through a masquerade with few ports.
 * Says each as `[seconds, passed]`, where one that finds no port doesn't pass: sendto() says EPERM. Arguments: the lowest and the
 * highest port of the masquerade, how long the kernel keeps one (seconds), datagrams a second, and how many seconds in all.
 */
import { spawnSync } from 'node:child_process'
import { set } from './exhaustion.ts'
import * as libc from './libc.ts'
import { ipAddress } from './socket-address.ts'

const [, , low = '', high = '', hold = '', rate = '', seconds = ''] = process.argv

function run(command: string, words: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(command, words, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${stderr}`)
}

/** A datagram that finds no port is dropped on its way out, which the sender is told. */
function passes(fd: number): boolean {
  try {
    return libc.trySend(fd, new Uint8Array(1))
  } catch (error) {
    if (/EPERM/.test(String(error))) return false
    throw error
  }
}

run('ip', ['link', 'add', 'out', 'type', 'veth', 'peer', 'name', 'nowhere'])
run('ip', ['address', 'add', '192.0.2.1/24', 'dev', 'out'])
for (const device of ['out', 'nowhere']) run('ip', ['link', 'set', device, 'up'])
run('ip', ['neighbour', 'add', '192.0.2.99', 'lladdr', '02:00:00:00:00:01', 'dev', 'out'])
run(
  'nft',
  ['-f', '-'],
  `table ip t {
    chain gone { type filter hook prerouting priority -400; drop; }
    chain out { type nat hook postrouting priority 100; meta l4proto udp masquerade to :${low}-${high}; }
  }
`,
)
set('net.netfilter.nf_conntrack_udp_timeout', hold)

const started = performance.now()
const sent: (readonly [at: number, passed: boolean])[] = []
for (let i = 0; i < Number(rate) * Number(seconds); i++) {
  const due = started + (i * 1000) / Number(rate)
  while (performance.now() < due);
  const fd = libc.socket(libc.AF_INET, libc.SOCK_DGRAM)
  libc.bind(fd, ipAddress('0.0.0.0', 10_000 + i))
  libc.connect(fd, ipAddress('192.0.2.99', 9))
  const at = (performance.now() - started) / 1000
  sent.push([at, passes(fd)])
  libc.close(fd)
}
process.stdout.write(JSON.stringify(sent))
