/** Writes netlink attributes (`struct nlattr`: len u16, type u16, both in host order), nested ones within others. */
import { viewsOf } from './netlink.ts'

const HEADER = 4
/** NLA_F_NESTED */
const NESTED = 0x8000

export class NetlinkWriter {
  readonly #parts: Uint8Array[] = []

  /** An attribute with these bytes, padded to a multiple of four. */
  put(type: number, value: Uint8Array): void {
    const part = new Uint8Array((HEADER + value.length + 3) & ~3)
    const { u16 } = viewsOf(part)
    u16[0] = HEADER + value.length
    u16[1] = type
    part.set(value, HEADER)
    this.#parts.push(part)
  }

  u8(type: number, value: number): void {
    this.put(type, Uint8Array.of(value))
  }

  /** Big-endian, as netfilter has its numbers. */
  u16(type: number, value: number): void {
    this.put(type, Uint8Array.of(value >> 8, value))
  }

  u32(type: number, value: number): void {
    this.put(type, Uint8Array.of(value >>> 24, value >> 16, value >> 8, value))
  }

  /** In the host's order. */
  hostU32(type: number, value: number): void {
    this.put(type, new Uint8Array(Uint32Array.of(value).buffer))
  }

  nested(type: number, write: (inner: NetlinkWriter) => void): void {
    const inner = new NetlinkWriter()
    write(inner)
    this.put(type | NESTED, inner.bytes())
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of this.#parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }
}
