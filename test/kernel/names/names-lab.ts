/**
 * Client and server; the server has two resolvers. In each row the client's files about names are other ones: they are put over
 * this machine's in the lab's own mount namespace, so nothing outside sees them.
 */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Lab } from '../nat/lab.ts'
import { NAME_ROWS } from './names-cases.ts'

const FILES = { resolvers: 'resolv.conf', hosts: 'hosts', order: 'nsswitch.conf' } as const
const ORDER = 'hosts: files dns\n'
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const lab = new Lab()
lab.add('client', 'server')
lab.link('client', '10.9.0.1/24', 'server', '10.9.0.2/24')
for (const more of ['10.9.0.53/24', '10.9.0.54/24'])
  lab.run('server', 'ip', 'address', 'add', more, 'dev', 'client')
lab.run('client', 'ip', 'address', 'add', 'fd09::1/64', 'dev', 'server', 'nodad')
for (const file of Object.values(FILES)) {
  writeFileSync(`/run/${file}`, '')
  execFileSync('mount', ['--bind', `/run/${file}`, `/etc/${file}`])
}

const listening = (at: string, address: string, port: number) =>
  lab.start(
    at,
    [
      process.execPath,
      '-e',
      `require('node:http').createServer((_, answer) => answer.end('hello')).listen(${port}, '${address}', () => console.log('ready'))`,
    ],
    'ready',
  )
await listening('server', '10.9.0.2', 8080)
await listening('client', '127.0.0.1', 8081)
const resolvers = await Promise.all(
  ['10.9.0.53', '10.9.0.54'].map(address =>
    lab.start('server', [process.execPath, script('./resolver.ts'), address], 'ready'),
  ),
)
const lines = resolvers.map(one => createInterface(one.stdout!))

const told: Record<string, unknown> = {}
const [, , wanted] = process.argv
for (const { name, target, resolvers: settings, hosts = '', order = ORDER, does = [] } of NAME_ROWS) {
  if (wanted !== undefined && name !== wanted) continue
  for (const [file, text] of [
    [FILES.resolvers, settings],
    [FILES.hosts, hosts],
    [FILES.order, order],
  ] as const)
    writeFileSync(`/run/${file}`, text)
  for (const [i, resolver] of resolvers.entries()) {
    const word = does[i] ?? 'answers'
    const taken = once(lines[i]!, 'line')
    resolver.stdin!.write(`${word}\n`)
    await taken
  }
  const { status, out, err } = await lab.ask('client', process.execPath, script('./names-child.ts'), target)
  told[name] = { status, err, answer: status === 0 ? JSON.parse(out.trim().split('\n').at(-1)!) : null }
}
lab.close()
console.log(JSON.stringify(told))
