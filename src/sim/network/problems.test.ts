/** What can't be, and what is said of it. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../model/fault.ts'
import { type HostOptions, SimHost } from '../host/host.ts'
import { Network } from './network.ts'

const bare = (): Network<SimHost> =>
  new Network(({ name, options, engine, translator }) => new SimHost(name, options, engine, translator), {
    clock: 'by-hand',
  })

const REFUSED: readonly (readonly [
  name: string,
  does: (network: Network<SimHost>) => unknown,
  says: RegExp,
])[] = [
  ['a name twice', n => [n.host('a'), n.host('a')], /two hosts called a/],
  ['a name with a blank', n => n.host('a b'), /"a b" is no name for a host/],
  [
    'an address without its length',
    n => n.host('a', { addresses: ['10.0.0.1'] }),
    /"10.0.0.1": its prefix length is missing/,
  ],
  [
    'a bad address',
    n => n.host('a', { addresses: ['10.0.0.300/24'] }),
    /"10.0.0.300\/24": its part 300 is over 255/,
  ],
  ['a prefix that is too long', n => n.host('a', { addresses: ['10.0.0.1/33'] }), /of IPv4 is 32 at most/],
  ['no address at all', n => n.host('a', { addresses: [' '] }), /write "eth0 192.0.2.10\/24"/],
  [
    'a device’s name that is too long',
    n => n.host('a', { addresses: ['abcdefghijklmnop 10.0.0.1/24'] }),
    /at most 15/,
  ],
  ['the network’s address', n => n.host('a', { addresses: ['10.0.0.0/24'] }), /10.0.0.0\/24 is a network/],
  [
    'the broadcast address',
    n => n.host('a', { addresses: ['10.0.0.255/24'] }),
    /10.0.0.255\/24 is a network or its broadcast/,
  ],
  [
    'a gateway beyond',
    n => n.host('a', { addresses: ['10.0.0.1/24'], gateway: '10.0.1.1' }),
    /gateway 10.0.1.1 is in no network/,
  ],
  ['a gateway that is none', n => n.host('a', { gateway: 'router' }), /its gateway: "router"/],
  ['a route to nowhere', n => n.host('a', { routes: ['10.0.0.0/8'] }), /"10.0.0.0\/8": it leads nowhere/],
  [
    'a route with another word',
    n => n.host('a', { routes: ['10.0.0.0/8 over 10.0.0.1'] }),
    /"over" is none of via/,
  ],
  ['a route that stops', n => n.host('a', { routes: ['10.0.0.0/8 via'] }), /something is missing at its end/],
  ['a word twice', n => n.host('a', { routes: ['10.0.0.0/8 dev a dev b'] }), /"dev" stands there twice/],
  ['a route’s prefix', n => n.host('a', { routes: ['10.0.0.1/8 dev a'] }), /bits are set after the first 8/],
  ['a route of two families', n => n.host('a', { routes: ['10.0.0.0/8 via ::1'] }), /of another family/],
  [
    'a route’s metric',
    n => n.host('a', { routes: ['10.0.0.0/8 dev a metric low'] }),
    /"low" is not a number/,
  ],
  ['a device that isn’t there', n => n.host('a', { routes: ['10.0.0.0/8 dev eth7'] }), /leads out by eth7/],
  ['a rule without a table', n => n.host('a', { rules: ['from 10.0.0.0/8'] }), /say which table/],
  ['a rule’s action', n => n.host('a', { rules: ['from all action eat'] }), /"eat" is none of blackhole/],
  [
    'a rule of two families',
    n => n.host('a', { rules: ['from 10.0.0.0/8 to ::/0 lookup 1'] }),
    /two families/,
  ],
  ['rules of the filter', n => n.host('a', { nft: 'table inet t {' }), /line 1, column 15 of rules of a/],
  [
    'a NAT profile',
    n => n.natBox('a', 'cone' as 'symmetric', { inside: '10.0.0.1/8', outside: '192.0.2.1/24' }),
    /"cone" is no NAT profile: there are full-cone/,
  ],
  [
    'a NAT without an outside',
    n => n.natBox('a', 'symmetric', { inside: '10.0.0.1/8', outside: [] }),
    /its outside is one device/,
  ],
  [
    'a NAT with IPv6 alone',
    n => n.natBox('a', 'symmetric', { inside: '10.0.0.1/8', outside: '2001:db8::1/64' }),
    /no IPv4 address/,
  ],
  [
    'a NAT with one device',
    n => n.natBox('a', 'symmetric', { inside: 'eth0 10.0.0.1/8', outside: 'eth0 192.0.2.1/24' }),
    /eth0 can't be inside and outside/,
  ],
  ['a NAT that is none', n => [n.host('a'), n.natOf('a')], /a is no NAT box/],
  [
    'a link to nobody',
    n => [n.host('a', { addresses: ['10.0.0.1/24'] }), n.link('a', 'b')],
    /there is no host b/,
  ],
  ['a link of one', n => [n.host('a', { addresses: ['10.0.0.1/24'] }), n.lan(['a'])], /two ends at least/],
  [
    'a host without devices',
    n => [n.host('a'), n.host('b'), n.link('a', 'b')],
    /host a has no device left for a link: it has no address/,
  ],
  [
    'a device that a host hasn’t',
    n => [two(n), n.link('a:eth1', 'b')],
    /host a has no device eth1; it has eth0/,
  ],
  [
    'a device that is taken',
    n => [two(n), n.link('a', 'b'), n.link('a:eth0', 'b')],
    /a:eth0 is on the link a - b already/,
  ],
  [
    'no device left',
    n => [two(n), n.link('a', 'b'), n.link('a', 'b')],
    /its eth0 is on the link a - b; give it/,
  ],
  [
    'a share over 1',
    n => [two(n), n.link('a', 'b', { loss: 3 })],
    /link a - b: loss is 3, and goes from 0 to 1/,
  ],
  ['half a byte', n => [two(n), n.link('a', 'b', { mtu: 1400.5 })], /mtu is 1400.5/],
  [
    'an option that isn’t there',
    n => [two(n), n.link('a', 'b', { lose: 1 } as object)],
    /it has no option "lose"/,
  ],
  ['time that goes back', n => n.advance(-1), /not by -1 ms/],
  ['no speed', () => new Network(() => never(), { speed: 0 }), /speed 0 is not over 0/],
]
const never = (): never => {
  throw new Error('no host is made')
}
function two(network: Network<SimHost>): void {
  network.host('a', { addresses: ['10.0.0.1/24'] })
  network.host('b', { addresses: ['10.0.0.2/24'] })
}

for (const [name, does, says] of REFUSED) {
  test(`refused: ${name}`, () =>
    assert.throws(
      () => does(bare()),
      error =>
        isFault(error) &&
        ['E_SIM_NETWORK', 'E_RULES_SYNTAX'].includes(error.code) &&
        says.test(error.message),
    ))
}

/** Routers in a row of networks 10.0.1.0/24, 10.0.2.0/24 …; each with the routes that are said. */
function routers(network: Network<SimHost>, options: readonly HostOptions[]): void {
  for (const [i, one] of options.entries())
    network.router(`r${i + 1}`, {
      addresses: [`eth0 10.0.${i + 1}.2/24`, `eth1 10.0.${i + 2}.1/24`],
      ...one,
    })
  for (let i = 1; i < options.length; i++) network.link(`r${i}:eth1`, `r${i + 1}:eth0`)
}

