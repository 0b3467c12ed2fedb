/**
 * Programs that are really attached, in a namespace of the test's: what the rules accept then depends on them, by name, and
 * on nothing any more when they are gone.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PORTS } from '../stage/troupe.ts'
import type { AttachOrder } from './attach-order.ts'
import { Outside, whyNoBtf, whyNoPrograms } from './harness.ts'

const skip = whyNoPrograms()
let outside: Outside
before(async () => {
  if (skip === false) outside = await Outside.open()
})
after(() => outside?.close())

const IN = 'tcp 10.9.0.2:4000 -> 10.9.0.1:22 in v0'
const IN_V6 = 'tcp [fd09::2]:4000 -> [fd09::1]:22 in v0'
const DROPPED = 'tcp 10.9.0.2:4000 -> 10.9.0.1:23 in v0'
const REJECTED = 'tcp 10.9.0.2:4000 -> 10.9.0.1:113 in v0'
const OUT = 'tcp 10.9.0.1:4000 -> 10.9.0.2:22'
const HERE = 'tcp 10.9.0.1:4000 -> 10.9.0.1:22'
const THROUGH = 'tcp [fd09::2]:4000 -> [fd0a::2]:22 in v0'
const FLOWS = { IN, IN_V6, DROPPED, REJECTED, OUT, HERE, THROUGH } as const
/** Without any program. */
const BARE: Readonly<Record<keyof typeof FLOWS, string>> = {
  IN: 'accept',
  IN_V6: 'accept',
  DROPPED: 'drop',
  REJECTED: 'reject',
  OUT: 'accept',
  HERE: 'accept',
  THROUGH: 'accept',
}

interface Row {
  readonly name: string
  /** `v0`: its index is put in. */
  readonly order: (v0: number) => AttachOrder
  /** Flows whose verdict then depends. */
  readonly depend: readonly [keyof typeof FLOWS, ...(keyof typeof FLOWS)[]]
  /** What the verdict names, with the number in place of #. */
  readonly says: string
  readonly skip?: string | false
}

/** `enum bpf_prog_type`, `bpf_attach_type`, `xdp_action`, `tcx_action_base`; NF_ACCEPT 1; SK_PASS 1; XDP_FLAGS_SKB_MODE 2. */
const ROWS: readonly Row[] = [
  {
    name: 'XDP that lets all through',
    order: index => ({ name: 'xdp_pass', type: 6, attachType: 37, returns: 2, at: { index, flags: 2 } }),
    depend: ['IN', 'IN_V6', 'REJECTED', 'THROUGH'],
    says: 'an XDP program at v0 lets it through (xdp program # "xdp_pass")',
  },
  {
    name: 'XDP that drops all: what it does is not read',
    order: index => ({ name: 'xdp_drop', type: 6, attachType: 37, returns: 1, at: { index, flags: 2 } }),
    depend: ['IN', 'IN_V6', 'REJECTED', 'THROUGH'],
    says: 'an XDP program at v0 lets it through (xdp program # "xdp_drop")',
  },
  {
    name: 'tcx for what arrives',
    order: index => ({ name: 'tcx_in', type: 3, attachType: 46, returns: 2, at: { index } }),
    depend: ['IN', 'IN_V6', 'REJECTED', 'THROUGH'],
    says: 'a tcx program at v0 lets it through (sched_cls program # "tcx_in")',
  },
  {
    name: 'tcx for what leaves',
    order: index => ({ name: 'tcx_out', type: 3, attachType: 47, returns: 2, at: { index } }),
    depend: ['OUT', 'THROUGH'],
    says: 'a tcx program at v0 lets it through (sched_cls program # "tcx_out")',
  },
  {
    // Forwarded IPv6 alone: the kernel doesn't tell whose it is, and other tests look at their namespaces meanwhile.
    name: 'netfilter at forward, IPv6',
    order: () => ({
      name: 'nf_forward',
      type: 32,
      attachType: 45,
      returns: 1,
      at: { netfilter: { family: 10, hook: 2, priority: -17 } },
    }),
    depend: ['THROUGH'],
    says: 'a BPF program of netfilter at forward lets it through (netfilter program # "nf_forward", priority -17, of this or another network namespace)',
    skip: whyNoBtf(),
  },
  {
    name: 'the socket’s lookup',
    order: () => ({
      name: 'choose',
      type: 30,
      attachType: 36,
      returns: 1,
      at: { path: '/proc/self/ns/net' },
    }),
    depend: ['IN', 'IN_V6', 'HERE'],
    says: 'the program that chooses the socket of this network namespace lets it through (sk_lookup program # "choose")',
  },
]

for (const { name, order, depend, says, skip: lacking = false } of ROWS) {
  test(name, { skip: skip || lacking }, async () => {
    const one = order(outside.index)
    await outside.attach(one, async ({ id }) => {
      const named = says.replace('#', String(id))
      const expected = Object.keys(FLOWS).map(name => {
        const flow = name as keyof typeof FLOWS
        return depend.includes(flow)
          ? [flow, { verdict: 'depends', unknown: [named] }]
          : [flow, { verdict: BARE[flow], unknown: [] }]
      })
      assert.deepEqual(await outside.allJudged(FLOWS), Object.fromEntries(expected))
      const [first] = depend
      assert.equal((await outside.judged(FLOWS[first])).status, 6)
    })
    assert.deepEqual(await outside.judged(IN), { status: 0, verdict: 'accept', unknown: [] })
  })
}

