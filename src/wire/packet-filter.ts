/**
 * A classic BPF program that lets a packet socket see TCP and UDP of one port and ICMP (bpf(4), net/core/filter.c): others'
 * packets never fill its queue. It looks at packets from IP's header on. IPv6's extension headers are not followed: those
 * packets are let through.
 */
import { LITTLE_ENDIAN } from './tcp-info.ts'

type Instruction = readonly [code: number, yes: number, no: number, value: number]

/** Loads: absolute byte, absolute half word, of the packet at X; X to four times the low nibble of a byte. */
const [BYTE, BYTE_AT_X, HALF_AT_X, HEADER_TO_X, NUMBER_TO_X] = [0x30, 0x50, 0x48, 0xb1, 0x01]
const [EQUAL, RETURN] = [0x15, 0x06]
const [SHIFT_RIGHT, ANY_BIT] = [0x74, 0x45]
const [SYN_OR_RST, TCP_FLAGS] = [2 | 4, 13]
const ALL = 0xffffffff

/**
 * `port`: source or destination of TCP and UDP. `openings`: of TCP also every SYN and RST, whatever its ports are; before the
 * system has chosen our port.
 */
export function encodePacketFilter(port: number, openings: boolean): Uint8Array {
  const fits = (value: number): Instruction[] => [[RETURN, 0, 0, value]]
  const byPort: Instruction[] = [
    [HALF_AT_X, 0, 0, 0],
    [EQUAL, 0, 1, port],
    ...fits(ALL),
    [HALF_AT_X, 0, 0, 2],
    [EQUAL, 0, 1, port],
    ...fits(ALL),
  ]
  const byFlags: Instruction[] = [[BYTE_AT_X, 0, 0, TCP_FLAGS], [ANY_BIT, 0, 1, SYN_OR_RST], ...fits(ALL)]
  const tcp: Instruction[] = [...byPort, ...(openings ? byFlags : []), ...fits(0)]
  const udp: Instruction[] = [...byPort, ...fits(0)]
  /** After the protocol number was loaded and X set to where the transport's header begins. */
  const transport = (icmp: number, others: number): Instruction[] => [
    [EQUAL, 0, 1, icmp],
    ...fits(ALL),
    [EQUAL, 0, tcp.length, 6],
    ...tcp,
    [EQUAL, 0, udp.length, 17],
    ...udp,
    ...fits(others),
  ]
  const v4: Instruction[] = [[HEADER_TO_X, 0, 0, 0], [BYTE, 0, 0, 9], ...transport(1, 0)]
  const v6: Instruction[] = [[NUMBER_TO_X, 0, 0, 40], [BYTE, 0, 0, 6], ...transport(58, ALL)]
  return encode([
    [BYTE, 0, 0, 0],
    [SHIFT_RIGHT, 0, 0, 4],
    [EQUAL, 0, v4.length, 4],
    ...v4,
    [EQUAL, 0, v6.length, 6],
    ...v6,
    ...fits(0),
  ])
}

/** `struct sock_filter`: code u16, jt u8, jf u8, k u32. */
function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(instructions.length * 8)
  const view = new DataView(bytes.buffer)
  instructions.forEach(([code, yes, no, value], i) => {
    view.setUint16(i * 8, code, LITTLE_ENDIAN)
    bytes[i * 8 + 2] = yes
    bytes[i * 8 + 3] = no
    view.setUint32(i * 8 + 4, value, LITTLE_ENDIAN)
  })
  return bytes
}

/** `struct sock_fprog`: how many instructions, and where they are. `word`: bytes of a pointer. */
export function encodeFilterProgram(word: 4 | 8, instructions: number, at: bigint): Uint8Array {
  const bytes = new Uint8Array(2 * word)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, instructions, LITTLE_ENDIAN)
  if (word === 8) view.setBigUint64(word, at, LITTLE_ENDIAN)
  else view.setUint32(word, Number(at), LITTLE_ENDIAN)
  return bytes
}
