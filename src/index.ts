/**
 * portolan: the ports of this machine, in one line.
 *
 *     import { listSockets } from 'portolan'
 *     for (const socket of await listSockets({ filter: 'state listening' })) console.log(socket.local, socket.owners)
 *
 * These calls open the host they run on and close it again. The subpaths (`portolan/sockets`, `portolan/os` …) take a
 * host as an argument, and say more.
 */
import { parseEndpoint } from './model/endpoint.ts'
import { isProtocol } from './model/protocol.ts'
import { lookupName, serviceName } from './model/registry/registry.ts'
import { openOS } from './os/open.ts'
import type { OS } from './os/os.ts'
import type { ServiceNames, SocketItem } from './tools/sockets/sockets.ts'
import * as sockets from './tools/sockets/sockets.ts'

/**
 * The sockets of this machine, with owners and the names of their services. Throws `E_FILTER_SYNTAX`, and
 * `E_HOST_UNSUPPORTED` on systems whose table can't be read yet.
 */
export const listSockets = (options: sockets.ListOptions = {}): Promise<SocketItem[]> =>
  withOS(os => sockets.listSockets(os, { services: builtInNames, names: builtInPorts, ...options }))

/** Who listens on a port: `whoListens(3000)`, `whoListens('tcp/53')`, `whoListens('[::1]:80')`. Empty for nobody. */
export async function whoListens(target: number | string): Promise<SocketItem[]> {
  const { port, protocol } = parseEndpoint(String(target))
  return withOS(os =>
    sockets.listSockets(os, {
      services: builtInNames,
      listening: true,
      localPort: port,
      ...(protocol === undefined ? {} : { protocols: [protocol] }),
    }),
  )
}

const builtInNames: ServiceNames = (port, protocol) =>
  isProtocol(protocol) ? serviceName(port, protocol) : null

const builtInPorts = (name: string) => lookupName(name).map(({ port }) => port)

async function withOS<T>(ask: (os: OS) => Promise<T>): Promise<T> {
  const os = await openOS()
  try {
    return await ask(os)
  } finally {
    await os.close()
  }
}

export * from './model/model.ts'
export {
  lookupName,
  lookupPort,
  lookupRange,
  searchServices,
  serviceName,
} from './model/registry/registry.ts'
export { openOS } from './os/open.ts'
export type { OS } from './os/os.ts'
export type { ListOptions, OwnerItem, SocketItem } from './tools/sockets/sockets.ts'
