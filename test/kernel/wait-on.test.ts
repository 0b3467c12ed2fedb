import assert from 'node:assert/strict'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import waitOn from '../../src/drop-ins/wait-on.ts'
import { isFault } from '../../src/model/fault.ts'

const HERE = fileURLToPath(import.meta.url)
const QUICK = { window: 0, timeout: 200 } as const

test('files, ports and pages, as wait-on writes them', async () => {
  const server = createHttp((_, response) => response.end())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const resources = [
      HERE,
      `file:${HERE}`,
      `tcp:localhost:${port}`,
      `tcp:${port}`,
      `http-get://localhost:${port}/`,
    ]
    await waitOn({ ...QUICK, timeout: 5000, resources })
  } finally {
    await new Promise(resolve => server.close(resolve))
  }
})

test('what doesn’t come is E_WAIT_TIMEOUT with the reason', async () => {
  await assert.rejects(
    waitOn({ ...QUICK, resources: [`${HERE}.missing`] }),
    error => isFault(error) && error.code === 'E_WAIT_TIMEOUT' && /there is no/.test(error.message),
  )
})

test('a callback gets the error, or nothing', async () => {
  const told = (resources: readonly string[]) =>
    new Promise<Error | undefined>(resolve => waitOn({ ...QUICK, resources }, resolve))
  assert.equal(await told([HERE]), undefined)
  assert.match(String(await told([`${HERE}.missing`])), /there is no/)
})

test('reverse waits until it is gone', async () => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const resources = [`tcp:127.0.0.1:${port}`]
  // The hosts of other systems can't tell who holds a port.
  if (process.platform === 'linux')
    await assert.rejects(waitOn({ ...QUICK, resources, reverse: true }), /held by/)
  await new Promise(resolve => server.close(resolve))
  if (process.platform === 'linux') await waitOn({ ...QUICK, resources, reverse: true })
})

test('options that would be ignored are refused', async () => {
  const options = { resources: [HERE], headers: { accept: '*/*' } } as Parameters<typeof waitOn>[0]
  await assert.rejects(waitOn(options), /headers.*not supported/)
  await assert.rejects(waitOn({ resources: [] }), /no list/)
})
