/** Whom a port is opened for: a prefix, or one address. */
import { familyOf, isAddress, parseAddress } from '../../../model/address.ts'
import { type Prefix, parsePrefix } from '../../../model/prefix.ts'

/** Throws `E_PREFIX_SYNTAX`. */
export function parseSourcePrefix(text: string): Prefix {
  if (!isAddress(text)) return parsePrefix(text)
  return parsePrefix(`${text}/${familyOf(parseAddress(text)) === 'ipv4' ? 32 : 128}`)
}
