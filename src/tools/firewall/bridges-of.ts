/** The bridges of a host, with what a frame's way through them depends on. */
import { etherNumber } from '../../model/filter/symbols/symbols.ts'
import type { Bridge } from '../../model/path/bridge.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { RoutingTables } from '../../model/route.ts'

/** `lends`: whether all bridges lend what they pass on to IP's filters (`net.bridge.bridge-nf-call-…`); undefined where unknown. */
export function bridgesOf(
  interfaces: RoutingTables['interfaces'],
  bridgeEntries: RoutingTables['bridgeEntries'] | undefined,
  lends: Readonly<Record<IpFamily, boolean | undefined>>,
): ReadonlyMap<string, Bridge> {
  const bridges = interfaces.filter(({ kind }) => kind === 'bridge')
  return new Map(
    bridges.map(({ name, index, bridge }): [string, Bridge] => {
      const ports = interfaces.filter(({ master }) => master === index)
      const [ipv4, ipv6] = (['ipv4', 'ipv6'] as const).map(family =>
        bridge?.lends[family] === true ? true : lends[family],
      )
      return [
        name,
        {
          // What is down takes part in nothing.
          ports: ports.filter(({ up }) => up).map(port => port.name),
          ...(ipv4 === undefined || ipv6 === undefined ? {} : { lends: { ipv4, ipv6 } }),
          ...(bridge === undefined ? {} : { filtersVlans: bridge.filtersVlans }),
          hairpins: ports.filter(({ port }) => port?.hairpin === true).map(port => port.name),
          isolated: ports.filter(({ port }) => port?.isolated === true).map(port => port.name),
          ...(bridgeEntries === undefined
            ? {}
            : {
                destinations: new Map(
                  bridgeEntries
                    .filter(entry => entry.bridge === name)
                    .map(({ hardware, port }): [number, string] => [etherNumber(hardware)!, port]),
                ),
              }),
        },
      ]
    }),
  )
}
