/** Plans and acts on machines that are made up: who is ended, who never is, and what is said of the port afterwards. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseEndpoint } from '../../model/endpoint.ts'
import { isFault } from '../../model/fault.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import { nobodyHolds, planStop, stepText, stopPort } from './stop.ts'

const SHELL = { pid: 500, run: 'bash' }
const SELF = { pid: 501, parent: 500, run: 'node ports.js' }

const SHOP: MachineDescription = {
  self: 501,
  processes: [
    SHELL,
    SELF,
    { pid: 812, run: 'node server.js', uid: 1000 },
    { pid: 900, run: 'curl localhost' },
  ],
  sockets: [
    { listen: 'tcp 0.0.0.0:3000', by: 812 },
    { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:40000', by: 812 },
    { established: 'tcp 127.0.0.1:40000 > 127.0.0.1:3000', by: 900 },
  ],
  users: { 1000: 'alice' },
}

const plan = (description: MachineDescription, target = '3000', options = {}) =>
  planStop(openMemory(description), parseEndpoint(target), options)

const stepsOf = async (description: MachineDescription, target?: string, options = {}): Promise<string[]> =>
  (await plan(description, target, options)).steps.map(step => stepText(step))

test('the listener is ended, its clients are not', async () => {
  const os = openMemory(SHOP)
  const done = stopPort(os, 3000, { settleMs: 0 })
  const { verdict, plan: made } = await done
  assert.equal(verdict, 'freed')
  assert.equal(made.connections, 1)
  assert.equal(os.machine.processes.has(812), false)
  assert.equal(os.machine.processes.has(900), true)
})

test('a port that only clients have as their own is nobody’s', async () => {
  const made = await plan(SHOP, '40000')
  assert.deepEqual(made.steps, [])
  assert.equal(nobodyHolds(made), true)
  assert.deepEqual(
    made.findings.map(({ code }) => code),
    ['only-connections'],
  )
  assert.equal((await stopPort(openMemory(SHOP), 40000)).verdict, 'nobody')
})

test('a host that is not this one is refused', async () => {
  for (const target of ['db:3000', '192.0.2.9:3000'])
    await assert.rejects(plan(SHOP, target), error => isFault(error) && error.code === 'E_STOP_ELSEWHERE')
  assert.equal((await plan(SHOP, 'localhost:3000')).steps.length, 1)
})

const held = (by: number, more: MachineDescription = {}): MachineDescription => ({
  self: 501,
  processes: [{ pid: 1, run: '/sbin/init' }, SHELL, SELF, { pid: 700, run: 'sshd' }],
  ...more,
  sockets: [{ listen: 'tcp 0.0.0.0:3000', by }, ...(more.sockets ?? [])],
})

const NEVER: readonly (readonly [who: string, by: number, says: RegExp])[] = [
  ['the first process', 1, /first process/],
  ['the program itself', 501, /this program itself/],
  ['the shell that it was started from', 500, /started from it/],
]
for (const [who, by, says] of NEVER) {
  test(`${who} is never ended`, async () => {
    const os = openMemory(held(by))
    const result = await stopPort(os, 3000, { kill: true, settleMs: 0 })
    assert.equal(result.verdict, 'held')
    assert.match(result.plan.findings[0]!.says, says)
    assert.equal(os.machine.processes.has(by), true)
  })
}

test('the sshd that carries the login is never ended, nor the one that takes new ones', async () => {
  const description: MachineDescription = {
    self: 501,
    processes: [SHELL, SELF, { pid: 600, run: 'sshd' }, { pid: 601, parent: 600, run: 'sshd' }],
    sockets: [
      { listen: 'tcp 0.0.0.0:22', by: 600 },
      { established: 'tcp 192.0.2.1:22 > 192.0.2.7:50000', by: 601 },
    ],
    addresses: ['eth0 192.0.2.1/24'],
  }
  const login = '192.0.2.7 50000 192.0.2.1 22'
  const guarded = await plan(description, '22', { login })
  assert.deepEqual(guarded.steps, [])
  assert.match(guarded.findings[0]!.says, /carries the login/)
  // Somebody at the console may.
  assert.equal((await plan(description, '22')).steps.length, 1)
})

const inside = (process: object, more: MachineDescription = {}): MachineDescription =>
  held(812, {
    processes: [SHELL, SELF, { pid: 812, run: 'node server.js', ...process }],
    ...more,
  })
const ID = 'b'.repeat(64)

const WAYS: readonly (readonly [what: string, MachineDescription, steps: readonly string[]])[] = [
  ['nothing runs it', inside({}), ['SIGTERM to node server.js (pid 812)']],
  ['a unit runs it', inside({ unit: 'shop.service' }), ['systemctl stop -- shop.service']],
  [
    'it runs in a login session',
    inside({ unit: 'session-2.scope' }),
    ['SIGTERM to node server.js (pid 812)'],
  ],
  [
    'it runs below a user’s manager',
    inside({ unit: 'user@1000.service' }),
    ['SIGTERM to node server.js (pid 812)'],
  ],
  [
    'docker runs it',
    inside({ container: { runtime: 'docker', id: ID } }, { containers: [{ id: ID, name: 'web' }] }),
    ['docker stop -- bbbbbbbbbbbb'],
  ],
  [
    'compose runs it',
    inside(
      { container: { runtime: 'docker', id: ID } },
      { containers: [{ id: ID, name: 'shop-web-1', compose: { project: 'shop', service: 'web' } }] },
    ),
    ['docker compose --project-name shop stop -- web'],
  ],
  ['podman runs it', inside({ container: { runtime: 'podman', id: ID } }), ['podman stop -- bbbbbbbbbbbb']],
  ['kubernetes runs it', inside({ container: { runtime: 'kubernetes', id: ID } }), []],
  [
    'docker forwards it',
    inside(
      { run: 'docker-proxy -proto tcp -host-port 3000' },
      { containers: [{ id: ID, name: 'web', publishes: ['tcp/3000'] }] },
    ),
    ['docker stop -- bbbbbbbbbbbb'],
  ],
  ['docker forwards it and won’t say to whom', inside({ run: 'docker-proxy -proto tcp' }), []],
]
for (const [what, description, steps] of WAYS) {
  test(`${what}: ${steps.join(', ') || 'nothing is done'}`, async () => {
    assert.deepEqual(await stepsOf(description), steps)
    if (steps.length === 0)
      assert.ok((await plan(description)).findings.some(({ code }) => code === 'no-way-to-stop'))
  })
}

test('a unit of a user is stopped through the user’s manager', async () => {
  const description: MachineDescription = {
    ...inside({ unit: 'shop.service' }),
    sockets: [
      {
        listen: 'tcp 0.0.0.0:3000',
        by: 812,
        cgroup: '/user.slice/user-1000.slice/user@1000.service/app.slice/shop.service',
      },
    ],
  }
  assert.deepEqual(await stepsOf(description), ['systemctl --user stop -- shop.service'])
})

test('the unit and the container that we run in are not stopped', async () => {
  const self = { ...SELF, unit: 'ci.service', container: { runtime: 'docker', id: ID } }
  const server = {
    pid: 812,
    run: 'node server.js',
    unit: 'ci.service',
    container: { runtime: 'docker', id: ID },
  }
  const description = held(812, { processes: [SHELL, self, server] })
  assert.deepEqual(await stepsOf(description), ['SIGTERM to node server.js (pid 812)'])
})

test('asked for the process, the unit is left alone', async () => {
  const description = inside({ unit: 'shop.service' })
  assert.deepEqual(await stepsOf(description, '3000', { processesOnly: true }), [
    'SIGTERM to node server.js (pid 812)',
  ])
})

test('who would start it again is named', async () => {
  const nodemon = { pid: 810, run: 'node /usr/bin/nodemon' }
  const { findings, steps } = await plan(
    inside(
      { parent: 810 },
      {
        processes: [SHELL, SELF, nodemon, { pid: 812, parent: 810, run: 'node server.js' }],
      },
    ),
  )
  assert.equal(steps.length, 1)
  assert.deepEqual(
    findings.map(({ code, says }) => [code, says]),
    [['would-be-restarted', 'nodemon (pid 810) starts node server.js again when it ends']],
  )
})

test('several owners are all shown, who opened the socket first', async () => {
  const description = held(0, {
    processes: [
      SHELL,
      SELF,
      { pid: 813, parent: 812, run: 'nginx worker' },
      { pid: 812, run: 'nginx' },
      { pid: 814, parent: 812, run: 'nginx worker' },
    ],
  })
  const { holders } = await plan({
    ...description,
    sockets: [{ listen: 'tcp 0.0.0.0:3000', by: [813, 812, 814] }],
  })
  assert.deepEqual(
    holders.map(({ process, role }) => [process.pid, role]),
    [
      [812, 'creator'],
      [813, 'inherited'],
      [814, 'inherited'],
    ],
  )
})

test('an owner that is hidden is a reason, not nobody', async () => {
  const description = inside(
    { hidden: true, uid: 1000 },
    { users: { 1000: 'alice' }, coverage: { privileged: false } },
  )
  const made = await plan(description)
  assert.equal(nobodyHolds(made), false)
  assert.match(made.findings[0]!.says, /^tcp 3000 is held by alice, in a process that can’t be named/)
  assert.match(made.findings[0]!.remedy!, /sudo/)
  assert.equal((await stopPort(openMemory(description), 3000)).verdict, 'held')
})

test('one that ignores SIGTERM is killed only when that is wanted', async () => {
  const description = inside({ ignores: ['SIGTERM'] })
  const let_ = await stopPort(openMemory(description), 3000, { settleMs: 0 })
  assert.equal(let_.steps[0]!.outcome.kind, 'running')
  assert.equal(let_.verdict, 'held')
  const asked: string[] = []
  const killed = await stopPort(openMemory(description), 3000, {
    settleMs: 0,
    kill: async ({ holder }) => asked.push(holder.process.name) > 0,
  })
  assert.deepEqual(asked, ['node server.js'])
  assert.equal(killed.steps[0]!.killed, true)
  assert.equal(killed.verdict, 'freed')
})

test('who takes the port over is named, and who started it again', async () => {
  const supervisor = { pid: 810, run: 'supervise-shop' }
  const os = openMemory(
    inside({}, { processes: [SHELL, SELF, supervisor, { pid: 812, parent: 810, run: 'node server.js' }] }),
  )
  os.machine.onExit.add(pid => {
    if (pid !== 812) return
    os.machine.start({ pid: 830, parent: 810, run: 'node server.js', startedAt: os.clock.now() })
    os.machine.open({ listen: 'tcp 0.0.0.0:3000', by: 830 })
  })
  const { verdict, successors } = await stopPort(os, 3000, { settleMs: 0 })
  assert.equal(verdict, 'taken-over')
  assert.deepEqual(successors, [
    { pid: 830, name: 'node server.js', fresh: true, restartedBy: { pid: 810, name: 'supervise-shop' } },
  ])
})

test('a unit is stopped by its own command', async () => {
  const os = openMemory(inside({ unit: 'shop.service' }))
  os.machine.services.set('systemctl stop -- shop.service', () => os.machine.exit(812))
  const { verdict, steps } = await stopPort(os, 3000, { settleMs: 0 })
  assert.equal(steps[0]!.outcome.kind, 'stopped')
  assert.equal(verdict, 'freed')
})
