/**
 * Captures in the format of tcpdump and Wireshark: a section, its interfaces, its packets (RFC draft "PCAP Next Generation
 * Capture File Format", sections 4.1 to 4.3). Packets begin at their IP header, as LINKTYPE_RAW has them.
 */

/** https://www.tcpdump.org/linktypes.html */
const LINKTYPE_RAW = 101
const [SECTION, INTERFACE, PACKET] = [0x0a0d0d0a, 1, 6]
const BYTE_ORDER = 0x1a2b3c4d
const [END_OF_OPTIONS, IF_NAME, IF_TSRESOL, PACKET_COMMENT, SHB_USERAPPL] = [0, 2, 9, 1, 4]
/** Times in 10⁻⁹ seconds. */
const NANOSECONDS = 9

export interface CaptureInterface {
  readonly name: string
}

export interface CapturedPacket {
  /** Place in the list of interfaces. */
  readonly interface: number
  /** Milliseconds since 1970, with fractions. */
  readonly at: number
  readonly bytes: Uint8Array
  readonly comment?: string
}

/** What stands before all packets. Little-endian, as most files are. */
export function pcapngHeader(interfaces: readonly CaptureInterface[]): Uint8Array {
  const section = block(SECTION, [
    u32(BYTE_ORDER),
    u32(1), // major version 1, minor 0
    u32(0xffffffff), // how long the section is, isn't said
    u32(0xffffffff),
    option(SHB_USERAPPL, text('portolan')),
    option(END_OF_OPTIONS, new Uint8Array(0)),
  ])
  return concat([
    section,
    ...interfaces.map(({ name }) =>
      block(INTERFACE, [
        u32(LINKTYPE_RAW),
        u32(0), // no limit of length
        option(IF_NAME, text(name)),
        option(IF_TSRESOL, Uint8Array.of(NANOSECONDS)),
        option(END_OF_OPTIONS, new Uint8Array(0)),
      ]),
    ),
  ])
}

export function pcapngPacket({ interface: id, at, bytes, comment }: CapturedPacket): Uint8Array {
  const nanoseconds = BigInt(Math.round(at * 1000)) * 1000n
  return block(PACKET, [
    u32(id),
    u32(Number(nanoseconds >> 32n)),
    u32(Number(nanoseconds & 0xffffffffn)),
    u32(bytes.length),
    u32(bytes.length),
    padded(bytes),
    ...(comment === undefined
      ? []
      : [option(PACKET_COMMENT, text(comment)), option(END_OF_OPTIONS, new Uint8Array(0))]),
  ])
}

/** A whole file. */
export const encodePcapng = (
  interfaces: readonly CaptureInterface[],
  packets: Iterable<CapturedPacket>,
): Uint8Array => concat([pcapngHeader(interfaces), ...[...packets].map(pcapngPacket)])

const text = (of: string): Uint8Array => new TextEncoder().encode(of)

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 4 === 0) return bytes
  const longer = new Uint8Array(Math.ceil(bytes.length / 4) * 4)
  longer.set(bytes)
  return longer
}

function option(code: number, value: Uint8Array): Uint8Array {
  return concat([u32(code + value.length * 0x10000), padded(value)])
}

/** Its length stands at its beginning and at its end. */
function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = u32(12 + parts.reduce((sum, { length: one }) => sum + one, 0))
  return concat([u32(type), length, ...parts, length])
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
