/**
 * Runs in a network namespace of its own: makes very many tracked connections, then reads them in turns with conntrack.
 * Says the milliseconds of each turn as JSON. Arguments: how many turns, a file for output, the words that run `ports`.
 */
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { openLinux } from '../../src/os/linux/linux.ts'
import { runPairs } from '../pairs.ts'
import { time } from '../run.ts'

const [turns, output, ...ports] = process.argv.slice(2) as [string, string, ...string[]]
const SOCKETS = 4
const EACH = 25_000
const FIRST_PORT = 10_000

execFileSync('ip', ['link', 'set', 'lo', 'up'])
execFileSync('nft', ['-f', '-'], {
  input: 'table ip t {\n chain c {\n type filter hook output priority 0; ct state new counter\n }\n}\n',
})
writeFileSync('/proc/sys/net/netfilter/nf_conntrack_udp_timeout', '3600')
for (let i = 1; i <= SOCKETS; i++) {
  const socket = createSocket('udp4').on('error', () => {})
  socket.bind(0, `127.0.0.${i}`)
  await once(socket, 'listening')
  for (let port = 0; port < EACH; port++)
    await new Promise<void>(resolve => socket.send('x', FIRST_PORT + port, '127.1.0.1', () => resolve()))
  socket.close()
}

const os = openLinux()
const peer = ['conntrack', '-L'] as const
const read = { ours: [] as number[], theirs: [] as number[] }
let rows = 0
for (let i = -1; i < Number(turns); i++) {
  const began = performance.now()
  const { batches } = await os.connections()
  const mine = performance.now() - began
  const theirs = time(peer, output)
  rows = batches.known ? batches.value.reduce((sum, { length }) => sum + length, 0) : 0
  if (i < 0) continue
  read.ours.push(mine)
  read.theirs.push(theirs)
}
const whole = runPairs([...ports, 'nat', '--all'], peer, Number(turns), output)
process.stdout.write(JSON.stringify({ rows, read, whole }))
process.exit(0)
