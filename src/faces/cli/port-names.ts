/** The ports of a service's name, as this machine knows them: for filters and sets of ports. */
import type { PortNames } from '../../model/port-set.ts'
import type { CliContext } from './context.ts'
import { localRegistry } from './local-registry.ts'

export function portNames(context: CliContext): PortNames {
  const { registry } = localRegistry(context)
  return name => registry.lookupName(name).map(({ port }) => port)
}
