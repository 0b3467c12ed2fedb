/** The answer of a resolver that knows a few names (RFC 1035 section 4.1), by hand: what judges a codec isn't made by it. */
import ipaddr from 'ipaddr.js'

const [A, AAAA] = [1, 28]
const NXDOMAIN = 3

/** `names`: addresses with commas between them, `nxdomain`, or `silent`. Null for silence. */
export function answerTo(query: Buffer, names: Readonly<Record<string, string>>): Buffer | null {
  const end = query.indexOf(0, 12) + 1
  const labels: string[] = []
  for (let at = 12; query[at] !== 0; at += query[at]! + 1)
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!))
  const known = names[labels.join('.').toLowerCase()] ?? names['*'] ?? 'nxdomain'
  if (known === 'silent') return null
  const wanted = query.readUInt16BE(end)
  const records = known === 'nxdomain' ? [] : known.split(',').flatMap(text => recordOf(text, wanted))
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  // QR, RD and RA; the code of the answer.
  header.writeUInt16BE(0x8180 | (known === 'nxdomain' ? NXDOMAIN : 0), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  return Buffer.concat([header, query.subarray(12, end + 4), ...records])
}

function recordOf(text: string, wanted: number): Buffer[] {
  const address = ipaddr.parse(text)
  const type = address.kind() === 'ipv4' ? A : AAAA
  if (type !== wanted) return []
  const bytes = Buffer.from(address.toByteArray())
  const fixed = Buffer.alloc(12)
  // A pointer to the name in the question; then type, class IN, time to live, length.
  for (const [i, value] of [0xc00c, type, 1, 0, 60, bytes.length].entries()) fixed.writeUInt16BE(value, i * 2)
  return [Buffer.concat([fixed, bytes])]
}
