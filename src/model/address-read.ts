/**
 * Reads the text of an IP address into bytes, or says what is wrong with it.
 *
 * Answers only for the forms of RFC 4291 section 2.2 (IPv6), four decimal parts (IPv4) and the zone of
 * RFC 4007 section 11. The older shorthands of inet_aton (`127.1`, `0x7f000001`, `010.0.0.1`) mean different
 * addresses to different programs, so that none is accepted. Used by `address.ts`, which is the door.
 */

export interface AddressReading {
  /** 4 or 16 bytes, network order. */
  readonly bytes: Uint8Array
  /** What stands after `%`; empty where there is none. */
  readonly zone: string
}

/** The reading, or why there is none, as the end of a sentence. */
export function readAddress(text: string): AddressReading | string {
  const percent = text.indexOf('%')
  const digits = percent === -1 ? text : text.slice(0, percent)
  if (percent === 0) return 'nothing stands before "%"'
  const odd = percent === -1 ? whyOdd(text) : whyOdd(digits) || whyNotZone(text.slice(percent + 1))
  if (odd !== '') return odd
  if (!digits.includes(':')) {
    const bytes = readV4(digits)
    if (typeof bytes === 'string') return bytes
    return percent === -1 ? { bytes, zone: '' } : 'only IPv6 addresses have a zone'
  }
  const bytes = readV6(digits)
  if (typeof bytes === 'string') return bytes
  if (percent !== -1 && isMappedAt(bytes, 0)) return 'an IPv4-mapped address has no zone'
  return { bytes, zone: percent === -1 ? '' : text.slice(percent + 1) }
}

/** Whether 16 bytes are IPv4-mapped, `::ffff:0:0/96` (RFC 4291 section 2.5.5.2). */
export function isMappedAt(bytes: Uint8Array, offset: number): boolean {
  if (bytes[offset + 10] !== 0xff || bytes[offset + 11] !== 0xff) return false
  for (let i = 0; i < 10; i++) if (bytes[offset + i] !== 0) return false
  return true
}

/**
 * Why a text can't be a zone, or the empty string. Interface names are the system's business, so anything
 * goes but what would make an address ambiguous inside an endpoint, a list or a line of text.
 */
