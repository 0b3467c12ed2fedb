/** Any packet that bytes can hold, in the one way in which it is written as a value. For laws. */
import fc from 'fast-check'
import { addressFromBytes } from '../../model/address.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { Datagram, Payload, TcpOptions } from './datagram.ts'

const u8 = fc.nat(0xff)
const u16 = fc.nat(0xffff)
const u32 = fc.nat(0xffffffff)
const data = fc.uint8Array({ maxLength: 60 })

/** Without fields that are undefined or zero where absence says the same. */
const said = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T
const notZero = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  of.map(one => ((one as unknown) === 0 ? undefined : one))

const options: fc.Arbitrary<TcpOptions | undefined> = fc
  .record({
    maximumSegmentSize: fc.option(u16, { nil: undefined }),
    windowScale: fc.option(fc.nat(14), { nil: undefined }),
    selectiveAcksPermitted: fc.constantFrom(true, undefined),
    selectiveAcks: fc.option(fc.array(fc.tuple(u32, u32), { minLength: 1, maxLength: 2 }), {
      nil: undefined,
    }),
    timestamps: fc.option(fc.record({ value: u32, echo: u32 }).map(said), { nil: undefined }),
  })
  .map(said)
  .map(one => (Object.keys(one).length === 0 ? undefined : (one as TcpOptions)))

const payload: fc.Arbitrary<Payload> = fc.oneof(
  fc
    .record({
      kind: fc.constant('tcp' as const),
      sourcePort: u16,
      destinationPort: u16,
      sequence: u32,
      acknowledgement: u32,
      flags: u8,
      windowSize: u16,
      options,
      data,
    })
    .map(one => said(one) as Payload),
  fc.record({ kind: fc.constant('udp' as const), sourcePort: u16, destinationPort: u16, data }).map(said),
  fc
    .record({ kind: fc.constant('icmp' as const), type: u8, code: u8, rest: notZero(u32), data })
    .map(one => said(one) as Payload),
  fc
    .record({ kind: fc.constant('other' as const), protocol: fc.constantFrom(47, 50, 132, 255), data })
    .map(said),
)

const addressOf = (family: IpFamily): fc.Arbitrary<Datagram['source']> => {
  const size = family === 'ipv4' ? 4 : 16
  return fc.uint8Array({ minLength: size, maxLength: size }).map(bytes => addressFromBytes(bytes, 0, family))
}

const ofFamily = (family: IpFamily): fc.Arbitrary<Datagram> =>
  fc
    .record({
      source: addressOf(family),
      destination: addressOf(family),
      hopLimit: u8,
      trafficClass: notZero(u8),
      identification: family === 'ipv4' ? notZero(u16) : fc.constant(undefined),
      dontFragment: family === 'ipv4' ? fc.constantFrom(true, undefined) : fc.constant(undefined),
      payload,
    })
    .map(one => said(one) as Datagram)

export const anyDatagram: fc.Arbitrary<Datagram> = fc.oneof(ofFamily('ipv4'), ofFamily('ipv6'))
