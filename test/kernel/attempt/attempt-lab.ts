/** Puts each row's obstacle up, asks, takes it down; and asks what rows don't hold. Says everything as a line of JSON. */
import type { Answer } from './question.ts'
import type { Row } from './row.ts'
import { ROWS } from './rows.ts'
import { Street } from './street.ts'

export interface Told {
  readonly rows: Readonly<Record<string, Answer>>
  readonly others: Readonly<Record<string, Answer>>
}

const street = await Street.open()
const { lab } = street
try {
  const rows: Record<string, Answer> = {}
  for (const row of ROWS) rows[row.name] = await answered(row)
  const told: Told = { rows, others: await others() }
  process.stdout.write(`${JSON.stringify(told)}\n`)
} finally {
  street.close()
}
process.exit()

async function answered({ nft = {}, before = [], after = [], ask, as }: Row): Promise<Answer> {
  for (const [at, text] of Object.entries(nft)) lab.rules(at, text)
  for (const [at, ...argv] of before) lab.run(at!, ...argv)
  try {
    return await street.ask(ask, as)
  } finally {
    for (const [at, ...argv] of after) lab.run(at!, ...argv)
    for (const at of Object.keys(nft)) lab.run(at, 'nft', 'flush', 'ruleset')
  }
}

async function others(): Promise<Record<string, Answer>> {
  const state = (): Promise<Answer> => street.ask({ ask: 'state', to: '' })
  lab.run('client', 'ip', '-6', 'address', 'add', 'fe80::2/64', 'dev', 'router', 'nodad')
  const found: Record<string, Answer> = {
    echo: await street.ask({ ask: 'ping', to: '10.0.2.2' }),
    'echo by IPv6': await street.ask({ ask: 'ping', to: 'fd00:2::2' }),
    'echo, one hop': await street.ask({ ask: 'ping', to: '10.0.2.2', hops: 1 }),
    'echo, one hop, by IPv6': await street.ask({ ask: 'ping', to: 'fd00:2::2', hops: 1 }),
    'echo as nobody': await street.ask({ ask: 'ping', to: '10.0.2.2' }, 'nobody'),
    'way to the server': await street.ask({ ask: 'way', to: '10.0.2.2' }),
    'way to the server by IPv6': await street.ask({ ask: 'way', to: 'fd00:2::2' }),
    'echo over the link': await street.ask({ ask: 'ping', to: 'fe80::1%router' }),
    'attempt over the link': await street.ask({
      ask: 'attempt',
      to: 'tcp/[fe80::1%router]:81',
      from: 'fe80::2%router',
    }),
    'way over the link': await street.ask({ ask: 'way', to: 'fe80::1%router', from: 'fe80::2' }),
    'way to itself': await street.ask({ ask: 'way', to: '10.0.1.2' }),
    'way to a neighbour': await street.ask({ ask: 'way', to: '10.0.1.1' }),
    'way to everybody': await street.ask({ ask: 'way', to: '10.0.1.255' }),
  }
  lab.run('client', 'sysctl', '-qw', 'net.ipv4.ping_group_range=0 65534')
  found['echo as nobody who may'] = await street.ask({ ask: 'ping', to: '10.0.2.2' }, 'nobody')
  found['echo, one hop, as nobody who may'] = await street.ask(
    { ask: 'ping', to: '10.0.2.2', hops: 1 },
    'nobody',
  )
  for (const kind of ['unreachable', 'prohibit', 'blackhole']) {
    lab.run('client', 'ip', 'route', 'add', kind, '10.0.9.0/24')
    lab.run('client', 'ip', '-6', 'route', 'add', kind, 'fd00:9::/64')
    found[`way: ${kind}`] = await street.ask({ ask: 'way', to: '10.0.9.1' })
    found[`way by IPv6: ${kind}`] = await street.ask({ ask: 'way', to: 'fd00:9::1' })
    lab.run('client', 'ip', 'route', 'del', kind, '10.0.9.0/24')
    lab.run('client', 'ip', '-6', 'route', 'del', kind, 'fd00:9::/64')
  }
  lab.run('router', 'ip', 'link', 'set', 'server', 'mtu', '1300')
  found['echo too big for the way'] = await street.ask({ ask: 'ping', to: '10.0.2.2', size: 1400 })
  found['echo too big for its own link'] = await street.ask({ ask: 'ping', to: '10.0.2.2', size: 1501 })
  found['echo too big for the way, by IPv6'] = await street.ask({ ask: 'ping', to: 'fd00:2::2', size: 1400 })
  // What the path was told to take is remembered with the route.
  found['way whose MTU was learned'] = await street.ask({ ask: 'way', to: '10.0.2.2' })
  lab.run('router', 'ip', 'link', 'set', 'server', 'mtu', '1500')

  lab.run('client', 'ip', 'xfrm', 'policy', 'add', 'dst', '10.0.2.2', 'dir', 'out', 'action', 'block')
  found['state before'] = await state()
  await street.ask({ ask: 'attempt', to: 'tcp/10.0.2.2:80' })
  found['state after a block by IPsec'] = await state()
  lab.run('client', 'ip', 'xfrm', 'policy', 'flush')
  // So few bytes that no packet ever fits.
  lab.run(
    'client',
    'tc',
    'qdisc',
    'add',
    'dev',
    'router',
    'root',
    'tbf',
    'rate',
    '8kbit',
    'burst',
    '10',
    'limit',
    '10',
  )
  await street.ask({ ask: 'attempt', to: 'udp/10.0.2.2:53', say: 'x'.repeat(100), listenMs: 0 })
  found['state with a queue that drops'] = await state()
  lab.run('client', 'tc', 'qdisc', 'del', 'dev', 'router', 'root')
  lab.run('router', 'ip', 'link', 'set', 'client', 'down')
  found['state without carrier'] = await state()
  lab.run('client', 'ip', 'link', 'set', 'router', 'mtu', '1400')
  found['state with another MTU'] = await state()
  return found
}
