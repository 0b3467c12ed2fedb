/** Which connections the words of a command line mean: an address, a port, or both, before or after translation. */
import { type Address, isAddress, parseAddress } from '../../../model/address.ts'
import { isHostAddress, parseEndpoint } from '../../../model/endpoint.ts'
import { fault } from '../../../model/fault.ts'
import { PROTOCOL_NUMBERS } from '../../../model/protocol.ts'
import type { ConnectionQuery } from '../../../os/os.ts'
import type { CliContext } from '../context.ts'

/** Throws `E_ADDRESS_SYNTAX`, `E_ENDPOINT_SYNTAX`, `E_HOST_UNKNOWN`, or `E_USAGE` for port 0. */
export async function natTarget(context: CliContext, text: string): Promise<ConnectionQuery> {
  // Digits and dots are an address, and perhaps a wrong one: then the fault says what is wrong with it.
  if (isAddress(text) || /^\d+(?:\.\d+)+$/.test(text)) return { address: parseAddress(text) }
  const { protocol, host, port } = parseEndpoint(text)
  if (port === 0) throw fault('E_USAGE', { what: 'no connection has port 0', command: 'ports nat' })
  return {
    port,
    ...(protocol === undefined ? {} : { protocols: [PROTOCOL_NUMBERS[protocol]] }),
    ...(host === undefined ? {} : { address: isHostAddress(host) ? host : await addressOf(context, host) }),
  }
}

/** The first address of a name. Throws `E_HOST_UNKNOWN`. */
export async function addressOf(context: CliContext, host: string): Promise<Address> {
  try {
    const [first] = await context.hostNames.addressesOf(host)
    return parseAddress(first!)
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code)
    throw fault('E_HOST_UNKNOWN', { host, code }, { cause })
  }
}
