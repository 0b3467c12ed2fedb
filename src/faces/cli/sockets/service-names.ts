/** What ports are called on this machine, for the tools that show sockets. */
import { isProtocol } from '../../../model/protocol.ts'
import type { ServiceNames } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'

/** `about`: the ports that will be asked for, where they are few and known. */
export async function serviceNames(context: CliContext, about?: readonly number[]): Promise<ServiceNames> {
  const { localRegistry } = await import('../local-registry.ts')
  const { registry } = localRegistry(context, about?.map(String))
  return (port, protocol) => (isProtocol(protocol) ? registry.serviceName(port, protocol) : null)
}
