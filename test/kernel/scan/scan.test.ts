/** `ports scan` over a real wire: what is planted is found, what is refused is told by how, and what fails here is never an answer. */
import assert from 'node:assert/strict'
import test, { after, before, describe } from 'node:test'
import { fileURLToPath } from 'node:url'
import { skip } from '../apply/berth.ts'
import { HIDDEN, OPEN, Planted, REFUSING, SERVER } from './planted.ts'

interface Told {
  readonly complete: boolean
  readonly targets: readonly {
    readonly groups: readonly { readonly state: string; readonly reason: string; readonly ports: number }[]
  }[]
  readonly items: readonly {
    readonly port: number
    readonly state: string
    readonly reason: string
    readonly tries: number
  }[]
}

describe('ports scan', { skip, timeout: 300_000 }, () => {
  let planted: Planted

  before(async () => {
    planted = await Planted.open()
  })
  after(() => planted?.close())

  async function told(words: readonly string[], by: readonly string[] = [], status = 0): Promise<Told> {
    const ran = await planted.scan([...words, '--json'], by)
    assert.equal(ran.status, status, ran.err)
    return JSON.parse(ran.out) as Told
  }

  const everything = [SERVER, '--ports', 'all', '--rate', '500000']
  const reasonsOf = ({ targets }: Told): readonly string[] =>
    targets[0]!.groups.map(({ state, reason, ports }) => `${ports} ${state} ${reason}`).sort()

  /** By the rules and listeners alone. */
  const refused = (state: string, reason: string): number =>
    REFUSING.filter(one => one.state === state && one.reason === reason).reduce(
      (sum, { first, last }) =>
        sum + last - first + 1 - OPEN.filter(port => port >= first && port <= last).length,
      0,
    )
  const expected = [...new Set(REFUSING.map(({ state, reason }) => `${state} ${reason}`))].map(key => {
    const [state = '', reason = ''] = key.split(' ')
    return { state, reason, ports: refused(state, reason) }
  })
  const filtered = expected.filter(({ state }) => state === 'filtered')
  const closed = 65_535 - OPEN.length - filtered.reduce((sum, { ports }) => sum + ports, 0)
  const wanted = [
    ...filtered.map(({ ports, reason }) => `${ports} filtered ${reason}`),
    `${closed} closed reset`,
    `${OPEN.length} open syn-ack`,
  ].sort()

  const circumstances: readonly (readonly [
    what: string,
    by: readonly string[],
    settings: readonly string[],
  ])[] = [
    ['with all there is', [], []],
    ['with 256 descriptors', ['prlimit', '--nofile=256:256'], []],
    ['by a user without rights', ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'], []],
    ['with ten ephemeral ports', [], ['net.ipv4.ip_local_port_range=40000 40009']],
  ]
  for (const [what, by, settings] of circumstances) {
    test(`60 planted ports among 65,535 are found exactly, ${what}`, async () => {
      if (settings.length > 0) await planted.scanner.must('sysctl', '-q', '-w', ...settings)
      try {
        const found = await told(everything, by)
        const open = found.items.filter(({ state }) => state === 'open').map(({ port }) => port)
        assert.deepEqual(
          open,
          OPEN.toSorted((a, b) => a - b),
        )
        assert.deepEqual(reasonsOf(found), wanted)
        assert.equal(found.complete, true)
      } finally {
        await planted.scanner.must('sysctl', '-q', '-w', 'net.ipv4.ip_local_port_range=32768 60999')
      }
    })
  }

  test('with 48 descriptors nothing is told wrongly', async () => {
    const ports = [...OPEN, ...OPEN.map(port => (port % 65_535) + 1), ...HIDDEN]
    const found = await told([SERVER, '--ports', ports.join()], ['prlimit', '--nofile=48:48'])
    assert.deepEqual(
      found.items.filter(({ state }) => state === 'open').map(({ port }) => port),
      OPEN.toSorted((a, b) => a - b),
    )
    assert.equal(found.complete, true)
  })

  test('descriptors that run out on the way are waited for: no port is told wrongly', async () => {
    await planted.server.load(`table inet slow {
  chain input { type filter hook input priority -20; tcp dport 1000-1400 drop; }
}`)
    try {
      const file = fileURLToPath(new URL('./short-scan.ts', import.meta.url))
      const out = await planted.scanner.must('prlimit', '--nofile=64:64', process.execPath, file, SERVER)
      const open = OPEN.filter(port => port <= 3000 && (port < 1000 || port > 1400))
      assert.deepEqual(JSON.parse(out), {
        open: open.toSorted((a, b) => a - b),
        reasons: { 'syn-ack': open.length, 'no-answer': 401, reset: 3000 - 401 - open.length },
      })
    } finally {
      await planted.server.must('nft', 'delete', 'table', 'inet', 'slow')
    }
  })

  test('who listens behind the filter is told as the filter answers, port by port', async () => {
    const { items } = await told([SERVER, '--all', '--ports', HIDDEN.join()], [], 3)
    for (const { port, state, reason } of items) {
      const rule = REFUSING.find(({ first, last }) => port >= first && port <= last)!
      assert.deepEqual([port, state, reason], [port, rule.state, rule.reason])
    }
    assert.equal(items.length, HIDDEN.length)
  })

  test('a SYN that is lost is sent again: each port hears only the second', async () => {
    await planted.server.load(`table inet loss {
  set heard { type inet_service; flags dynamic; }
  chain input {
    type filter hook input priority -10
    tcp flags syn tcp dport != @heard add @heard { tcp dport } drop
  }
}`)
    try {
      const { items } = await told([SERVER, '--ports', OPEN.join(), '--tries', '2', '--timeout', '500ms'])
      assert.deepEqual(
        items.map(({ port, state, tries }) => [port, state, tries]),
        OPEN.toSorted((a, b) => a - b).map(port => [port, 'open', 2]),
      )
    } finally {
      await planted.server.must('nft', 'delete', 'table', 'inet', 'loss')
    }
  })

  const ways: readonly (readonly [type: string, code: string])[] = [
    ['prohibit', 'EACCES'],
    ['unreachable', 'EHOSTUNREACH'],
    ['blackhole', 'EINVAL'],
  ]
  for (const [type, code] of ways) {
    test(`what a ${type} route of ours stops is unknown, not filtered`, async () => {
      await planted.scanner.must('ip', 'route', 'add', type, '203.0.113.0/24')
      try {
        const found = await told(['203.0.113.9', '--allow', '203.0.113.0/24', '--ports', '1-200'], [], 6)
        assert.deepEqual(reasonsOf(found), [`200 unknown local-${code}`])
        assert.equal(found.complete, false)
      } finally {
        await planted.scanner.must('ip', 'route', 'del', type, '203.0.113.0/24')
      }
    })
  }

  test('where no route leads is unknown, at once', async () => {
    const words = ['203.0.113.9', '--allow', '203.0.113.0/24', '--ports', '1-100']
    assert.deepEqual(reasonsOf(await told(words, [], 6)), ['100 unknown local-ENETUNREACH'])
  })

  test('an address that nobody on the link has is told by our own host', async () => {
    const words = ['198.51.100.77', '--ports', '80', '--timeout', '6s', '--tries', '1']
    assert.deepEqual(reasonsOf(await told(words, [], 3)), ['1 filtered no-neighbour'])
  })

  for (const ports of ['80', '22,80', '1-300'])
    test(`nobody on the link has the address, and our own is asked beside it: ports ${ports}`, async () => {
      // Three tries of a second each outlast the three questions of ARP, a second apart.
      const found = await told(['198.51.100.1', '198.51.100.78', '--ports', ports], [], 3)
      const [ours, nobody] = found.targets
      assert.deepEqual([...new Set(ours!.groups.map(({ reason }) => reason))], ['reset'])
      assert.deepEqual(
        nobody!.groups.map(({ state, reason }) => `${state} ${reason}`),
        ['filtered no-neighbour'],
      )
    })

  test('where tries are lost a port is asked more often than planned, and the loss is said', async () => {
    // Every port loses its first SYN; port 758 loses four, of 60 bytes each, before that.
    await planted.server.load(`table inet loss {
  set heard { type inet_service; flags dynamic; }
  chain input {
    type filter hook input priority -10
    tcp dport 758 tcp flags & (syn | ack) == syn quota until 250 bytes drop
    tcp flags & (syn | ack) == syn tcp dport != @heard add @heard { tcp dport } drop
  }
}`)
    try {
      const words = [SERVER, '--ports', '700-800,20500', '--timeout', '500ms', '--json']
      const ran = await planted.scan(words)
      const found = JSON.parse(ran.out) as Told & { readonly warnings: readonly { readonly code: string }[] }
      assert.deepEqual(
        found.items.map(({ port, state, reason }) => [port, state, reason]),
        [
          [758, 'open', 'syn-ack'],
          [20_500, 'filtered', 'no-answer'],
        ],
      )
      // Three are planned. A SYN that the kernel sent again, where this machine is late, spares one.
      for (const { port, tries } of found.items) assert.ok(tries > 3, `port ${port} was asked ${tries} times`)
      assert.deepEqual(
        found.warnings.map(({ code }) => code),
        ['packets-lost'],
      )
    } finally {
      await planted.server.must('nft', 'delete', 'table', 'inet', 'loss')
    }
  })

  test('so it is where our own address is among those that are asked', async () => {
    const words = ['198.51.100.76-78', '198.51.100.1', '--ports', '80,81', '--timeout', '6s', '--tries', '1']
    const { targets } = await told(words, [], 3)
    const groups = targets.flatMap(one => one.groups)
    assert.deepEqual(
      groups.filter(({ state }) => state === 'filtered').map(({ reason, ports }) => [reason, ports]),
      Array.from({ length: 3 }, () => ['no-neighbour', 2]),
    )
  })

  test('what our own filter rejects is unknown, and nobody else is blamed', async () => {
    await planted.scanner.load(`table inet mine {
  chain output { type filter hook output priority 0; tcp dport 6022 reject with icmpx admin-prohibited; }
}`)
    try {
      const found = await told([SERVER, '--ports', '6022'], [], 6)
      assert.deepEqual(reasonsOf(found), ['1 unknown local-icmp-3/13'])
    } finally {
      await planted.scanner.must('nft', 'delete', 'table', 'inet', 'mine')
    }
  })

  for (const [what, forget] of [
    ['is known', false],
    ['was never asked for', true],
  ] as const)
    test(`our own filter says unreachable of a host on the link that ${what}: no neighbour is missed`, async () => {
      await planted.scanner.load(`table inet mine {
  chain output { type filter hook output priority 0; tcp dport 6022 reject with icmpx host-unreachable; }
}`)
      try {
        if (forget) await planted.scanner.must('ip', 'neigh', 'flush', 'to', SERVER)
        else await planted.scan([SERVER, '--ports', '20000'])
        const found = await told([SERVER, '--ports', '6022'], [], 6)
        assert.deepEqual(reasonsOf(found), ['1 unknown local-icmp-3/1'])
      } finally {
        await planted.scanner.must('nft', 'delete', 'table', 'inet', 'mine')
      }
    })

  test('a socket that can only meet itself is no listener', async () => {
    await planted.scanner.must('sysctl', '-q', '-w', 'net.ipv4.ip_local_port_range=40000 40000')
    try {
      const found = await told(['127.0.0.1', '--all', '--ports', '39990-40010'], [], 3)
      assert.deepEqual(
        found.items.map(({ port, state, reason }) => [port, state, reason]),
        Array.from({ length: 21 }, (_, i) => [
          39_990 + i,
          'closed',
          39_990 + i === 40_000 ? 'self-connect' : 'reset',
        ]),
      )
    } finally {
      await planted.scanner.must('sysctl', '-q', '-w', 'net.ipv4.ip_local_port_range=32768 60999')
    }
  })

  /** How `icmp_err_convert` (net/ipv4/icmp.c) names the codes that the filter sends. */
  const NODE: readonly (readonly [port: number, state: string, reason: string])[] = [
    [OPEN[1]!, 'open', 'syn-ack'],
    [OPEN[1]! + 1, 'closed', 'refused'],
    [24_000, 'closed', 'refused'],
    [25_001, 'filtered', 'error-ENETUNREACH'],
    [25_101, 'filtered', 'error-EHOSTUNREACH'],
    [25_201, 'filtered', 'error-ENOPROTOOPT'],
    // Here Node can't tell who says no.
    [25_301, 'closed', 'refused'],
    [25_401, 'filtered', 'error-ENETUNREACH'],
    [25_502, 'filtered', 'error-EHOSTUNREACH'],
    [25_601, 'filtered', 'error-EHOSTUNREACH'],
    [20_001, 'filtered', 'no-answer'],
  ]
  for (const [port, state, reason] of NODE) {
    test(`through Node’s sockets port ${port} is ${state}: ${reason}`, async () => {
      const file = fileURLToPath(new URL('./node-scan.ts', import.meta.url))
      const out = await planted.scanner.must(process.execPath, file, SERVER, String(port))
      assert.equal(out, `${port} ${state} ${reason}\n`)
    })
  }

  test('it asks from the address and by the interface that it is told to', async () => {
    const { scanner, server } = planted
    await scanner.must('ip', 'address', 'add', '198.51.100.3/24', 'dev', 'near')
    await server.load(`table inet who {
  counter third { }
  chain input {
    type filter hook input priority -20
    ip saddr 198.51.100.3 tcp flags & (syn | ack) == syn counter name third
  }
}`)
    try {
      const ports = OPEN.slice(0, 20).join()
      const from = await told([SERVER, '--ports', ports, '--source', '198.51.100.3', '--interface', 'near'])
      assert.deepEqual(reasonsOf(from), ['20 open syn-ack'])
      const counted = await server.must('nft', '-j', 'list', 'counter', 'inet', 'who', 'third')
      assert.match(counted, /"packets": 20\b/)
      const other = await told([SERVER, '--ports', ports, '--interface', 'nowhere'], [], 6)
      assert.deepEqual(reasonsOf(other), ['20 unknown local-ENODEV'])
      const notOurs = await told([SERVER, '--ports', ports, '--source', '198.51.100.99'], [], 6)
      assert.deepEqual(reasonsOf(notOurs), ['20 unknown local-EADDRNOTAVAIL'])
    } finally {
      await server.must('nft', 'delete', 'table', 'inet', 'who')
      await scanner.must('ip', 'address', 'del', '198.51.100.3/24', 'dev', 'near')
    }
  })

  test('IPv6: open, closed, and rejects with their codes, without a second of delay', async () => {
    const { scanner, server } = planted
    await scanner.must('ip', 'address', 'add', '2001:db8::1/64', 'dev', 'near', 'nodad')
    await server.must('ip', 'address', 'add', '2001:db8::2/64', 'dev', 'far', 'nodad')
    await server.must('sysctl', '-q', '-w', 'net.ipv6.icmp.ratelimit=0')
    await server.load(`table ip6 wall6 {
  chain input {
    type filter hook input priority 0
    tcp dport 1001 reject with icmpv6 no-route
    tcp dport 1002 reject with icmpv6 admin-prohibited
    tcp dport 1003 reject with icmpv6 addr-unreachable
    tcp dport 1004 reject with icmpv6 port-unreachable
    tcp dport 1005 reject with icmpv6 policy-fail
    tcp dport 1006 reject with icmpv6 reject-route
    tcp dport 1007 reject with tcp reset
  }
}`)
    const { items } = await told(
      ['2001:db8::2', '--all', '--ports', '1000-1007', '--timeout', '900ms', '--tries', '1'],
      [],
      3,
    )
    assert.deepEqual(
      items.map(({ port, state, reason }) => [port, state, reason]),
      [
        [1000, 'closed', 'reset'],
        [1001, 'filtered', 'icmpv6-1/0'],
        [1002, 'filtered', 'icmpv6-1/1'],
        [1003, 'filtered', 'icmpv6-1/3'],
        [1004, 'filtered', 'icmpv6-1/4'],
        [1005, 'filtered', 'icmpv6-1/5'],
        [1006, 'filtered', 'icmpv6-1/6'],
        [1007, 'closed', 'reset'],
      ],
    )
  })
})
