/** The plan to open or close a port: through whom, what exactly, and what it will come to. */
import type { Finding } from '../../model/finding.ts'
import type { OS } from '../../os/os.ts'
import type { LiveRuleset } from '../firewall/firewall.ts'
import { loginOf } from './login.ts'
import { managerCommands, managerOf, type PortManager } from './manager-commands.ts'
import { outsideOutcome } from './outside-outcome.ts'
import { changePort, type PortRequest } from './port-change.ts'
import { portOutcome, withOwnTable } from './port-outcome.ts'
import { finishLeftTrial } from './roll-back.ts'

export interface PortPlan {
  readonly request: PortRequest
  /** Who manages the machine's rules; null: our own table is used. */
  readonly manager: PortManager | null
  /** Command lines of the manager. */
  readonly commands: readonly (readonly string[])[]
  /** Our table before and after; the same where nothing is to do there. */
  readonly before: string | null
  readonly after: string | null
  readonly steps: readonly string[]
  readonly findings: readonly Finding[]
}

/** `live`: all rules in force, and what decides outside of them. Throws as the desk does. */
export async function planPort(
  os: OS,
  request: PortRequest,
  { ruleset, outside }: Pick<LiveRuleset, 'ruleset' | 'outside'>,
  { persist = false }: { readonly persist?: boolean } = {},
): Promise<PortPlan> {
  const own = await ownLogin(os, request)
  const others = outsideOutcome(outside, request)
  const manager = managerOf(ruleset)
  if (manager !== null) {
    const commands = managerCommands(manager, request, persist)
    const steps = commands.map(argv => argv.join(' '))
    return { request, manager, commands, before: null, after: null, steps, findings: [...own, ...others] }
  }
  const before = await ownTable(os)
  const { text: after, steps } = changePort(before, request)
  const outcome = portOutcome(withOwnTable(ruleset, after), await os.addresses(), request)
  return { request, manager, commands: [], before, after, steps, findings: [...own, ...outcome, ...others] }
}

async function ownTable(os: OS): Promise<string | null> {
  await finishLeftTrial(os)
  return (await os.acts.filter.readNotes()).readTable()
}

/** Whether this command came through the port that is to be closed. */
async function ownLogin(os: OS, { action, port, protocol }: PortRequest): Promise<readonly Finding[]> {
  if (action === 'open' || protocol === 'udp') return []
  const login = await loginOf(os)
  if (login.kind !== 'connection' || login.local.port !== port) return []
  return [
    {
      code: 'closes-own-login',
      severity: 'critical',
      certainty: 'proven',
      subject: `tcp/${port}`,
      says: `you are logged in through port ${port}: closing it cuts you off`,
      evidence: [{ source: 'this login', says: `it came from ${login.peer.address}` }],
      remedy: 'Put it on trial with --confirm 60s, and see whether you can still log in.',
    },
  ]
}
