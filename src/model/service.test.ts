import assert from 'node:assert/strict'
import test from 'node:test'
import { isContainerRuntime, type Service, serviceText, stopCommand } from './service.ts'

const ID = 'a'.repeat(64)

/** Commands as the manual pages of systemctl, docker, docker compose, podman, lxc-stop and machinectl write them. */
const rows: readonly (readonly [what: string, service: Service, command: string, text: string])[] = [
  [
    'a unit of the system',
    { kind: 'unit', name: 'shop.service', user: false },
    'systemctl stop -- shop.service',
    'the unit shop.service',
  ],
  [
    'a unit of a user',
    { kind: 'unit', name: 'shop.service', user: true },
    'systemctl --user stop -- shop.service',
    'the unit shop.service',
  ],
  [
    'a container of docker',
    { kind: 'container', runtime: 'docker', id: ID, name: 'web' },
    'docker stop -- aaaaaaaaaaaa',
    'the container web',
  ],
  [
    'a service of compose',
    { kind: 'container', runtime: 'docker', id: ID, compose: { project: 'shop', service: 'web' } },
    'docker compose --project-name shop stop -- web',
    'the container aaaaaaaaaaaa',
  ],
  [
    'a container of podman',
    { kind: 'container', runtime: 'podman', id: ID },
    'podman stop -- aaaaaaaaaaaa',
    'the container aaaaaaaaaaaa',
  ],
  [
    'a container of lxc',
    { kind: 'container', runtime: 'lxc', id: 'web' },
    'lxc-stop -n web',
    'the container web',
  ],
  [
    'a machine of nspawn',
    { kind: 'container', runtime: 'nspawn', id: 'web' },
    'machinectl poweroff -- web',
    'the container web',
  ],
]
for (const [what, service, command, text] of rows) {
  test(`${what} is stopped by ${command}`, () => {
    assert.equal(stopCommand(service).join(' '), command)
    assert.equal(serviceText(service), text)
  })
}

test('kubernetes’ containers can’t be stopped by one command', () => {
  assert.equal(isContainerRuntime('kubernetes'), false)
  assert.equal(isContainerRuntime('podman'), true)
})
