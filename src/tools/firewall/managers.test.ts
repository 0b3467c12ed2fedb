import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Ruleset } from '../../model/filter/ruleset.ts'
import type { Decider } from '../../os/os.ts'
import { managersOf, rulesetFromText } from './firewall.ts'

const recorded = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`./testdata/${path}`, import.meta.url)), 'utf8')

const saved = (program: string): Ruleset => ({
  tables: ['iptables-nft', 'ip6tables-nft'].flatMap(view => {
    const text = recorded(`${program}/${view}`)
    return rulesetFromText(text, { format: view === 'iptables-nft' ? 'iptables' : 'ip6tables' }).ruleset
      .tables
  }),
})
const shown = (program: string): Ruleset => rulesetFromText(recorded(`${program}/nft-json`)).ruleset

const MANAGED: readonly (readonly [program: string, ruleset: () => Ruleset, managers: readonly string[]])[] =
  [
    ['ufw', () => saved('ufw'), ['ufw']],
    ['firewalld', () => shown('firewalld'), ['firewalld']],
    ['docker', () => saved('docker'), ['docker']],
    ['fail2ban', () => saved('fail2ban'), ['fail2ban', 'iptables']],
    ['fail2ban in nftables', () => shown('fail2ban'), ['fail2ban', 'nftables']],
    [
      'kube-proxy, iptables',
      () => rulesetFromText(recorded('kube-proxy-iptables/iptables-nft')).ruleset,
      ['kube-proxy'],
    ],
    ['kube-proxy, nftables', () => shown('kube-proxy-nftables'), ['kube-proxy']],
    ['libvirt', () => rulesetFromText(recorded('libvirt/iptables-nft')).ruleset, ['libvirt']],
  ]
for (const [name, ruleset, managers] of MANAGED) {
  test(`${name}: told by its tables and chains`, () => {
    const found = managersOf(ruleset())
    assert.deepEqual(
      found.map(one => one.name),
      managers,
      JSON.stringify(found),
    )
    for (const one of found) {
      assert.ok(one.evidence.length > 0)
      assert.ok(one.rules > 0)
    }
  })
}

const chainOf = (chain: string, table = 'filter') =>
  `*${table}\n:INPUT ACCEPT\n:${chain} -\n-A INPUT -j ${chain}\nCOMMIT\n`
const tableOf = (table: string) => `table inet ${table} { chain c { accept; } }\n`
const SIGNS: readonly (readonly [text: string, manager: string])[] = [
  [chainOf('NETAVARK_FORWARD'), 'podman'],
  [chainOf('CNI-FORWARD'), 'podman'],
  [tableOf('netavark'), 'podman'],
  [chainOf('cali-INPUT'), 'calico'],
  [chainOf('CILIUM_INPUT'), 'cilium'],
  [chainOf('ts-input'), 'tailscale'],
  [tableOf('wg-quick-wg0'), 'wg-quick'],
  [tableOf('docker-bridges'), 'docker'],
  [tableOf('lxd'), 'lxd'],
  [tableOf('portolan'), 'portolan'],
  [tableOf('filter'), 'nftables'],
  ['*filter\n:INPUT ACCEPT\n-A INPUT -p tcp -j DROP\nCOMMIT\n', 'iptables'],
  ['*filter\n:INPUT DROP\nCOMMIT\n', 'iptables'],
]
for (const [text, manager] of SIGNS) {
  test(`${text.split('\n').slice(0, 3).join(' ')}: ${manager}`, () => {
    assert.deepEqual(
      managersOf(rulesetFromText(text).ruleset).map(({ name }) => name),
      [manager],
    )
  })
}

test('tables without rules have no maker', () => {
  assert.deepEqual(managersOf(rulesetFromText('*filter\n:INPUT ACCEPT\nCOMMIT\n').ruleset), [])
})

