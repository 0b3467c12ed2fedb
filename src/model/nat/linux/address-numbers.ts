/** 32-bit numbers for addresses: an IPv4 address is one, an IPv6 address is given one as long as somebody uses it. */
import type { Scalar } from '../../filter/pattern.ts'

export class AddressNumbers {
  readonly #known = new Map<Scalar, { readonly number: number; users: number }>()
  readonly #free: number[] = []
  #next = 0

  /** Undefined for an address that nobody uses. */
  find(address: Scalar): number | undefined {
    return typeof address === 'number' ? address | 0 : this.#known.get(address)?.number
  }

  take(address: Scalar): number {
    if (typeof address === 'number') return address | 0
    const known = this.#known.get(address)
    if (known !== undefined) {
      known.users++
      return known.number
    }
    const number = this.#free.pop() ?? this.#next++
    this.#known.set(address, { number, users: 1 })
    return number
  }

  /** As often as it was taken. */
  release(address: Scalar): void {
    const known = this.#known.get(address)
    if (known === undefined || --known.users > 0) return
    this.#known.delete(address)
    this.#free.push(known.number)
  }
}
