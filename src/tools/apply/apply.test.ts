import assert from 'node:assert/strict'
import test from 'node:test'
import { replaceScript } from '../../model/filter/own-table.ts'
import type { Trial } from '../../model/filter/trial.ts'
import { noActs } from '../../os/acts.ts'
import { filterOf } from '../../os/memory/filter-acts.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import {
  type ApplyRequest,
  applyRules,
  confirmTrial,
  finishLeftTrial,
  loginOf,
  rollBackTrial,
  trialStatus,
} from './apply.ts'
import { persistPlan } from './persist-plan.ts'
import { watchTrial } from './watch-trial.ts'

const OLD = 'table inet portolan {\n\tchain a {\n\t}\n}\n'
const NEW = 'table inet portolan {\n\tchain b {\n\t}\n}\n'

/** A shell at the console, and what it started. */
const CONSOLE: MachineDescription = {
  self: 20,
  processes: [
    { pid: 10, run: 'bash', terminal: 'tty1' },
    { pid: 20, run: 'ports fw', parent: 10 },
  ],
}

type Host = ReturnType<typeof openMemory>

const request = (more: Partial<ApplyRequest> = {}): ApplyRequest => ({
  text: NEW,
  file: 'rules.nft',
  what: 'apply rules.nft',
  windowMs: 60_000,
  persist: false,
  startWatchdog: async id => `watching ${id}`,
  ...more,
})

/** A watchdog in this process. */
function watched(os: Host): {
  start: ApplyRequest['startWatchdog']
  ended: () => Promise<void>
  stop: AbortController
} {
  const stop = new AbortController()
  let running: Promise<void> = Promise.resolve()
  return {
    stop,
    ended: () => running,
    start: id =>
      new Promise(resolve => {
        running = watchTrial(os, id, resolve, stop.signal)
      }),
  }
}

async function onTrial(description: MachineDescription = CONSOLE, more: Partial<ApplyRequest> = {}) {
  const os = openMemory({ ...description, filter: { ownTable: OLD, ...description.filter } })
  const dog = watched(os)
  const result = await applyRules(os, request({ startWatchdog: dog.start, ...more }))
  return { os, dog, result, now: filterOf(os.machine) }
}

test('applied on trial, confirmed at the console, and the watchdog ends', async () => {
  const { os, dog, result, now } = await onTrial()
  assert.equal(result.verdict, 'on-trial')
  assert.equal(now.table, NEW)
  assert.equal((await trialStatus(os)).verdict, 'pending')
  assert.equal((await confirmTrial(os)).verdict, 'confirmed')
  await os.clock.advance(1000)
  await dog.ended()
  await os.clock.advance(120_000)
  assert.equal(now.table, NEW)
  assert.equal((await confirmTrial(os)).verdict, 'none')
})

test('at the deadline the watchdog brings the old rules back, and not before', async () => {
  const { os, dog, now } = await onTrial()
  for (let second = 0; second < 59; second++) await os.clock.advance(1000)
  assert.equal(now.table, NEW)
  for (let second = 0; second < 3; second++) await os.clock.advance(1000)
  await dog.ended()
  assert.equal(now.table, OLD)
  const { verdict, last } = await confirmTrial(os)
  assert.equal(verdict, 'too-late')
  assert.deepEqual([last?.outcome, last?.reason], ['rolled-back', 'deadline'])
})

test('told to end, the watchdog brings them back first', async () => {
  const { os, dog, now } = await onTrial()
  dog.stop.abort()
  await os.clock.advance(1000)
  await dog.ended()
  assert.equal(now.table, OLD)
  assert.equal(now.last?.reason, 'told-to-end')
})

test('a note that is gone is no decision', async () => {
  const { os, dog, now } = await onTrial()
  now.trial = null
  for (let second = 0; second < 62; second++) await os.clock.advance(1000)
  await dog.ended()
  assert.equal(now.table, OLD)
})

test('without a watchdog the next command brings them back', async () => {
  const { os, now } = await onTrial(CONSOLE, { startWatchdog: async id => `watching ${id}` })
  assert.equal(now.table, NEW)
  const { verdict, findings } = await trialStatus(os)
  assert.equal(verdict, 'none')
  assert.equal(findings[0]?.code, 'change-rolled-back')
  assert.equal(now.table, OLD)
})

