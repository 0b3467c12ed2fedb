/**
 * A client behind a router that masquerades and lets one port in, and a server with two addresses. Says what `ports listen`
 * told at each place, beside what the other end knows of itself.
 */
import { join } from 'node:path'
import { root } from '../../project.ts'
import { Lab } from '../nat/lab.ts'
import { Forwarder, type ForwardLine } from './forwarder.ts'

export interface Told {
  readonly lines: readonly ForwardLine[]
  readonly status: number | null
  /** What the client got back. */
  readonly answer: string
}

const lab = new Lab()
lab.add('client', 'router', 'server')
lab.link('client', '192.168.7.2/24', 'router', '192.168.7.1/24')
lab.link('router', '203.0.113.1/24', 'server', '203.0.113.7/24')
lab.run('server', 'ip', 'address', 'add', '203.0.113.8/24', 'dev', 'router')
lab.route('client', 'default', 'via', '192.168.7.1')
lab.forward('router')
lab.rules(
  'router',
  `table ip nat {
  chain pre { type nat hook prerouting priority dstnat; iifname "server" tcp dport 8080 dnat to 192.168.7.2:80; }
  chain post { type nat hook postrouting priority srcnat; oifname "server" masquerade; }
}
`,
)
const client = join(root, 'test', 'kernel', 'forward', 'say.ts')
const within = (at: string): readonly string[] => ['ip', 'netns', 'exec', at]

/** Runs the command at one place, and says something to it from another once it listens. */
async function tell(
  words: readonly string[],
  at: string,
  from: string,
  say: readonly string[],
): Promise<Told> {
  const listener = new Forwarder(words, within(at), 'listen')
  await listener.port()
  const { out, err } = await lab.ask(from, process.execPath, client, ...say)
  const status = await listener.ended()
  return { lines: listener.lines, status, answer: `${out}${err}` }
}

const once = ['--once', '--timeout', '30s']
const told: Record<string, Told> = {
  masqueraded: await tell(['8080', '--host', '*', '--http', ...once], 'server', 'client', [
    'tcp',
    '203.0.113.7',
    '8080',
    'GET / HTTP/1.0\r\n\r\n',
  ]),
  'let in': await tell(['*:80', '--echo', ...once], 'client', 'server', [
    'tcp',
    '203.0.113.1',
    '8080',
    'hello',
  ]),
  'second address': await tell(['8080', '--udp', '--echo', '--host', '*', ...once], 'server', 'client', [
    'udp',
    '203.0.113.8',
    '8080',
    'hello',
  ]),
  nobody: { lines: [], status: await silent(), answer: '' },
}
process.stdout.write(`${JSON.stringify(told)}\n`)
lab.close()
process.exit(0)

async function silent(): Promise<number | null> {
  const listener = new Forwarder(['8080', '--timeout', '100ms'], within('server'), 'listen')
  return listener.ended()
}
