/**
 * What runs a process on somebody's behalf and would start it again: a unit, a container. And the command that ends it
 * for good, as each of them has it: systemctl(1), docker(1), podman(1), lxc-stop(1), machinectl(1).
 */

export type Service =
  | { readonly kind: 'unit'; readonly name: string; readonly user: boolean }
  | {
      readonly kind: 'container'
      readonly runtime: ContainerRuntime
      readonly id: string
      /** What people call it. */
      readonly name?: string
      /** It belongs to a project of docker compose, which knows it by this name. */
      readonly compose?: { readonly project: string; readonly service: string }
    }

/** Runtimes whose containers can be stopped by one command. */
export const CONTAINER_RUNTIMES = ['docker', 'podman', 'nerdctl', 'lxc', 'nspawn'] as const
export type ContainerRuntime = (typeof CONTAINER_RUNTIMES)[number]

export const isContainerRuntime = (runtime: string): runtime is ContainerRuntime =>
  CONTAINER_RUNTIMES.some(one => one === runtime)

/** The command that stops it, as a list of arguments. A name can't become an option. */
export function stopCommand(service: Service): readonly string[] {
  if (service.kind === 'unit') {
    const manager = service.user ? ['systemctl', '--user'] : ['systemctl']
    return [...manager, 'stop', '--', service.name]
  }
  const { runtime, id, compose } = service
  switch (runtime) {
    case 'lxc':
      return ['lxc-stop', '-n', id]
    case 'nspawn':
      return ['machinectl', 'poweroff', '--', id]
    case 'docker':
      if (compose !== undefined)
        return ['docker', 'compose', '--project-name', compose.project, 'stop', '--', compose.service]
      return ['docker', 'stop', '--', shortId(id)]
    default:
      return [runtime, 'stop', '--', shortId(id)]
  }
}

/** What it is called in a sentence: `the unit shop.service`, `the container web`. */
export function serviceText(service: Service): string {
  if (service.kind === 'unit') return `the unit ${service.name}`
  return `the container ${service.name ?? shortId(service.id)}`
}

const shortId = (id: string): string => (/^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id)
