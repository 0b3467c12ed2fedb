/** What scenario files come to, and what is said of those that can't be, with line and column. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { isFault } from '../../model/fault.ts'
import { readScenario, scenarioSchema } from '../sim.ts'

const TWO = `
hosts:
  web:
    addresses: [192.0.2.10/24]
  client:
    addresses: [192.0.2.20/24]
links:
  - between: [web, client]
`

/** Each says what it is, the file, and where and what the fault is. */
const REFUSED: readonly (readonly [name: string, file: string, says: string])[] = [
  [
    'no YAML',
    'hosts: [',
    '1:9: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['a key twice', 'hosts: {}\nhosts: {}\n', '2:1: Map keys must be unique'],
  ['nothing in it', '', '1:1: expected record, received undefined (hosts)'],
  [
    'a word that means nothing',
    'hosts:\n  web:\n    adresses: []\n',
    '3:5: "adresses" means nothing here (hosts.web)',
  ],
  [
    'a value of another kind',
    'hosts:\n  web:\n    addresses: 10.0.0.1/24\n',
    '3:16: expected array, received string (hosts.web.addresses)',
  ],
  ['a share over 1', `${TWO}    loss: 7\n`, '9:11: Too big: expected number to be <=1 (links.0.loss)'],
  [
    'a NAT without an outside',
    'hosts:\n  gate:\n    nat: symmetric\n    inside: 10.0.0.1/24\n',
    '3:10: a NAT box has an "inside" and an "outside" (hosts.gate.nat)',
  ],
  [
    'a NAT that nobody knows',
    'hosts:\n  gate:\n    nat: cone\n    inside: 10.0.0.1/24\n    outside: 192.0.2.1/24\n',
    '3:10: Invalid option: expected one of "full-cone"|"address-restricted"|"port-restricted"|"symmetric"|"carrier-grade" (hosts.gate.nat)',
  ],
  [
    'a bad address',
    'hosts:\n  web:\n    addresses:\n      - 10.0.0.1/24\n      - eth1 10.0.1.300/24\n',
    '5:9: the address "eth1 10.0.1.300/24": its part 300 is over 255',
  ],
  [
    'a bad prefix',
    'hosts:\n  web:\n    addresses: [10.0.0.1/40]\n',
    '3:17: the address "10.0.0.1/40": a prefix length of IPv4 is 32 at most',
  ],
  [
    'a bad route',
    'hosts:\n  web:\n    addresses: [10.0.0.1/24]\n    routes: [10.9.0.1/8 via 10.0.0.2]\n',
    '4:14: the route "10.9.0.1/8 via 10.0.0.2": "10.9.0.1/8" is not an address prefix: bits are set after the first 8: did you mean 10.0.0.0/8?',
  ],
  [
    'a gateway beyond',
    'hosts:\n  web:\n    addresses: [10.0.0.1/24]\n    gateway: 10.0.1.1\n',
    '4:14: host web: the gateway 10.0.1.1 is in no network of its devices',
  ],
  [
    'a socket without an address',
    'hosts:\n  web:\n    sockets:\n      - { listen: tcp 80 }\n',
    '4:19: host web: the socket "tcp 80" needs an address before its port, as in 0.0.0.0:80',
  ],
  [
    'a socket twice',
    'hosts:\n  web:\n    sockets:\n      - { listen: "tcp 0.0.0.0:80" }\n      - { listen: "tcp 0.0.0.0:80" }\n',
    '4:19: host web: the socket "tcp 0.0.0.0:80" can’t be bound: EADDRINUSE',
  ],
  [
    'a holder that isn’t there',
    'hosts:\n  web:\n    sockets:\n      - { listen: "tcp 0.0.0.0:80", by: 999 }\n',
    '4:41: there is no process 999 to hold a socket',
  ],
  [
    'a socket of two states',
    'hosts:\n  web:\n    sockets:\n      - { listen: "tcp 0.0.0.0:80", bound: "udp 0.0.0.0:80" }\n',
    '4:9: a socket has one of "listen" and "bound" (hosts.web.sockets.0)',
  ],
  [
    'a setting',
    'hosts:\n  web:\n    settings: { net.core.somaxconn: many }\n',
    '3:37: host web: the setting net.core.somaxconn is "many", and not a number',
  ],
  [
    'rules',
    'hosts:\n  web:\n    nft: |\n      table inet t {\n        chain c { acept; }\n      }\n',
    '5:19: ',
  ],
  ['a link to nobody', `${TWO}  - between: [web, server]\n`, '9:20: there is no host server'],
  ['a link without a device', `${TWO}  - between: [web, client]\n`, '9:15: host web has no device left'],
  [
    'an address that two have',
    TWO.replace('192.0.2.20', '192.0.2.10'),
    '6:17: hosts web and client both have the address 192.0.2.10',
  ],
  [
    'a gateway that nobody has',
    TWO.replace('192.0.2.20/24]', '192.0.2.20/24]\n    gateway: 192.0.2.1'),
    '7:14: the gateway 192.0.2.1 of host client is unreachable: nobody on the link of eth0 has that address',
  ],
  [
    'routers that send packets round in a circle',
    `hosts:
  one: { router: true, addresses: [eth0 10.0.1.1/24], gateway: 10.0.1.2 }
  two: { router: true, addresses: [eth0 10.0.1.2/24], gateway: 10.0.1.1 }
links:
  - between: [one, two]
`,
    '2:8: a packet to anywhere else goes round in a circle: one → two → one',
  ],
  [
    'a connection from nobody',
    `${TWO}connections:\n  - { from: server, to: web:80 }\n`,
    '10:13: there is no host server',
  ],
  [
    'a connection to nobody',
    `${TWO}connections:\n  - { from: client, to: server:80 }\n`,
    '10:25: "server:80" is not like "web:443": there is no host server',
  ],
  [
    'a connection that is refused',
    `${TWO}connections:\n  - { from: client, to: web:80 }\n`,
    '10:25: no connection from client to web:80: connect ECONNREFUSED 192.0.2.10:80',
  ],
  [
    'a connection by nobody',
    `${TWO}connections:\n  - { from: client, by: 7, to: web:80 }\n`,
    '10:32: host client has no process 7',
  ],
]

for (const [name, file, says] of REFUSED) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(readScenario(file, { file: 'town.yaml', speed: Infinity }), error => {
      assert.ok(isFault(error), String(error))
      assert.equal(error.code, 'E_SCENARIO', error.message)
      assert.equal(error.message.slice(0, 10 + says.length), `town.yaml:${says}`)
      return true
    })
  })
}

test('a town: NAT, rules, sockets and connections stand as they were described', async () => {
  const town = readFileSync(new URL('../../../docs/examples/town.yaml', import.meta.url), 'utf8')
  const network = await readScenario(town, { speed: Infinity })
  const reply = await network.hosts.get('laptop')!.ping('203.0.113.10')
  assert.equal(reply.kind, 'reply')
  const rows: string[] = []
  for (const { socket, owner } of network.hosts.get('web')!.transport.rows())
    if (socket.state === 'established' && socket.peer !== undefined && 'address' in socket.peer)
      rows.push(`${socket.peer.address} ${owner?.name}`)
  assert.deepEqual(rows, ['203.0.113.1 nginx'])
  network.close()
})

test('the schema of scenario files names every field', async () => {
  const text = JSON.stringify(await scenarioSchema())
  for (const field of ['hosts', 'links', 'connections', 'addresses', 'gateway', 'nat', 'between', 'delayMs'])
    assert.ok(text.includes(`"${field}"`), field)
})
