import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { EXIT } from './exit.ts'
import { type FakeOptions, runFake } from './fake-context.ts'

const KEPT = '/srv/state/portolan/registry.txt'
const env = { XDG_STATE_HOME: '/srv/state' }

/** As large as the registry, and newer than any that could be built in. */
const CSV = [
  'Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference',
  'http,80,tcp,World Wide Web,,,2999-01-01,,[RFC9110]',
  'newest,7,tcp,"What is new, and has a comma",,,2999-02-03,,',
  ...Array.from({ length: 12_000 }, (_, i) => `made-up-${i},${1000 + i},udp,,,,2000-01-01,,`),
].join('\n')

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const update = (url: string, options: FakeOptions = {}, ...more: string[]) =>
  runFake(['name', '--update', url, ...more], { env, ...options })

test('what is fetched is kept and used by later runs', async t => {
  const url = await serve(t, (_, response) => response.end(CSV))
  const first = await update(`${url}/registry.csv`, {}, '--json')
  assert.equal(first.status, EXIT.done)
  const { schema, items } = JSON.parse(first.out)
  assert.equal(schema, 'portolan/registry@1')
  assert.deepEqual(items, [
    { date: '2999-02-03', entries: 12_002, path: KEPT, origin: `${url}/registry.csv` },
  ])

  const files = Object.fromEntries(first.context.fileSystem)
  const later = await runFake(['name', 'tcp/7'], { env, files })
  assert.match(later.out, /^7\ttcp\tnewest\tWhat is new, and has a comma\t/m)
  assert.equal(later.err, '')
})

test('an index that is older than the built-in one is not used', async t => {
  const url = await serve(t, (_, response) => response.end(CSV.replaceAll('2999', '1999')))
  const { context } = await update(url)
  const later = await runFake(['name', 'tcp/7'], { env, files: Object.fromEntries(context.fileSystem) })
  assert.match(later.out, /^7\ttcp\techo\t/m)
})

test('an index that is cut off is told and passed by', async t => {
  const url = await serve(t, (_, response) => response.end(CSV))
  const { context } = await update(url)
  const files = { [KEPT]: context.fileSystem.get(KEPT)!.slice(0, 5000) }
  const { status, out, err } = await runFake(['name', 'tcp/7'], { env, files })
  assert.equal(status, EXIT.done)
  assert.match(out, /^7\ttcp\techo\t/m)
  assert.match(err, /can't be used.*\n {2}Run "ports name --update"/)
})

test('redirects are followed, and lookups go on with the fresh data', async t => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/there') return response.end(CSV)
    response.writeHead(302, { location: '/there' }).end()
  })
  assert.match((await update(`${url}/here`, {}, 'tcp/7')).out, /newest/)
})

const failures: readonly (readonly [what: string, answer: RequestListener, code: string, says: RegExp])[] = [
  ['not found', (_, response) => response.writeHead(404).end(), 'E_DOWNLOAD', /the answer is 404/],
  [
    'an endless chain',
    (_, response) => response.writeHead(301, { location: '/again' }).end(),
    'E_DOWNLOAD',
    /more than 5 times/,
  ],
  [
    'a way out of the web',
    (_, response) => response.writeHead(301, { location: 'file:///etc/services' }).end(),
    'E_DOWNLOAD',
    /not an address of the web/,
  ],
  ['a broken answer', request => request.socket.destroy(), 'E_DOWNLOAD', /could not fetch/],
  [
    'an answer that breaks off',
    (_, response) => {
      response.writeHead(200, { 'content-length': CSV.length })
      response.write(CSV.slice(0, 1000), () => response.destroy())
    },
    'E_DOWNLOAD',
    /aborted/,
  ],
  ['an error page', (_, response) => response.end('<html>Sign in</html>'), 'E_REGISTRY_FORMAT', /no column/],
  ['a short file', (_, response) => response.end(CSV.slice(0, 20_000)), 'E_REGISTRY_FORMAT', /rows/],
]
for (const [what, answer, code, says] of failures) {
  test(`${what}: the fault is ${code}, and nothing is kept`, async t => {
    const { status, out, err, context } = await update(await serve(t, answer), {}, '--json')
    assert.equal(status, EXIT.undecided)
    assert.equal(JSON.parse(out).code, code)
    assert.match(err, says)
    assert.deepEqual([...context.fileSystem], [])
  })
}

for (const [what, env] of [
  ['no home', {}],
  ['a relative folder and no home', { XDG_STATE_HOME: 'state' }],
] as const) {
  test(`with ${what} there is nowhere to keep it: E_FILE_WRITE`, async () => {
    const { status, out } = await update('http://127.0.0.1:9', { env }, '--json')
    assert.equal(status, EXIT.usage)
    assert.equal(JSON.parse(out).code, 'E_FILE_WRITE')
  })
}
