import assert from 'node:assert/strict'
import test from 'node:test'
import { controlGroupOf, parseProcCgroup } from './cgroup-path.ts'

const ID = '0123456789abcdef'.repeat(4)
const INNER = 'fedcba9876543210'.repeat(4)
const docker = { runtime: 'docker', id: ID }

type Expected = ReturnType<typeof controlGroupOf>
const PATHS: readonly (readonly [what: string, path: string, expected: Expected])[] = [
  ['the root', '/', {}],
  ['nothing', '', {}],
  ['a system service', '/system.slice/shop.service', { unit: 'shop.service' }],
  ['a service with groups of its own', '/system.slice/shop.service/payload/a', { unit: 'shop.service' }],
  ['an instance', '/system.slice/system-getty.slice/getty@tty1.service', { unit: 'getty@tty1.service' }],
  ['a session', '/user.slice/user-1000.slice/session-2.scope', { unit: 'session-2.scope' }],
  [
    "a user's service",
    '/user.slice/user-1000.slice/user@1000.service/app.slice/web.service',
    { unit: 'web.service' },
  ],
  [
    "a user's own manager",
    '/user.slice/user-1000.slice/user@1000.service/init.scope',
    { unit: 'user@1000.service' },
  ],
  ['pid 1', '/init.scope', { unit: 'init.scope' }],
  [
    'an application of a desktop, escaped',
    '/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-web\\x2dbrowser-77.scope',
    { unit: 'app-gnome-web\\x2dbrowser-77.scope' },
  ],
  ['a socket unit', '/system.slice/ssh.socket', { unit: 'ssh.socket' }],
  ['only a slice', '/system.slice', {}],
  ['a group that is gone', '/system.slice/shop.service (deleted)', { unit: 'shop.service' }],
  [
    'a name that the kernel would take for its own',
    '/system.slice/_cgroup.service',
    { unit: 'cgroup.service' },
  ],
  ['docker, systemd driver', `/system.slice/docker-${ID}.scope`, { container: docker }],
  ['docker, cgroupfs driver', `/docker/${ID}`, { container: docker }],
  ['docker in docker: the one this host knows', `/docker/${ID}/docker/${INNER}`, { container: docker }],
  [
    'a service in a container',
    `/system.slice/docker-${ID}.scope/system.slice/nginx.service`,
    { container: docker, unit: 'nginx.service' },
  ],
  [
    'rootless docker',
    `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${ID}.scope`,
    { container: docker, unit: 'user@1000.service' },
  ],
  ['the docker daemon itself', '/system.slice/docker.service', { unit: 'docker.service' }],
  ['podman', `/machine.slice/libpod-${ID}.scope/container`, { container: { runtime: 'podman', id: ID } }],
  [
    'podman under a unit',
    `/system.slice/web.service/libpod-payload-${ID}`,
    { container: { runtime: 'podman', id: ID }, unit: 'web.service' },
  ],
  [
    'kubernetes with containerd',
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/cri-containerd-${ID}.scope`,
    { container: { runtime: 'cri-containerd', id: ID } },
  ],
  [
    'kubernetes with CRI-O',
    `/kubepods.slice/kubepods-pod1.slice/crio-${ID}.scope`,
    { container: { runtime: 'crio', id: ID } },
  ],
  [
    'kubernetes with the cgroupfs driver',
    `/kubepods/burstable/pod8c2a/${ID}`,
    { container: { runtime: 'kubernetes', id: ID } },
  ],
  [
    'containerd with parent, prefix and id in one',
    `/system.slice/containerd.service/kubepods-burstable-pod1.slice:cri-containerd:${ID}`,
    { container: { runtime: 'cri-containerd', id: ID }, unit: 'containerd.service' },
  ],
  [
    'lxc',
    '/lxc.payload.web-1/system.slice/a.service',
    { container: { runtime: 'lxc', id: 'web-1' }, unit: 'a.service' },
  ],
  ['lxc of old', '/lxc/web-1', { container: { runtime: 'lxc', id: 'web-1' } }],
  [
    'an nspawn machine, escaped',
    '/machine.slice/machine-web\\x2d1.scope/payload',
    { container: { runtime: 'nspawn', id: 'web-1' } },
  ],
  [
    'an nspawn service',
    '/machine.slice/systemd-nspawn@web.service/payload',
    { container: { runtime: 'nspawn', id: 'web' }, unit: 'systemd-nspawn@web.service' },
  ],
  [
    'a virtual machine of libvirt',
    '/machine.slice/machine-qemu\\x2d3\\x2ddb.scope/libvirt/vcpu0',
    { container: { runtime: 'qemu', id: 'db' } },
  ],
  ['outside of our own namespace', `/../../system.slice/docker-${ID}.scope`, { container: docker }],
  ['an id that is too short', '/docker/abc', {}],
  ['a folder by the name of something that every object has', `/constructor/${ID}`, {}],
  ['a scope of that name', `/constructor-${ID}.scope`, { unit: `constructor-${ID}.scope` }],
]
for (const [what, path, expected] of PATHS) {
  test(`control group: ${what}`, () => assert.deepEqual(controlGroupOf(path), expected))
}

const FILES: readonly (readonly [what: string, text: string, path: string | null])[] = [
  ['version 2', '0::/system.slice/a.service\n', '/system.slice/a.service'],
  [
    'version 1 with systemd',
    '4:memory:/x\n1:name=systemd:/system.slice/a.service\n0::/\n',
    '/system.slice/a.service',
  ],
  ['version 1 without systemd', '2:cpu,cpuacct:/\n4:memory:/docker/1\n0::/\n', '/docker/1'],
  ['both versions', '4:memory:/x\n1:name=systemd:/b.service\n0::/a.service\n', '/a.service'],
  ['only roots', '4:memory:/\n1:name=systemd:/\n0::/\n', '/'],
  ['a path with a colon', '0::/a:b/c.service\n', '/a:b/c.service'],
  ['nothing', '', null],
  ['nonsense', 'x\n0:y\n::\n', null],
]
for (const [what, text, path] of FILES) {
  test(`/proc/pid/cgroup: ${what}`, () => assert.equal(parseProcCgroup(text), path))
}
