/** Where the attempt came from, or would come from. */
import type { Endpoint } from '../../../model/endpoint.ts'
import type { Port } from '../../../model/port.ts'
import type { Inquiry } from '../inquiry.ts'

/** What a socket of ours would get, where no attempt has chosen one yet: the first of the dynamic ports (RFC 6335). */
const SOME_PORT = 49_152 as Port

/** Why there is none, as a sentence without its end. */
export const NO_SOURCE = 'nobody knows which address it would come from'

export function sourceOf({ facts, options }: Inquiry): Endpoint | undefined {
  const local = facts.tried?.attempt.local
  if (local?.known === true && local.value.port !== 0) return local.value
  const route = facts.route?.known === true ? facts.route.value : undefined
  const address =
    options.source ?? (route !== undefined && route.kind !== 'refused' ? route.source : undefined)
  return address === undefined ? undefined : { address, port: SOME_PORT }
}