export function whyNotZone(zone: string): string {
  if (zone === '') return 'nothing stands after "%"'
  const bad = /[\s%/:,[\]\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.exec(zone)
  return bad === null ? '' : `a zone can't contain "${bad[0]}"`
}

function whyOdd(text: string): string {
  if (/^[0-9A-Fa-f.:]+$/.test(text)) return ''
  if (text === '') return 'it is empty'
  if (text.trim() !== text) return 'it has spaces around it'
  if (text.startsWith('[')) return 'brackets belong to endpoints, as in [::1]:80; an address has none'
  if (text.includes('/')) return 'it has a "/", as only prefixes do'
  if (/^0x[0-9a-f]*$/i.test(text)) return 'it is hexadecimal; an IPv4 address is four decimal parts'
  const part = text.split('.').find(p => /^0x/i.test(p))
  if (part !== undefined && !text.includes(':')) return `its part "${part}" is hexadecimal, not decimal`
  const foreign = /[^\u0000-\u007f]/u.exec(text)
  if (foreign !== null) return `"${foreign[0]}" (${codePoint(foreign[0])}) is not an ASCII character`
  if (!/[.:]/.test(text)) return 'it has neither dots nor colons: it looks like a name'
  return `"${/[^0-9A-Fa-f.:]/.exec(text)![0]}" has no place in it`
}

const codePoint = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

function readV4(text: string): Uint8Array | string {
  const parts = text.split('.')
  const bytes = new Uint8Array(4)
  if (parts.length === 1) {
    return /^\d+$/.test(text)
      ? 'it is a single number; an IPv4 address is four, with dots between'
      : 'it has neither dots nor colons: it looks like a name'
  }
  for (const [i, part] of parts.entries()) {
    if (part === '') return `its part ${i + 1} is empty`
    if (!/^\d+$/.test(part)) return `its part "${part}" is not a decimal number`
    if (part.length > 1 && part[0] === '0') {
      return `its part "${part}" has a leading zero, which some programs read as octal`
    }
    if (Number(part) > 255) return `its part ${part} is over 255`
    bytes[i] = Number(part)
  }
  return parts.length === 4 ? bytes : `it has ${parts.length} parts with dots between; an IPv4 address has 4`
}

function readV6(text: string): Uint8Array | string {
  if (/^[\d.]+:\d*$/.test(text)) {
    return text.includes('.')
      ? 'it has a port after it, as only endpoints do'
      : 'it has a single colon; an IPv6 address has two at least'
  }
  if (text.includes(':::')) return 'it has three colons in a row'
  const gap = text.indexOf('::')
  if (gap !== -1 && text.indexOf('::', gap + 2) !== -1) return 'it has "::" twice, so that its length is open'
  const head = groupsOf(gap === -1 ? text : text.slice(0, gap))
  const tail = groupsOf(gap === -1 ? '' : text.slice(gap + 2))
  const last = tail.at(-1) ?? head.at(-1)
  const groups = [...head, ...tail]
  const v4 = last?.includes('.') ? readV4(groups.pop()!) : undefined
  if (typeof v4 === 'string') return `in its IPv4 ending, ${v4}`
  if (v4 !== undefined && gap !== -1 && tail.length === 0) return 'its IPv4 part is not at the end'
  const why = whyNotGroups(groups, text)
  if (why !== '') return why
  const length = groups.length + (v4 === undefined ? 0 : 2)
  if (gap === -1 && length !== 8) {
    return `it has ${length} groups${v4 === undefined ? '' : ' (an IPv4 ending counts as 2)'}; an IPv6 address has 8, or "::" for a run of zeros`
  }
  if (gap !== -1 && length > 7)
    return `it has ${length} groups and "::", which stands for one at least; there are 8 in all`
  const bytes = new Uint8Array(16)
  const jump = 8 - length
  for (const [i, group] of groups.entries()) {
    const at = 2 * (i < head.length ? i : i + jump)
    const value = Number.parseInt(group, 16)
    bytes[at] = value >> 8
    bytes[at + 1] = value & 0xff
  }
  if (v4 !== undefined) bytes.set(v4, 12)
  return bytes
}

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'))

function whyNotGroups(groups: readonly string[], text: string): string {
  for (const group of groups) {
    if (group === '')
      return text.startsWith(':') ? 'it begins with a single colon' : 'it ends with a single colon'
    if (group.includes('.')) return 'its IPv4 part is not at the end'
    if (group.length > 4) return `its group "${group}" has over four digits`
  }
  return ''
}

/**
 * Reads the text of an IP address that is known to be canonical into `into`, and returns how many bytes it has: 4 or 16. One pass
 * and no allocation, for sorting and judging whole tables. The zone is left out; other text gives nonsense.
 * Held to `readAddress` by a law.
 */
export function readCanonical(text: string, into: Uint8Array): 4 | 16 {
  let at = 0
  let gap = -1
  let decimal = 0
  let hex = 0
  let dots = 0
  for (let i = 0; i <= text.length; i++) {
    const c = i === text.length ? PERCENT : text.charCodeAt(i)
    if (c >= ZERO && c <= NINE) {
      decimal = decimal * 10 + (c - ZERO)
      hex = (hex << 4) | (c - ZERO)
    } else if (c >= LOWER_A) {
      hex = (hex << 4) | (c - LOWER_A + 10)
    } else {
      if (c === DOT || dots > 0) {
        if (c === DOT) dots++
        into[at++] = decimal
      } else if (i > 0 && text.charCodeAt(i - 1) !== COLON) {
        into[at++] = hex >> 8
        into[at++] = hex & 0xff
      }
      if (c === COLON && text.charCodeAt(i + 1) === COLON) gap = at
      if (c === PERCENT) break
      decimal = hex = 0
    }
  }
  if (at === 4 && dots === 3 && gap === -1) return 4
  if (gap !== -1) {
    into.copyWithin(16 - (at - gap), gap, at)
    into.fill(0, gap, 16 - (at - gap))
  }
  return 16
}

const [PERCENT, DOT, ZERO, NINE, COLON, LOWER_A] = [0x25, 0x2e, 0x30, 0x39, 0x3a, 0x61]