const PROBLEMS: readonly (readonly [
  name: string,
  make: (network: Network<SimHost>) => void,
  says: readonly string[],
])[] = [
  ['none', n => [two(n), n.link('a', 'b')], []],
  [
    'two hosts with one address',
    n => {
      n.host('a', { addresses: ['10.0.0.1/24'] })
      n.host('b', { addresses: ['10.0.0.1/24'] })
      n.link('a', 'b')
    },
    ['hosts a and b both have the address 10.0.0.1'],
  ],
  [
    'two hosts with one address, behind routers',
    n => {
      routers(n, [{}, {}])
      n.host('a', { addresses: ['10.0.1.9/24'] })
      n.host('b', { addresses: ['10.0.1.9/24'] })
      n.link('a', 'r1:eth0')
      n.link('b', 'r2:eth1')
    },
    ['hosts a and b both have the address 10.0.1.9'],
  ],
  [
    'behind two NATs the same address is no problem',
    n => {
      for (const i of [1, 2]) {
        n.host(`h${i}`, { addresses: ['192.168.1.2/24'], gateway: '192.168.1.1' })
        n.natBox(`n${i}`, 'symmetric', { inside: '192.168.1.1/24', outside: `203.0.113.${i}/24` })
        n.link(`h${i}`, `n${i}`)
      }
      n.link('n1', 'n2')
    },
    [],
  ],
  [
    'a gateway that nobody has',
    n => {
      n.host('a', { addresses: ['10.0.0.1/24'], gateway: '10.0.0.254' })
      n.host('b', { addresses: ['10.0.0.2/24'] })
      n.link('a', 'b')
    },
    ['the gateway 10.0.0.254 of host a is unreachable: nobody on the link of eth0 has that address'],
  ],
  [
    'a gateway without a link',
    n => n.host('a', { addresses: ['10.0.0.1/24'], gateway: '10.0.0.254' }),
    ['the gateway 10.0.0.254 of host a is unreachable: eth0 is on no link'],
  ],
  [
    'a gateway that is the host',
    n => {
      n.host('a', { addresses: ['10.0.0.1/24'], gateway: '10.0.0.1' })
      n.host('b', { addresses: ['10.0.0.2/24'] })
      n.link('a', 'b')
    },
    ['the gateway 10.0.0.1 of host a is the host itself'],
  ],
  [
    'two that are each other’s way out',
    n => routers(n, [{ gateway: '10.0.2.2' }, { gateway: '10.0.2.1' }]),
    ['a packet to anywhere else goes round in a circle: r1 → r2 → r1'],
  ],
  [
    'a circle for one destination alone',
    n => routers(n, [{ routes: ['10.0.4.0/24 via 10.0.2.2'] }, { routes: ['10.0.4.0/24 via 10.0.2.1'] }, {}]),
    ['a packet to 10.0.4.1 goes round in a circle: r1 → r2 → r1'],
  ],
  [
    'a row with a way out at its end',
    n => routers(n, [{ gateway: '10.0.2.2' }, { gateway: '10.0.3.2' }, {}]),
    [],
  ],
]
for (const [name, make, says] of PROBLEMS) {
  test(`problems: ${name}`, () => {
    const network = bare()
    make(network)
    assert.deepEqual(
      network.problems().map(one => one.says),
      says,
    )
  })
}