test('of another network namespace: only netfilter’s may be ours', { skip: skip || whyNoBtf() }, async () => {
  const other = await Outside.open()
  const { index } = other
  try {
    for (const { name, order } of ROWS.filter(row => !row.name.startsWith('netfilter'))) {
      await other.attach(order(index), async () => {
        const { verdict } = await outside.judged(IN)
        assert.deepEqual([name, verdict], [name, 'accept'])
      })
    }
    const netfilter = ROWS.find(row => row.name.startsWith('netfilter'))!
    await other.attach(netfilter.order(index), async () => {
      assert.equal((await outside.judged(THROUGH)).verdict, 'depends')
    })
  } finally {
    await other.close()
  }
})

test('by ip and tc: XDP without a link, a filter of tc with direct action', { skip }, async () => {
  const { berth } = outside
  const pinned = (name: string, type: number, returns: number): AttachOrder => ({
    name,
    type,
    attachType: 0,
    returns,
    at: { pin: `/run/bpf/${name}` },
  })
  await outside.attach(pinned('by_ip', 6, 2), async ({ id }) => {
    await berth.must('ip', 'link', 'set', 'v0', 'xdpgeneric', 'pinned', '/run/bpf/by_ip')
    const { verdict, unknown } = await outside.judged(IN)
    assert.equal(verdict, 'depends')
    assert.deepEqual(unknown, [`an XDP program at v0 lets it through (xdp program ${id} "by_ip")`])
    await berth.must('ip', 'link', 'set', 'v0', 'xdpgeneric', 'off')
  })
  assert.equal((await outside.judged(IN)).verdict, 'accept')
  await outside.attach(pinned('by_tc', 3, 0), async ({ id }) => {
    await berth.must('tc', 'qdisc', 'add', 'dev', 'v0', 'clsact')
    const filter = [
      'filter',
      'add',
      'dev',
      'v0',
      'egress',
      'bpf',
      'direct-action',
      'pinned',
      '/run/bpf/by_tc',
    ]
    await berth.must('tc', ...filter)
    assert.equal((await outside.judged(IN)).verdict, 'accept')
    const { verdict, unknown } = await outside.judged(OUT)
    assert.equal(verdict, 'depends')
    assert.deepEqual(unknown, [
      `a traffic control filter at v0 lets it through (bpf: sched_cls program ${id} "by_tc")`,
    ])
    await berth.must('tc', 'qdisc', 'del', 'dev', 'v0', 'clsact')
  })
  assert.equal((await outside.judged(OUT)).verdict, 'accept')
})

test('where a port is reached from, and what the filter is, name it, too', { skip }, async () => {
  const at = { index: outside.index, flags: 2 }
  await outside.attach({ name: 'cil_xdp_entry', type: 6, attachType: 37, returns: 2, at }, async ({ id }) => {
    const says = `xdp program ${id} "cil_xdp_entry"`
    const explained = await outside.ports('fw', 'explain', '10.9.0.1:22', '--json')
    assert.equal(explained.status, 6, explained.err)
    const regions = JSON.parse(explained.out).items.map(({ from, verdict, why }: Record<string, string>) => [
      from,
      verdict,
      why,
    ])
    const why = `the rules let it in, but xdp at v0 may not: ${says}`
    assert.deepEqual(regions, [
      ['host', 'open', undefined],
      ['link', 'unknown', why],
      ['private', 'unknown', why],
      ['public', 'unknown', why],
    ])
    const shown = await outside.ports('fw', 'show', '--json')
    assert.equal(shown.status, 0, shown.err)
    const document = JSON.parse(shown.out)
    assert.deepEqual(document.items[0].outside, [
      {
        kind: 'xdp',
        place: 'v0',
        direction: 'ingress',
        says,
        programs: [{ id, type: 'xdp', name: 'cil_xdp_entry' }],
      },
    ])
    const [cilium] = document.items[0].managers
    assert.deepEqual([cilium.name, cilium.evidence], ['cilium', [{ source: 'xdp at v0', says }]])
    const screen = await outside.ports('--json')
    assert.equal(JSON.parse(screen.out).complete, true, screen.err)
  })
})

/** Listens on all addresses, asks `ports` about that port, and says what it answered. */
const ASKS = `
  require('node:net').createServer().listen(0, '0.0.0.0', function () {
    const asked = [process.argv[1], String(this.address().port)]
    const { status, stdout } = require('node:child_process').spawnSync(process.execPath, asked, { encoding: 'utf8' })
    console.log(stdout)
    process.exit(status)
  })`

test('without any rule a port’s reach names what decides all the same', { skip }, async () => {
  const bare = await Outside.open()
  try {
    await bare.berth.must('nft', 'flush', 'ruleset')
    const reach = async (): Promise<string> => {
      const out = await bare.berth.must(process.execPath, '-e', ASKS, PORTS)
      return /^ {2}reach +(.*)$/m.exec(out)![1]!
    }
    const alone = await reach()
    assert.doesNotMatch(alone, /program/)
    const at = { index: bare.index, flags: 2 }
    await bare.attach({ name: 'guard', type: 6, attachType: 37, returns: 2, at }, async ({ id }) => {
      const beside = await reach()
      assert.ok(beside.startsWith(alone), beside)
      assert.match(beside, new RegExp(`xdp at v0 may not: xdp program ${id} "guard"$`))
    })
    assert.equal(await reach(), alone)
  } finally {
    await bare.close()
  }
})