test('ufw: the same lines as its own status', () => {
  // Its comments are in its own files; families stand apart there as here.
  const [verbose] = recorded('ufw/ufw-status').split(/^Status: active\n\n {5}To/m)
  const lines = verbose!
    .split('\n')
    .filter(line => /(?:ALLOW|DENY|REJECT|LIMIT) (?:IN|OUT|FWD)/.test(line))
    .map(line =>
      line
        .replace(/\s+#.*/, '')
        .trim()
        .replace(/\s+/g, ' '),
    )
  const [ufw] = managersOf(saved('ufw'))
  assert.deepEqual(ufw!.words.toSorted(), lines.toSorted())
})

test('firewalld: zones with what they are for, and what they let in', () => {
  const [firewalld] = managersOf(shown('firewalld'))
  const words = firewalld!.words
  const list = recorded('firewalld/list-all')
  for (const service of /services: (.*)/.exec(list)![1]!.split(' '))
    assert.ok(
      words.some(line => line.startsWith('public (eth0') && line.includes(`service ${service},`)),
      service,
    )
  for (const wanted of [
    /^public \(eth0, default\): port 8080-8090\/tcp/,
    /^public \(eth0, default\): reject everything from 192\.0\.2\.66/,
    /^public \(eth0, default\): service postgresql, 5432\/tcp from 10\.0\.0\.0\/8/,
    /^public \(eth0, default\): port 9000\/tcp, under conditions/,
    /^internal \(eth1\): service mdns, 5353\/udp/,
    /^trusted \(10\.99\.0\.0\/16\): everything/,
    /^public \(eth0, default\): forward-port 2222\/tcp/,
  ])
    assert.ok(
      words.some(line => wanted.test(line)),
      `${wanted} is not in\n${words.join('\n')}`,
    )
})

test('Docker: published ports, by address', () => {
  const [docker] = managersOf(saved('docker'))
  assert.deepEqual(docker!.words, [
    '0.0.0.0:8080->172.17.0.2:80/tcp',
    '127.0.0.1:5432->172.17.0.2:5432/tcp',
    '192.0.2.10:53->172.30.0.2:53/udp',
  ])
})

/**
 * Constructed after the sources of Cilium (bpf_lxc.c, bpf_host.c, bpf_xdp.c), Calico (felix/bpf-gpl) and systemd
 * (src/core/bpf): none of them ran here. The kernel keeps 15 bytes of a name.
 */
const PROGRAMS: readonly (readonly [name: string, decider: Decider, manager: string | undefined])[] = [
  ['cil_from_netdev', { kind: 'tcx', place: 'eth0', says: 'as described' }, 'cilium'],
  ['cil_xdp_entry', { kind: 'xdp', place: 'eth0', says: 'as described' }, 'cilium'],
  ['cil_to_containe', { kind: 'netkit', place: 'lxc1', says: 'as described' }, 'cilium'],
  ['cil_sock4_conne', { kind: 'cgroup', place: '/', says: 'as described' }, 'cilium'],
  ['cali_tc_preambl', { kind: 'tc', place: 'cali1', says: 'as described' }, 'calico'],
  ['calico_connect_', { kind: 'cgroup', place: '/', says: 'as described' }, 'calico'],
  ['sd_fw_egress', { kind: 'cgroup', place: '/system.slice', says: 'as described' }, 'systemd'],
  ['councils', { kind: 'xdp', place: 'eth0', says: 'as described' }, undefined],
]
for (const [name, decider, manager] of PROGRAMS) {
  test(`a program ${name} is ${manager ?? 'nobody'}’s`, () => {
    const found = managersOf({ tables: [] }, [{ ...decider, programs: [{ id: 3, name }] }])
    assert.deepEqual(
      found.map(one => one.name),
      manager === undefined ? [] : [manager],
    )
    for (const { evidence, rules } of found) {
      assert.deepEqual(evidence, [{ source: `${decider.kind} at ${decider.place}`, says: 'as described' }])
      assert.equal(rules, 0)
    }
  })
}
