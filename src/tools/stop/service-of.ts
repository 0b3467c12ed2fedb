/**
 * What would start a process again, and so is to be stopped in its place: its container, its unit, or, for docker's
 * forwarder, the container behind the port.
 */
import type { Known } from '../../model/known.ts'
import type { Container, Process } from '../../model/owner.ts'
import { isContainerRuntime, type Service } from '../../model/service.ts'
import type { ContainerFacts, ToolOptions } from '../../os/acts.ts'
import type { OS } from '../../os/os.ts'
import type { Guard } from './guard.ts'

export interface Held {
  readonly process: Process
  readonly protocol: string
  readonly port: number
  /** Control group of the socket, in which a user's units can be told from the system's. */
  readonly groupPath?: string
}

export type Way =
  | { readonly kind: 'process' }
  | { readonly kind: 'service'; readonly service: Service }
  /** There is something that should be stopped instead, and no way to do so from here. */
  | { readonly kind: 'none'; readonly says: string; readonly remedy: string }

export async function wayOf(os: OS, held: Held, guard: Guard, tools: ToolOptions): Promise<Way> {
  const { process, protocol, port } = held
  if (isForwarder(process)) {
    const found =
      protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp'
        ? await os.acts.container({ published: port, protocol }, tools)
        : null
    if (found?.known === true) return { kind: 'service', service: dockerService(found.value) }
    if (process.name !== 'dockerd')
      return {
        kind: 'none',
        says: `${process.name} only forwards to a container, which docker would not name (${whyNot(found)})`,
        remedy: `Find it with \`docker ps --filter publish=${port}\`, then \`docker stop\` it.`,
      }
  }
  const { container, unit } = process
  if (container !== undefined && !guard.groups.has(`container ${container.id}`))
    return containerWay(os, container, tools)
  if (unit !== undefined && isService(unit) && !guard.groups.has(`unit ${unit}`))
    return { kind: 'service', service: { kind: 'unit', name: unit, user: isUsers(held.groupPath) } }
  return { kind: 'process' }
}

/** What keeps a published port open for docker. */
const isForwarder = ({ name, comm }: Process): boolean =>
  ['docker-proxy', 'dockerd', 'rootlessport', 'com.docker.backend'].some(one => one === name || one === comm)

const whyNot = (found: Known<ContainerFacts> | null): string =>
  found === null ? 'of this protocol it knows none' : found.known ? '' : found.reason

const dockerService = ({ id, name, compose }: ContainerFacts): Service => ({
  kind: 'container',
  runtime: 'docker',
  id,
  ...(name === '' ? {} : { name }),
  ...(compose === undefined ? {} : { compose }),
})

async function containerWay(os: OS, { runtime, id }: Container, tools: ToolOptions): Promise<Way> {
  if (!isContainerRuntime(runtime))
    return {
      kind: 'none',
      says: `it runs in a container of ${runtime}, which would start it again`,
      remedy: 'Stop it with the program that runs the container, for example `kubectl delete pod`.',
    }
  if (runtime !== 'docker') return { kind: 'service', service: { kind: 'container', runtime, id } }
  const found = await os.acts.container({ id }, tools)
  const service: Service = found.known ? dockerService(found.value) : { kind: 'container', runtime, id }
  return { kind: 'service', service }
}

/** Services and sockets are started again; the manager of a user is everything that user has. */
const isService = (unit: string): boolean =>
  /\.(?:service|socket)$/.test(unit) && !/^user@\d+\.service$/.test(unit)

const isUsers = (path: string | undefined): boolean =>
  path !== undefined && /\/user@\d+\.service\//.test(path)
