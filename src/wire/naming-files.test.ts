/** The files in which a host says where it looks names up, as their manual pages describe them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { hostsEntriesOf, parseHostsFile } from './hosts-file.ts'
import { parseNsswitch } from './nsswitch-conf.ts'
import { namesToAsk, parseResolvConf, type ResolvConf } from './resolv-conf.ts'

/** The example of hosts(5), with what goes wrong in such files. */
const HOSTS = `# The following lines are desirable for IPv4 capable hosts
127.0.0.1       localhost

# 127.0.1.1 is often used for the FQDN of the machine
127.0.1.1       thishost.example.org   thishost
192.168.1.10    foo.example.org        foo
  192.168.1.13\tbar.example.org\tBar # the bar
::1             localhost ip6-localhost ip6-loopback
ff02::1%eth0    ip6-allnodes
300.1.1.1       nonsense
192.168.1.14
`
const LOOKED_UP: readonly (readonly [name: string, found: readonly string[]])[] = [
  ['localhost', ['2 127.0.0.1', '8 ::1']],
  ['foo', ['6 192.168.1.10']],
  ['foo.example.org.', ['6 192.168.1.10']],
  ['BAR', ['7 192.168.1.13']],
  ['ip6-allnodes', ['9 ff02::1%eth0']],
  ['nonsense', []],
  ['#', []],
  ['example.org', []],
]
for (const [name, found] of LOOKED_UP)
  test(`hosts(5): ${name}`, () =>
    assert.deepEqual(
      hostsEntriesOf(parseHostsFile(HOSTS), name).map(({ line, address }) => `${line} ${address}`),
      found,
    ))

const DEFAULTS: ResolvConf = {
  servers: ['127.0.0.1'] as unknown as ResolvConf['servers'],
  named: false,
  search: [],
  ndots: 1,
  timeout: 5,
  attempts: 2,
  options: [],
}
const RESOLV: readonly (readonly [
  name: string,
  text: string,
  read: Partial<Record<keyof ResolvConf, unknown>>,
])[] = [
  ['an empty file means the host itself', '', {}],
  [
    'servers in their order',
    'nameserver 192.0.2.1\nnameserver\t2001:db8::1\n',
    { named: true, servers: ['192.0.2.1', '2001:db8::1'] },
  ],
  [
    'the fourth is not asked (MAXNS)',
    `${'nameserver 1.1.1.1\n'.repeat(2)}nameserver 192.0.2.3\nnameserver 192.0.2.4\n`,
    { named: true, servers: ['1.1.1.1', '1.1.1.1', '192.0.2.3'] },
  ],
  ['a zone', 'nameserver fe80::1%eth0', { named: true, servers: ['fe80::1%eth0'] }],
  ['comments begin in the first column', '#nameserver 192.0.2.1\n;nameserver 192.0.2.2\n', {}],
  ['a keyword begins its line', ' nameserver 192.0.2.1\nnameservers 192.0.2.2\n', {}],
  ['no address', 'nameserver dns.example\nnameserver\n', {}],
  [
    'the last of search and domain counts',
    'domain a.example\nsearch b.example c.example\n',
    { search: ['b.example', 'c.example'] },
  ],
  ['domain after search', 'search b.example c.example\ndomain a.example\n', { search: ['a.example'] }],
  [
    'options on two lines',
    'options ndots:5 timeout:1\noptions attempts:3 rotate edns0\n',
    { ndots: 5, timeout: 1, attempts: 3, options: ['ndots:5', 'timeout:1', 'attempts:3', 'rotate', 'edns0'] },
  ],
  [
    'options beyond their bounds',
    'options ndots:99 timeout:99 attempts:99',
    { ndots: 15, timeout: 30, attempts: 5, options: ['ndots:99', 'timeout:99', 'attempts:99'] },
  ],
  ['options that are no numbers', 'options ndots:x timeout:', { options: ['ndots:x', 'timeout:'] }],
  [
    'lines of another system',
    'nameserver 192.0.2.1\r\nsearch a.example\r\n',
    { named: true, servers: ['192.0.2.1'], search: ['a.example'] },
  ],
]
for (const [name, text, read] of RESOLV)
  test(`resolv.conf(5): ${name}`, () => assert.deepEqual(parseResolvConf(text), { ...DEFAULTS, ...read }))

/** resolv.conf(5), `search` and `ndots`. */
const ASKED: readonly (readonly [name: string, search: string, ndots: number, asked: readonly string[]])[] = [
  ['db', '', 1, ['db']],
  ['db', 'a.example b.example', 1, ['db.a.example', 'db.b.example', 'db']],
  ['db.shop', 'a.example', 1, ['db.shop', 'db.shop.a.example']],
  [
    'db.shop',
    'svc.cluster.local cluster.local',
    5,
    ['db.shop.svc.cluster.local', 'db.shop.cluster.local', 'db.shop'],
  ],
  ['db.', 'a.example', 1, ['db']],
  ['db.shop.', 'a.example', 5, ['db.shop']],
  ['db', '. a.example.', 1, ['db', 'db.a.example']],
]
for (const [name, search, ndots, asked] of ASKED)
  test(`asked for "${name}" with search "${search}" and ndots ${ndots}`, () =>
    assert.deepEqual(namesToAsk(name, { search: search.split(' ').filter(Boolean), ndots }), asked))

const SWITCHES: readonly (readonly [line: string, services: readonly string[] | undefined])[] = [
  ['hosts: files dns', ['files', 'dns']],
  [
    'hosts:files mdns4_minimal [NOTFOUND=return] dns myhostname # end',
    ['files', 'mdns4_minimal notfound=return', 'dns', 'myhostname'],
  ],
  [
    'hosts: resolve [!UNAVAIL=return SUCCESS=merge] files',
    ['resolve !unavail=return success=merge', 'files'],
  ],
  ['hosts: dns [NOTFOUND=return] [NOTFOUND=continue]', ['dns notfound=continue']],
  ['hosts: [NOTFOUND=return] dns [__proto__=x] [odd]', ['dns __proto__=x']],
  ['hosts:', []],
  ['# hosts: files', undefined],
  ['passwd: files\nhost: dns', undefined],
]
for (const [line, services] of SWITCHES)
  test(`nsswitch.conf(5): ${JSON.stringify(line)}`, () =>
    assert.deepEqual(
      parseNsswitch(`passwd: files\n${line}\n`, 'hosts')?.map(({ name, actions }) =>
        [name, ...[...actions].map(pair => pair.join('='))].join(' '),
      ),
      services,
    ))

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
      assert.ok(parseHostsFile(text).every(({ names }) => names.length > 0))
      assert.ok(parseResolvConf(text).servers.length > 0)
      assert.ok((parseNsswitch(`hosts: ${text}`, 'hosts') ?? []).every(({ name }) => name !== ''))
    }),
  )
})
