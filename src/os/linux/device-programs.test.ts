/** Answers of kernels that can't be had here: netkit (not built in), no right to bpf(2), a place that isn't known. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { LinkDetail } from '../../wire/rtnetlink-links.ts'
import type { BpfPlace, BpfPrograms } from './bpf-programs.ts'
import { netkitPrograms, tcxPrograms, xdpPrograms } from './device-programs.ts'
import { netfilterPrograms } from './namespace-programs.ts'

const [EPERM, EACCES, EINVAL] = [1, 13, 22]
const link = (name: string, index: number, more: Partial<LinkDetail> = {}): LinkDetail => ({
  name,
  index,
  type: 1,
  up: true,
  group: 0,
  ...more,
})
const LINKS = [link('lo', 1), link('nk0', 7, { kind: 'netkit' })]
const bpf = (at: (place: BpfPlace) => readonly number[] | number, links: number = EPERM): BpfPrograms => ({
  at: place => {
    const told = at(place)
    return typeof told === 'number' ? told : told.map(id => ({ id, name: 'guard' }))
  },
  describe: id => ({ id }),
  netfilterLinks: () => links,
})

test('netkit: what it sends meets its own programs, what it gets those of the peer', () => {
  const told = netkitPrograms(
    LINKS,
    bpf(({ target, attachType }) => (target === 7 ? [attachType] : EINVAL)),
  )
  assert.deepEqual(told, {
    known: true,
    value: [
      {
        kind: 'netkit',
        place: 'nk0',
        direction: 'egress',
        says: 'program 54 "guard"',
        programs: [{ id: 54, name: 'guard' }],
      },
      {
        kind: 'netkit',
        place: 'nk0',
        direction: 'ingress',
        says: 'program 55 "guard"',
        programs: [{ id: 55, name: 'guard' }],
      },
    ],
  })
})

test('netkit: the end that may not tell says so', () => {
  const told = netkitPrograms(
    LINKS,
    bpf(() => EACCES),
  )
  assert.deepEqual(
    told.known && told.value.map(({ place, direction, says }) => [place, direction, says]),
    ['egress', 'ingress'].map(direction => [
      'nk0',
      direction,
      'programs that only its other end, in another network namespace, can tell',
    ]),
  )
})

test('without the right to ask it isn’t known, and never none', () => {
  const denied = bpf(() => EPERM)
  const told = { known: false, reason: 'denied' }
  assert.deepEqual(tcxPrograms(LINKS, denied), told)
  assert.deepEqual(netkitPrograms(LINKS, denied), told)
  assert.deepEqual(netfilterPrograms(denied), told)
})

test('a kernel that knows no such place has nothing there', () => {
  const old = bpf(() => EINVAL, EINVAL)
  const none = { known: true, value: [] }
  assert.deepEqual(tcxPrograms(LINKS, old), none)
  assert.deepEqual(netfilterPrograms(old), none)
})

test('XDP without bpf(2): numbers alone, and where not even these are told, that', () => {
  const links = [link('eth0', 2, { xdp: [41, 42] }), link('eth1', 3, { xdp: [] }), link('eth2', 4)]
  assert.deepEqual(
    xdpPrograms(links, null).map(({ place, says }) => [place, says]),
    [
      ['eth0', 'programs 41, 42'],
      ['eth1', 'programs that are not told'],
    ],
  )
})
