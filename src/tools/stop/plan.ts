/**
 * What stopping a port would come to, before anything is done: who holds it, which of them may be ended, and how.
 *
 * Only those that listen, or are bound without listening, are in it; a client of the port, or a program that has the
 * port as its own end of a connection elsewhere, never is.
 */
import { type Address, LOOPBACK_V4, LOOPBACK_V6, withoutZone } from '../../model/address.ts'
import { type EndpointSpec, isHostAddress } from '../../model/endpoint.ts'
import { fault } from '../../model/fault.ts'
import type { Finding } from '../../model/finding.ts'
import type { Service } from '../../model/service.ts'
import type { ToolOptions } from '../../os/acts.ts'
import type { OS } from '../../os/os.ts'
import { type Explanation, explain } from '../sockets/sockets.ts'
import { guardOf } from './guard.ts'
import { type Holder, holdersOf } from './holders.ts'
import { onlyConnections, restarts, unstoppable } from './plan-findings.ts'
import { wayOf } from './service-of.ts'
import { supervisorOf } from './supervisors.ts'

export interface StopPlan {
  readonly asked: EndpointSpec
  /** Everybody who holds the port, in the order in which they would be ended. */
  readonly holders: readonly Holder[]
  /** What would be done, in order. */
  readonly steps: readonly Step[]
  /** What is in the way, or worth knowing. */
  readonly findings: readonly Finding[]
  /** Connections through the port that would break. */
  readonly connections: number
}

export type Step =
  | { readonly kind: 'signal'; readonly holder: Holder }
  | { readonly kind: 'service'; readonly service: Service; readonly holders: readonly Holder[] }

export interface PlanOptions {
  readonly signal?: AbortSignal
  /** The value of SSH_CONNECTION, so that the login that it speaks of isn't cut. */
  readonly login?: string
  /** Folders to look for docker and systemctl in. */
  readonly path?: string
  /** End the processes themselves, even where a unit or container would start them again. */
  readonly processesOnly?: boolean
}

/** Throws `E_PORT_ZERO`, and `E_STOP_ELSEWHERE` for a host that isn't this one. */
export async function planStop(os: OS, asked: EndpointSpec, options: PlanOptions = {}): Promise<StopPlan> {
  const { signal, login, path, processesOnly = false } = options
  const addresses = await placesOf(os, asked)
  const explanation = await explain(os, asked, {
    ...(signal === undefined ? {} : { signal }),
    ...(addresses === undefined ? {} : { addresses }),
  })
  const guard = await guardOf(os, login)
  const { holders, hidden } = await holdersOf(os, explanation, guard)
  const tools: ToolOptions = {
    ...(signal === undefined ? {} : { signal }),
    ...(path === undefined ? {} : { path }),
  }
  const steps: Step[] = []
  const findings: Finding[] = [...hidden, ...holders.flatMap(({ refused }) => refused ?? [])]
  for (const holder of holders) {
    if (holder.refused !== null) continue
    const way = processesOnly
      ? ({ kind: 'process' } as const)
      : await wayOf(
          os,
          { process: holder.process, ...(await placeOf(os, explanation, holder)) },
          guard,
          tools,
        )
    if (way.kind === 'none') findings.push(unstoppable(holder.process, way))
    else if (way.kind === 'process') {
      const supervised = supervisorOf(explanation.table.facts.parents(holder.process.pid))
      if (supervised !== null) findings.push(restarts(holder.process, supervised))
      steps.push({ kind: 'signal', holder })
    } else {
      const key = JSON.stringify(way.service)
      const same = steps.findIndex(step => step.kind === 'service' && JSON.stringify(step.service) === key)
      const before = steps[same]
      if (before?.kind === 'service') steps[same] = { ...before, holders: [...before.holders, holder] }
      else steps.push({ kind: 'service', service: way.service, holders: [holder] })
    }
  }
  const { connections, listeners, table, bound } = explanation
  if (holders.length === 0 && listeners.length === 0 && bound.length === 0 && connections.length > 0)
    findings.push(onlyConnections(asked.port, connections.length))
  const through = listeners.reduce((sum, one) => sum + (explanation.through.get(one)?.length ?? 0), 0)
  return { asked, holders, steps, findings: [...findings, ...table.notes], connections: through }
}

/** There is nobody to end, and nobody who is only hidden. */
export const nobodyHolds = ({ holders, findings }: StopPlan): boolean =>
  holders.length === 0 && !findings.some(({ code }) => code === 'owner-hidden')

/** What of this machine a host stands for; undefined for all of it. */
export async function placesOf(os: OS, { host }: EndpointSpec): Promise<readonly Address[] | undefined> {
  if (host === undefined) return undefined
  if (host === 'localhost') return [LOOPBACK_V4, LOOPBACK_V6]
  if (isHostAddress(host)) {
    const plain = withoutZone(host)
    const own = (await os.addresses()).map(({ address }) => address as string)
    if (plain.startsWith('127.') || [...own, '0.0.0.0', '::', '::1'].includes(plain)) return [plain]
  }
  throw fault('E_STOP_ELSEWHERE', { host })
}

/** Where it holds the port, and the control group of its socket. */
async function placeOf(
  os: OS,
  { table, asked }: Explanation,
  { protocols, inodes }: Holder,
): Promise<{ protocol: string; port: number; groupPath?: string }> {
  const row = [...table.rows].find(one => inodes.includes(table.columns.inode[one]!))
  const id = row === undefined ? 0n : table.columns.cgroup[row]!
  const group = id === 0n ? undefined : (await os.controlGroups([id])).get(id)
  return {
    protocol: protocols[0]!,
    port: asked.port,
    ...(group?.known === true ? { groupPath: group.value.path } : {}),
  }
}
