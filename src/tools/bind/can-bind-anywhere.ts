/** Whether a port can be bound by who names no address: of both families, and of IPv4 alone where IPv6 is off. */
import { UNSPECIFIED_V4, UNSPECIFIED_V6 } from '../../model/address.ts'
import type { Finding } from '../../model/finding.ts'
import { valueOr } from '../../model/known.ts'
import type { OS } from '../../os/os.ts'
import { type CanBind, type CanBindRequest, canBind } from './can-bind.ts'

const OFF = 'net.ipv6.conf.all.disable_ipv6'

/**
 * A kernel without IPv6 refuses its sockets with EAFNOSUPPORT (socket(2)); one where it is only switched off makes them, and
 * they get IPv4. Who asked for IPv6 alone gets its refusal.
 */
export async function canBindAnywhere(os: OS, request: Omit<CanBindRequest, 'address'>): Promise<CanBind> {
  const { v6only = false, ...asked } = request
  const both = await canBind(os, { ...asked, address: UNSPECIFIED_V6, v6only })
  if (v6only) return both
  if (both.errno === 'EAFNOSUPPORT') {
    const answer = await canBind(os, { ...asked, address: UNSPECIFIED_V4 })
    return {
      ...answer,
      reasons: [...answer.reasons, ipv6Off(both, 'trial bind', 'socket() fails with EAFNOSUPPORT')],
    }
  }
  const told = (await os.tunables([OFF])).get(OFF)
  if (told === undefined || valueOr(told, '0') !== '1') return both
  return { ...both, reasons: [...both.reasons, ipv6Off(both, OFF, '1')] }
}

const ipv6Off = ({ protocol, endpoint }: CanBind, source: string, says: string): Finding => ({
  code: 'ipv6-off',
  severity: 'note',
  certainty: 'proven',
  subject: `${protocol} port ${endpoint.port}`,
  says: 'IPv6 is off on this machine: only IPv4 gets to this port',
  evidence: [{ source, says }],
})