test('a command that only reads finishes what a dead watchdog left, and leaves a living one alone', async () => {
  const left = await onTrial(CONSOLE, { startWatchdog: async id => `watching ${id}` })
  assert.equal((await finishLeftTrial(left.os))?.reason, 'unwatched')
  assert.equal(left.now.table, OLD)
  assert.equal(await finishLeftTrial(left.os), null)
  const { os, now } = await onTrial()
  assert.equal(await finishLeftTrial(os), null)
  assert.equal(now.table, NEW)
  assert.equal(await finishLeftTrial({ ...os, acts: noActs('it is a recording') }), null)
})

test('taken back when asked for', async () => {
  const { os, dog, now } = await onTrial()
  assert.equal((await rollBackTrial(os)).verdict, 'rolled-back')
  assert.equal(now.table, OLD)
  await os.clock.advance(1000)
  await dog.ended()
  assert.equal((await rollBackTrial(os)).verdict, 'none')
})

test('for good at once, and kept over a reboot', async () => {
  const os = openMemory({ ...CONSOLE, filter: { ownTable: OLD, systemd: true } })
  const { verdict } = await applyRules(os, request({ windowMs: null, persist: true }))
  const { table, ran } = filterOf(os.machine)
  assert.deepEqual([verdict, table], ['applied', NEW])
  assert.deepEqual(ran, [
    'write /etc/portolan/firewall.nft',
    'write /etc/systemd/system/portolan-firewall.service',
    'systemctl daemon-reload',
    'systemctl enable portolan-firewall.service',
  ])
})

test('what is loaded at a boot replaces the table, as counted nothing yet', () => {
  const { plan, findings } = persistPlan(
    { systemd: false },
    OLD.replace('\t}', '\t\tcounter packets 7 bytes 9\n\t}'),
  )
  assert.equal(
    plan.files[0]!.text,
    replaceScript(`\n${OLD.replace('\t}', '\t\tcounter packets 0 bytes 0\n\t}')}`),
  )
  assert.equal(findings[0]!.code, 'not-loaded-at-boot')
})

const REFUSED: readonly (readonly [
  code: string,
  filter: MachineDescription['filter'],
  more: Partial<ApplyRequest>,
])[] = [
  ['E_FW_FOREIGN', {}, { text: 'flush ruleset' }],
  ['E_FW_REFUSED', { refuses: /chain b/ }, {}],
  ['E_FW_NO_WAY_BACK', { refuses: /chain a/ }, {}],
  ['E_FW_CHANGED', {}, { from: NEW }],
  ['E_FW_UNWATCHED', {}, { startWatchdog: async () => '' }],
  ['E_FW_BUSY', { busy: 'process 7, for "confirm"' }, {}],
]
for (const [code, filter, more] of REFUSED) {
  test(`${code}: nothing has changed`, async () => {
    const os = openMemory({ ...CONSOLE, filter: { ownTable: OLD, ...filter } })
    const running = assert.rejects(applyRules(os, request(more)), { code })
    for (let turn = 0; turn < 50; turn++) {
      await new Promise(resolve => setImmediate(resolve))
      await os.clock.advance(1000)
    }
    await running
    assert.equal(filterOf(os.machine).table, OLD)
    assert.equal(filterOf(os.machine).trial, null)
  })
}

test('a table that can’t be put back is a fault, and the trial stays for the next to try', async () => {
  const { os, now } = await onTrial({ ...CONSOLE, filter: { refuses: /chain never/ } })
  const trial = now.trial as Trial
  now.trial = { ...trial, before: 'table inet portolan {\n\tchain never {\n\t}\n}\n' }
  await assert.rejects(rollBackTrial(os), { code: 'E_FW_FAILED' })
  assert.equal(now.trial?.id, trial.id)
})

