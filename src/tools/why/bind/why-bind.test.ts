/** Why others can't reach a port: described machines, each with one thing that keeps them out. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { createNetwork, type HostOptions } from '../../../sim/sim.ts'
import { whyBind } from './why-bind.ts'

interface Row {
  readonly name: string
  readonly host: HostOptions
  readonly what?: string
  readonly verdict: string
  /** `code certainty`, of each. */
  readonly causes: readonly string[]
  readonly evidence?: RegExp
}

const input = (rule: string, policy = 'accept'): string =>
  `table inet t { chain c { type filter hook input priority 0; policy ${policy}; ${rule}; } }`
const LISTENS = {
  processes: [{ pid: 812, run: 'node server.js' }],
  sockets: [{ listen: 'tcp 0.0.0.0:8080', by: 812 }],
}
const with4 = (machine: HostOptions['machine'], nft?: string): HostOptions => ({
  addresses: ['10.0.0.2/24'],
  gateway: '10.0.0.1',
  ...(machine === undefined ? {} : { machine }),
  ...(nft === undefined ? {} : { nft }),
})

const rows: readonly Row[] = [
  { name: 'nothing keeps anybody out', host: with4(LISTENS), verdict: 'reachable', causes: [] },
  {
    name: 'nobody listens',
    host: with4({}),
    verdict: 'unreachable',
    causes: ['nobody-listens proven'],
    evidence: /nobody has tcp port 8080/,
  },
  {
    name: 'it listens for its own host',
    host: with4({ sockets: [{ listen: 'tcp 127.0.0.1:8080' }] }),
    verdict: 'unreachable',
    causes: ['listener-loopback proven'],
  },
  {
    name: 'it listens to datagrams, and TCP is asked',
    host: with4({ sockets: [{ bound: 'udp 0.0.0.0:8080' }] }),
    verdict: 'unreachable',
    causes: ['listener-other-protocol proven'],
  },
  {
    name: 'it listens to datagrams, and UDP is asked',
    host: with4({ sockets: [{ bound: 'udp 0.0.0.0:8080' }] }),
    what: 'udp/8080',
    verdict: 'reachable',
    causes: [],
  },
  {
    name: 'the filter drops it from everywhere',
    host: with4(LISTENS, input('tcp dport 8080 drop')),
    verdict: 'unreachable',
    causes: ['filter-drop proven'],
    evidence: /tcp dport 8080 drop keeps out what comes from everywhere/,
  },
  {
    name: 'the policy lets loopback in and nobody else',
    host: with4(LISTENS, input('iifname "lo" accept', 'drop')),
    verdict: 'unreachable',
    causes: ['filter-drop proven'],
    evidence: /inet t c: policy drop/,
  },
  {
    name: 'only its own network is let in',
    host: with4(LISTENS, input('ip saddr 10.0.0.0/24 accept', 'drop')),
    verdict: 'degraded',
    causes: ['filter-drop likely'],
    evidence: /keeps out what comes from public networks/,
  },
  {
    name: 'it is told at once that it may not',
    host: with4(LISTENS, input('tcp dport 8080 reject with tcp reset')),
    verdict: 'unreachable',
    causes: ['filter-reject proven'],
  },
  {
    name: 'the process is stopped',
    host: with4({ ...LISTENS, processes: [{ pid: 812, run: 'node server.js', stopped: true }] }),
    verdict: 'unreachable',
    causes: ['process-stopped proven'],
    evidence: /node \(812\)|server\.js \(812\)/,
  },
  {
    name: 'one of its addresses has nobody',
    host: {
      addresses: ['10.0.0.2/24', '10.0.0.3/24'],
      gateway: '10.0.0.1',
      machine: { sockets: [{ listen: 'tcp 10.0.0.2:8080' }] },
    },
    verdict: 'degraded',
    causes: ['listener-other-address possible'],
    evidence: /10\.0\.0\.3/,
  },
  {
    name: 'IPv4 has nobody',
    host: {
      addresses: ['10.0.0.2/24', 'fd00::2/64'],
      gateway: ['10.0.0.1', 'fd00::1'],
      machine: { sockets: [{ listen: 'tcp [::]:8080', v6only: true }] },
    },
    verdict: 'degraded',
    causes: ['listener-other-family possible'],
  },
  {
    name: 'no route leads back to whoever is beyond its link',
    host: { addresses: ['10.0.0.2/24'], machine: LISTENS },
    verdict: 'degraded',
    causes: ['no-return-route likely'],
    evidence: /10\.0\.0\.2 from beyond its link gets no answer/,
  },
  {
    name: 'it has no address',
    host: { addresses: [], machine: LISTENS },
    verdict: 'unreachable',
    causes: ['no-address proven'],
    evidence: /no interface has an address/,
  },
  {
    name: 'its own link is kept out, and others are not',
    host: with4(LISTENS, input('ip saddr 10.0.0.0/8 tcp dport 8080 drop')),
    verdict: 'degraded',
    causes: ['filter-drop likely'],
    evidence: /drop keeps out what comes from 10\.0\.0\.0\/24 by eth0/,
  },
  {
    name: 'one neighbour of its own link is kept out',
    host: with4(LISTENS, input('ip saddr 10.0.0.77 tcp dport 8080 drop')),
    verdict: 'reachable',
    causes: [],
  },
  {
    name: 'the answers are kept in',
    host: with4(
      LISTENS,
      'table inet t { chain c { type filter hook output priority 0; tcp sport 8080 drop; } }',
    ),
    verdict: 'unreachable',
    causes: ['filter-drop proven'],
    evidence: /keeps the answers of 10\.0\.0\.2:8080 in/,
  },
  {
    name: 'answers to some are kept in, which is not for all',
    host: with4(
      LISTENS,
      'table inet t { chain c { type filter hook output priority 0; ip daddr 192.0.2.1 drop; } }',
    ),
    verdict: 'reachable',
    causes: [],
  },
  {
    name: 'one address of several, where somebody listens',
    host: {
      addresses: ['10.0.0.2/24', '10.0.0.3/24'],
      gateway: '10.0.0.1',
      machine: { sockets: [{ listen: 'tcp 10.0.0.2:8080' }] },
    },
    what: '10.0.0.2:8080',
    verdict: 'reachable',
    causes: [],
  },
  {
    name: 'one address of several, where nobody listens',
    host: {
      addresses: ['10.0.0.2/24', '10.0.0.3/24'],
      gateway: '10.0.0.1',
      machine: { sockets: [{ listen: 'tcp 10.0.0.2:8080' }] },
    },
    what: '10.0.0.3:8080',
    verdict: 'unreachable',
    causes: ['listener-other-address proven'],
  },
]

for (const { name, host, what = '8080', verdict, causes, evidence } of rows)
  test(name, async () => {
    const network = createNetwork({ speed: Infinity })
    try {
      const asked = network.host('host', host)
      // Somebody is at the other end of its cable.
      if (host.addresses?.length !== 0)
        network.link(asked, network.host('other', { addresses: ['10.0.0.250/24'] }))
      const { os } = asked
      const told = await whyBind(os, what)
      assert.deepEqual(
        told.causes.map(({ code, certainty }) => `${code} ${certainty}`),
        causes,
        JSON.stringify(told.steps, null, 1),
      )
      assert.equal(told.verdict, verdict)
      if (evidence !== undefined)
        assert.match(told.causes[0]!.evidence.map(({ says }) => says).join('\n'), evidence)
    } finally {
      network.close()
    }
  })
