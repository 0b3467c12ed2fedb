/**
 * The machine that recordings are made of: a host called harbour in namespaces of its own, with a shop and a database
 * on it and a second network namespace beside it. Every program runs under the name that it would have on a real host.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export const NODE = '/usr/local/bin/node'
const READY = '/run/ready'
/** Who may read what everybody may. */
export const ALICE = 1000
const POSTGRES = 70

interface Actor {
  readonly name: string
  readonly uid: number
  readonly folder: string
  readonly program: string
  /** Inside the other network namespace. */
  readonly inBlue?: boolean
}

/** Put before each program: what listens, and a way to say that all of it does. */
const PRELUDE = `
const { createServer, connect } = require('node:net')
const { createSocket } = require('node:dgram')
const { spawn } = require('node:child_process')
const { writeFileSync } = require('node:fs')
const held = []
const hold = socket => { held.push(socket); socket.on('error', console.error).resume?.() }
const listen = options => new Promise(done => {
  const server = createServer({ allowHalfOpen: true }, hold).listen(options, () => done(server))
  held.push(server)
})
const call = options => new Promise(done => {
  const socket = connect({ allowHalfOpen: true, ...options }, () => done(socket))
  hold(socket)
})
const bind = (type, port, address) => new Promise(done => {
  const socket = createSocket({ type, ipv6Only: type === 'udp6' })
  held.push(socket)
  socket.bind(port, address, () => done(socket))
})
const ready = name => writeFileSync('${READY}/' + name, '')
`

const ACTORS: readonly Actor[] = [
  {
    name: 'db.js',
    uid: POSTGRES,
    folder: '/var/lib/postgresql',
    program: `
      await listen({ host: '127.0.0.1', port: 5432 })
      await listen({ host: '::1', port: 5432 })
      await listen({ path: '/run/db/.s.PGSQL.5432', writableAll: true })`,
  },
  {
    name: 'server.js',
    uid: ALICE,
    folder: '/srv/shop',
    program: `
      const shop = await listen({ host: '0.0.0.0', port: 3000, backlog: 5 })
      await listen({ path: '/run/shop/shop.sock' })
      await listen({ path: '\\0shop-control' })
      // A child that was handed the listening socket, and doesn't know.
      spawn('/bin/sleep', ['600'], { stdio: ['ignore', 'ignore', 'ignore', shop._handle.fd] })
      await call({ host: '127.0.0.1', port: 5432, localPort: 40001 })
      // Closed by us, and the database waits.
      ;(await call({ host: '127.0.0.1', port: 5432, localPort: 40002 })).end()
      await call({ path: '/run/db/.s.PGSQL.5432' })`,
  },
  {
    name: 'dual.js',
    uid: 0,
    folder: '/srv',
    program: `
      await listen({ host: '::', port: 8080 })
      await listen({ host: '::', port: 8443, ipv6Only: true })
      await call({ host: '127.0.0.1', port: 8080, localPort: 40003 })
      await call({ host: '::1', port: 8080, localPort: 40004 })
      // Closed by both, by us first: it waits out late segments.
      const gone = await listen({ host: '127.0.0.1', port: 9000 })
      gone.on('connection', socket => socket.on('end', () => socket.end()))
      const over = await call({ host: '127.0.0.1', port: 9000, localPort: 40005 })
      over.end()
      await new Promise(done => over.on('close', done))
      gone.close()
      // Nobody is there to answer.
      hold(connect({ host: '192.0.2.99', port: 443, localAddress: '192.0.2.10', localPort: 40006 }))`,
  },
  {
    name: 'dns.js',
    uid: 0,
    folder: '/srv',
    program: `
      await bind('udp4', 53, '0.0.0.0')
      await bind('udp6', 53, '::')
      const asking = await bind('udp4', 40007, '192.0.2.10')
      await new Promise(done => asking.connect(53, '192.0.2.99', done))`,
  },
  {
    name: 'blue.js',
    uid: 0,
    folder: '/srv',
    inBlue: true,
    program: `
      await listen({ host: '198.51.100.2', port: 80 })
      await bind('udp4', 68, '0.0.0.0')`,
  },
]

/** Runs a program and waits for it. Its output goes into a file: a pipe would be a socket more in the table. */
export function run(command: string, args: readonly string[], into: number | 'inherit' = 'inherit'): void {
  const ran = spawnSync(command, args, {
    env: { PATH: PATH_INSIDE, LC_ALL: 'C' },
    stdio: ['ignore', into, into === 'inherit' ? 'inherit' : 'ignore'],
  })
  if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${ran.status ?? ran.error}`)
}

export const PATH_INSIDE = '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Folders, names and interfaces. Only what lies in our own namespaces is touched. */
export function furnish(execPath: string): void {
  run('mount', ['--make-rprivate', '/'])
  for (const folder of ['/srv', '/run', '/usr/local/bin', '/var/lib'])
    run('mount', ['-t', 'tmpfs', 'tmpfs', folder])
  for (const folder of [
    '/run/ready',
    '/run/db',
    '/run/shop',
    '/run/netns',
    '/srv/shop',
    '/var/lib/postgresql',
  ]) {
    mkdirSync(folder, { recursive: true })
    run('chmod', ['1777', folder])
  }
  writeFileSync(
    '/run/passwd',
    'root:x:0:0:root:/root:/bin/sh\npostgres:x:70:70::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n',
  )
  run('mount', ['--bind', '/run/passwd', '/etc/passwd'])
  appendFileSync(NODE, '')
  run('mount', ['--bind', execPath, NODE])
  run('hostname', ['harbour'])
  run('ip', ['link', 'set', 'lo', 'up'])
  run('ip', ['netns', 'add', 'blue'])
  run('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', 'blue'])
  run('ip', ['addr', 'add', '192.0.2.10/24', 'dev', 'eth0'])
  run('ip', ['addr', 'add', '198.51.100.1/24', 'dev', 'eth0'])
  run('ip', ['addr', 'add', '2001:db8::10/64', 'dev', 'eth0', 'nodad'])
  run('ip', ['link', 'set', 'eth0', 'up'])
  run('ip', ['-n', 'blue', 'link', 'set', 'lo', 'up'])
  run('ip', ['-n', 'blue', 'addr', 'add', '198.51.100.2/24', 'dev', 'eth0'])
  run('ip', ['-n', 'blue', 'link', 'set', 'eth0', 'up'])
  run('ip', ['neigh', 'add', '192.0.2.99', 'lladdr', '02:00:00:00:00:99', 'dev', 'eth0']) // nobody is there
}

/** Starts everybody, one after the other, each when the one before is ready. */
export async function play(): Promise<readonly ChildProcess[]> {
  const playing: ChildProcess[] = []
  for (const actor of ACTORS) {
    playing.push(start(actor))
    for (let tries = 0; !existsSync(`${READY}/${actor.name}`); tries++) {
      if (tries > 200) throw new Error(`${actor.name} is not ready after 10 s`)
      await sleep(50)
    }
  }
  return playing
}

function start({ name, uid, folder, program, inBlue = false }: Actor): ChildProcess {
  writeFileSync(`${folder}/${name}`, `${PRELUDE}\nvoid (async () => {${program}\n  ready('${name}')\n})()\n`)
  const words = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', 'node', name]
  const whole = inBlue ? ['ip', 'netns', 'exec', 'blue', ...words] : words
  return spawn(whole[0]!, whole.slice(1), {
    cwd: folder,
    env: { PATH: PATH_INSIDE },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