const WITH_SSHD: MachineDescription = {
  self: 20,
  addresses: ['lo 127.0.0.1/8', 'eth0 192.0.2.1/24'],
  processes: [
    { pid: 5, run: 'sshd' },
    { pid: 8, run: 'sshd: alice', parent: 5 },
    { pid: 9, run: 'sshd: alice, again', parent: 5 },
    { pid: 10, run: 'bash', parent: 8, terminal: 'pts/3' },
    { pid: 20, run: 'ports fw', parent: 10 },
  ],
  sockets: [
    { listen: 'tcp 0.0.0.0:22', by: 5 },
    { established: 'tcp 192.0.2.1:22 > 198.51.100.7:50000', by: 8 },
    { established: 'tcp 192.0.2.1:22 > 198.51.100.7:50001', by: 9 },
    { established: 'tcp 192.0.2.1:40000 > 198.51.100.9:443', by: 10 },
  ],
}
/** The same, but the shell was started by somebody else, and sshd's word is what is told. */
const told = (sshConnection: string, parent: number): MachineDescription => ({
  ...WITH_SSHD,
  processes: WITH_SSHD.processes!.map(one => (one.pid === 10 ? { ...one, parent, sshConnection } : one)),
})

const LOGINS: readonly (readonly [what: string, description: MachineDescription, shown: string])[] = [
  ['by the connection that an ancestor holds', WITH_SSHD, 'connection 198.51.100.7:50000 there'],
  [
    'by the one that sshd named, where an ancestor holds another',
    told('198.51.100.7 50001 192.0.2.1 22', 8),
    'connection 198.51.100.7:50001 there',
  ],
  [
    'by one that is gone, as in tmux',
    told('198.51.100.7 49999 192.0.2.1 22', 1),
    'connection 198.51.100.7:49999 gone',
  ],
  ['at a console', CONSOLE, 'console tty1'],
  [
    'at a terminal that no connection leads to',
    { self: 2, processes: [{ pid: 2, run: 'bash', terminal: 'pts/0' }] },
    'terminal pts/0',
  ],
  [
    'by a connection whose age isn’t told',
    {
      ...WITH_SSHD,
      sockets: WITH_SSHD.sockets!.map(one => ({ ...one, cookie: 0n })),
    },
    'unknown',
  ],
  [
    'by one of a server that no longer listens, which sshd named',
    { ...told('198.51.100.7 50001 192.0.2.1 22', 1), sockets: WITH_SSHD.sockets!.slice(1) },
    'connection 198.51.100.7:50001 there',
  ],
  [
    'at a terminal, by way of a process that can’t be looked at',
    { self: 2, processes: [{ pid: 2, run: 'bash', terminal: 'pts/0', environmentHidden: true }] },
    'unknown',
  ],
  ['nowhere', { self: 2, processes: [{ pid: 2, run: 'cron' }] }, 'unknown'],
]
for (const [what, description, shown] of LOGINS) {
  test(`somebody is logged in ${what}`, async () => {
    const login = await loginOf(openMemory(description))
    const words =
      login.kind === 'connection'
        ? [login.kind, `${login.peer.address}:${login.peer.port}`, login.cookie === null ? 'gone' : 'there']
        : login.kind === 'unknown'
          ? [login.kind]
          : [login.kind, login.name]
    assert.equal(words.join(' '), shown)
  })
}

test('a connection that stood when the change was made confirms nothing; a new one does', async () => {
  const { os, now } = await onTrial(WITH_SSHD)
  assert.deepEqual(
    (await confirmTrial(os, { anyway: true })).findings.map(({ code }) => code),
    ['login-old'],
  )
  os.machine.open({ established: 'tcp 192.0.2.1:22 > 198.51.100.7:50002', by: 20 })
  // sshd's own word is the old one, but the process holds a connection of its own: nearest counts.
  assert.equal((await confirmTrial(os)).verdict, 'confirmed')
  assert.equal(now.table, NEW)
})

test('a second change is refused while one is on trial, and told who has it', async () => {
  const { os } = await onTrial()
  const { verdict, findings } = await applyRules(os, request())
  assert.equal(verdict, 'refused')
  assert.match(findings[0]!.says, /"apply rules\.nft": begun by process 20 \(user 0\) from console tty1/)
})
