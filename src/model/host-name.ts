/**
 * Host names as a person types them: `localhost`, `db`, `www.example.com`.
 *
 * Always lower case (RFC 4343), labels of 1 to 63 letters, digits, hyphens and underscores, 253 characters at
 * most (RFC 1123 section 2.1, RFC 1035 section 2.3.4; underscores because containers and service records have
 * them, RFC 2181 section 11). Never with a number as its last label: that is an IPv4 address gone wrong. Whether
 * such a host exists is for a resolver to say.
 */
import { fault } from './fault.ts'

declare const hostName: unique symbol

export type HostName = string & { readonly [hostName]: true }

/** Reads a host name; a dot at the end (fully qualified) is kept. Throws `E_HOST_NAME_SYNTAX`, which says why. */
export function parseHostName(text: string): HostName {
  const why = whyNotHostName(text)
  if (why !== '') throw fault('E_HOST_NAME_SYNTAX', { text, why })
  return text.toLowerCase() as HostName
}

/** Why a text is not a host name, as the end of a sentence; empty when it is one. */
export function whyNotHostName(text: string): string {
  if (text === '') return 'it is empty'
  if (text.trim() !== text) return 'it has spaces around it'
  const labels = (text.endsWith('.') ? text.slice(0, -1) : text).split('.')
  for (const label of labels) {
    if (label === '') return 'it has an empty label'
    const odd = /[^a-z0-9_-]/iu.exec(label)
    if (odd !== null) {
      return odd[0] > '\u007f'
        ? `"${odd[0]}" is not an ASCII character; international names are written xn--…`
        : `"${odd[0]}" has no place in it`
    }
    if (/^-|-$/.test(label)) return `its label "${label}" begins or ends with a hyphen`
    if (label.length > 63) return `its label "${label}" is longer than 63 characters`
  }
  if (labels.join('.').length > 253) return 'it is longer than 253 characters'
  return /^(?:\d+|0x[0-9a-f]*)$/i.test(labels.at(-1)!) ? 'it ends in a number, as only IPv4 addresses do' : ''
}
