/**
 * In a pid namespace of its own: a server is looked at, ends, and another gets its pid and its port before the plan is
 * carried out. Prints what came of it as JSON. `/proc/sys/kernel/ns_last_pid` says which pid was given out last
 * (proc_sys_kernel(5)); it is this namespace's own.
 */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { parseEndpoint } from '../../../src/model/endpoint.ts'
import { openLinux } from '../../../src/os/linux/linux.ts'
import { carryOut, planStop } from '../../../src/tools/stop/stop.ts'
import { type Actor, Troupe } from './troupe.ts'

const TRIES = 20
const troupe = new Troupe()
const os = openLinux()

async function end(actor: Actor): Promise<void> {
  const ended = once(actor.child, 'exit')
  actor.child.kill('SIGKILL')
  await ended
}

const first = await troupe.start({ part: 'server' })
const plan = await planStop(os, parseEndpoint(String(first.port)))
await end(first)
let second: Actor | null = null
for (let i = 0; i < TRIES && second?.pid !== first.pid; i++) {
  if (second !== null) await end(second)
  writeFileSync('/proc/sys/kernel/ns_last_pid', String(first.pid - 1))
  second = await troupe.start({ part: 'server', port: first.port })
}
const result = await carryOut(os, plan, { settleMs: 0, timeoutMs: 1000, kill: true })
console.log(
  JSON.stringify({
    samePid: second!.pid === first.pid,
    outcomes: result.steps.map(({ outcome }) => outcome.kind),
    alive: second!.alive(),
  }),
)
await troupe.close()
await os.close()
