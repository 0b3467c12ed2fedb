/** Writes a message from its beginning, and names by pointing to where they stand already (RFC 1035 section 4.1.4). */
import { folded, labelsOf, labelText } from './name.ts'

export class NameWriter {
  readonly #bytes: number[] = []
  /** Where a name, or the end of one, stands. */
  readonly #places = new Map<string, number>()

  get length(): number {
    return this.#bytes.length
  }

  u8(value: number): void {
    this.#bytes.push(value & 0xff)
  }

  u16(value: number): void {
    this.#bytes.push((value >> 8) & 0xff, value & 0xff)
  }

  u32(value: number): void {
    this.u16(value >>> 16)
    this.u16(value & 0xffff)
  }

  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.#bytes.push(byte)
  }

  /** Puts 16 bits where they were left open. */
  patch16(at: number, value: number): void {
    this.#bytes[at] = (value >> 8) & 0xff
    this.#bytes[at + 1] = value & 0xff
  }

  /** Throws a RangeError for a text that is no name. `whole`: never as a pointer (RFC 3597 section 4). */
  name(name: string, whole = false): void {
    const labels = labelsOf(name)
    if (labels === undefined) throw new RangeError(`"${name}" is not a domain name`)
    const texts = labels.map(label => folded(labelText(label)))
    for (const [i, label] of labels.entries()) {
      const rest = texts.slice(i).join('.')
      const place = this.#places.get(rest)
      if (place !== undefined && !whole) {
        this.u16(0xc000 | place)
        return
      }
      if (this.length < 0x4000 && place === undefined) this.#places.set(rest, this.length)
      this.u8(label.length)
      this.raw(label)
    }
    this.u8(0)
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }
}
