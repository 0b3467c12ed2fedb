/** `ports fw test` on a machine with a bridge: ports, neighbours and settings are the machine's own, in a namespace that goes with its process. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { whyNoFrames } from './why-no-frames.ts'

const skip = whyNoFrames() ?? false
const scene = skip === false ? play() : {}

function play(): Readonly<Record<string, string>> {
  const file = fileURLToPath(new URL('./live-bridge-scene.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', process.execPath, file], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout) as Record<string, string>
}

/** By what it comes to, and what decides or isn't known. */
const ROWS: readonly (readonly [flow: string, wanted: string])[] = [
  ['tcp 10.0.0.2:1 -> 10.0.0.3:22 in veth1', 'drop by bridge b f 1'],
  ['tcp 10.0.0.2:1 -> 10.0.0.3:80 in veth1', 'accept'],
  // 10.0.0.3 is known to be behind veth2; where 10.0.0.9 is, nobody knows.
  ['tcp 10.0.0.2:1 -> 10.0.0.3:443 in veth1', 'drop by bridge b f 2'],
  ['tcp 10.0.0.2:1 -> 10.0.0.9:443 in veth1', 'depends on it leaves br0 by veth2'],
  ['tcp 10.0.0.2:1 -> 10.0.0.9:443 in veth1 out veth3', 'accept'],
  ['tcp 10.0.0.2:1 -> 10.0.0.1:53 in veth1', 'drop by bridge b i 1'],
  ['tcp 10.0.0.2:1 -> 10.0.0.1:53 in br0', 'drop by bridge b i 1'],
  ['tcp 10.0.0.1:1 -> 10.0.0.3:22', 'accept'],
  ['tcp 10.0.0.2:1 -> 192.0.2.1:53 in veth1', 'depends on the frame is addressed to br0'],
]
for (const [flow, wanted] of ROWS) {
  test(flow, { skip }, () => assert.equal(scene[flow], wanted))
}
