/** Trial binds on a simulated host: by the rules that the kernel is held to. */
import { familyOf, withoutZone, zoneOf } from '../../model/address.ts'
import { fault } from '../../model/fault.ts'
import { isPort } from '../../model/port.ts'
import type { BindOutcome, BindRequest } from '../../os/os.ts'
import type { SocketOwner, Transport } from '../transport/transport.ts'

/** `owner`: who asks. */
export function bindOn(transport: Transport, request: BindRequest, owner: SocketOwner): BindOutcome {
  const { protocol, address, port, reuseAddress, reusePort, v6only, keep } = request
  if (!isPort(port)) throw fault('E_BIND_REQUEST', { why: `${port} is no port` })
  if (protocol !== 'tcp' && protocol !== 'udp') return { errno: 'EPROTONOSUPPORT', port }
  const family = familyOf(address)
  const socket = protocol === 'tcp' ? transport.stream(family, owner) : transport.datagram(family, owner)
  if (reuseAddress === true) socket.set('reuseAddress', true)
  if (reusePort === true) socket.set('reusePort', true)
  if (v6only !== undefined && family === 'ipv6') socket.set('v6only', v6only)
  const device = request.device ?? zoneOf(address)
  const errno = device === undefined ? 'OK' : socket.bindToDevice(device)
  const said = errno === 'OK' ? socket.bind(withoutZone(address), port) : errno
  const got = socket.localEnd.port
  if (said !== 'OK' || keep !== true) socket.close()
  if (said !== 'OK') return { errno: said, port }
  if (keep !== true) return { errno: null, port: got }
  return { errno: null, port: got, kept: { fd: null, close: async () => socket.close() } }
}
